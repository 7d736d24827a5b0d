// Certificates in use whose newest file is not approved, and the earlier commits at which their files changed since they were issued.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { currentCertificate, leafOf } from '../../core/plan/current-certificate.ts'
import { requestKey } from '../../core/plan/request-index.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { History } from '../prove/applied-history.ts'
import { fileSteps } from '../prove/file-steps.ts'
import type { FileStep } from '../prove/file-steps.ts'
import { fileChanges } from '../prove/request-ends.ts'
import type { Recorded, ReviewOptions } from '../prove/review-stages.ts'
import type { Reviewed } from '../prove/review-steps.ts'

/** Changes of the request folder that are read, newest first. */
const MOST_CHANGES = 500

/** A certificate in use that was issued by review, and whose newest file is not approved. */
export interface OpenRequest {
  readonly key: string
  readonly name: string
  /** Of its files, since it was issued. */
  readonly paths: Set<string>
  /** Index on the line of the landing of what was issued: what is older ends nothing. */
  readonly issuedAt: number
}

/** By key. */
export function openRequests(
  reviewed: Reviewed,
  recorded: Recorded,
  { isWanted = () => true }: ReviewOptions,
  line: History['line'],
  now: Date,
): Map<string, OpenRequest> {
  const settled = settledIn(reviewed)
  const { steps } = reviewed.plan
  return new Map(
    [...(recorded?.values() ?? [])].flat().flatMap(record => {
      const key = requestKey(record.cluster, record.request)
      const issued = currentCertificate(record)
      const ends = issued === null ? null : (leafOf(issued)?.notAfter ?? null)
      const evidence = issued?.proof.kind === 'review' ? issued.proof.evidence : null
      if (settled.has(key) || issued === null || !evidence) return []
      const own = steps.filter(step => keyOf(step) === key).map(step => stepTarget(step).path)
      const paths = new Set([issued.path, ...own])
      const issuedAt = line.indexOf(evidence.landing.commit)
      const isOver = ends !== null && ends <= now
      const isOpen = !isOver && issuedAt > 0 && [...paths].some(path => isWanted(path))
      return isOpen ? [[key, { key, name: record.request, paths, issuedAt }] as const] : []
    }),
  )
}

/** Keys of the requests whose newest file is approved, or was when it landed. */
export function settledIn({ approved, refused, standing }: Reviewed): ReadonlySet<string> {
  const expired = refused.filter(({ problems }) =>
    problems.every(({ code }) => code === 'APPROVAL_EXPIRED'),
  )
  return new Set([...[...approved, ...expired].map(({ step }) => step), ...standing].map(keyOf))
}

export interface Earlier {
  readonly commit: ObjectId
  /** Keys of the requests of which a file changed there. */
  readonly changed: readonly string[]
}

/** The earlier commits at which files of open requests changed since they were issued, newest first. Fills their paths. */
export async function changesOf(
  open: ReadonlyMap<string, OpenRequest>,
  source: ReviewedRepository,
  history: History,
): Promise<{ readonly earlier: readonly Earlier[]; readonly isAll: boolean }> {
  const requests = [...open.values()]
  const oldest = Math.max(0, ...requests.map(({ issuedAt }) => issuedAt))
  const read: { readonly step: FileStep; readonly paths: ReadonlySet<string> }[] = []
  const isRead = (): boolean => (read.at(-1)?.step.index ?? 0) >= oldest
  if (oldest === 0) return { earlier: [], isAll: true }
  for await (const steps of fileSteps(source, history)) {
    const changes = await fileChanges(steps, source, history.requests)
    for (const [at, step] of steps.entries()) {
      const own = changes[at] ?? []
      read.push({ step, paths: new Set(own.map(({ path }) => path)) })
      for (const { name, paths } of requests)
        for (const { path, is } of own) if (is?.name === name) paths.add(path)
    }
    if (isRead() || read.length >= MOST_CHANGES) break
  }
  const earlier = read
    .filter(({ step }) => step.index > 0)
    .map(({ step: { commit, index }, paths }) => {
      const changed = requests.filter(
        request => index < request.issuedAt && [...request.paths].some(path => paths.has(path)),
      )
      return { commit, changed: changed.map(({ key }) => key) }
    })
  return { earlier, isAll: read.length < MOST_CHANGES || isRead() }
}

export function keyOf(step: Step): string {
  const { cluster, name } = stepTarget(step)
  return requestKey(cluster ?? '', name)
}
