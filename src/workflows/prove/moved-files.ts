// Requests whose files moved, as git shows it: the path that a file had before, and where a request ended. No record is asked.
import type { Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import type { History } from './applied-history.ts'
import { blobOf, fileSteps } from './file-steps.ts'
import type { Kinds } from './file-steps.ts'
import { inForceBefore } from './rules-at-landings.ts'
import type { TrustedCommit } from './trusted-commit.ts'

/**
 * The plan with the end of the request in each withdrawal of a removed file: where the newest file on the branch that asked for the name in
 * that cluster stopped asking. What its path holds later plays no part. Without such a file, the path stays the one of the record.
 */
export async function withEnds(
  plan: Plan,
  source: ReviewedRepository,
  { history, trusted }: Pick<TrustedCommit, 'history' | 'trusted'>,
): Promise<Plan> {
  const withdrawn = plan.steps.flatMap(step => (step.kind === 'withdraw' ? [step] : []))
  const open = new Set(withdrawn.filter(({ because }) => because === 'FileRemoved'))
  if (open.size === 0) return plan
  const ended = new Map<Step, WithdrawStep>()
  let tip: Kinds | null = null
  for await (const steps of fileSteps(source, history)) {
    tip ??= steps[0]?.files ?? null
    const changed = steps.flatMap(({ commit, before, files, filesBefore }) =>
      without(filesBefore, ([path, kind]) => files.get(path) === kind).map(([path, kind]) => ({
        path,
        landing: { commit, before },
        was: kind,
        is: files.get(path) ?? '',
      })),
    )
    const versions = changed.flatMap(({ path, was, is }): readonly File[] => [
      [path, was],
      [path, is],
    ])
    const requests = await requestsIn(source, versions, history.requests)
    for (const { path, landing, was, is } of changed)
      for (const step of open) {
        const asks = async (kind: string, isWithIt: boolean): Promise<boolean> => {
          const request = requests.get(`${kind} ${path}`)
          if (request?.name !== step.name) return false
          const then = inForceBefore(landing, history.line, trusted.inForce, isWithIt)
          const clusters = request.spec.clusters ?? [await defaultAt(then.commit, source, history)]
          return clusters.includes(step.cluster)
        }
        if (!(await asks(was, false)) || (await asks(is, true))) continue
        const isDefaultCluster = requests.get(`${was} ${path}`)?.spec.clusters === null
        const end = { commit: landing.commit, blob: blobOf(is), isDefaultCluster }
        // A version that cannot be read ends nothing: the removal of its file does. Another request there shows nothing of this one.
        const isRead = requests.has(`${is} ${path}`) || is === '' || tip?.has(path)
        ended.set(step, isRead ? { ...step, path, ended: end } : { ...step, path })
        open.delete(step)
      }
    if (open.size === 0) break
  }
  return { ...plan, steps: plan.steps.map(step => ended.get(step) ?? step) }
}

/** The cluster of a request that names none, by the trusted configuration of that commit. */
async function defaultAt(
  commit: ObjectId,
  source: ReviewedRepository,
  { frame }: History,
): Promise<string | null> {
  const file = await source.filesAt(commit).read(frame.config)
  const config = file === null ? null : parseConfig(file)
  return config?.ok === true ? config.value.defaultCluster : null
}

/** Path of a file that appeared → the path at which the same step removed it: with the same bytes, or else with the same name. */
export async function movesAt(
  { files, filesBefore }: { readonly files: Kinds; readonly filesBefore: Kinds },
  paths: readonly string[],
  source: ReviewedRepository,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const appeared = paths.flatMap(path => {
    const kind = filesBefore.has(path) ? undefined : files.get(path)
    return kind === undefined ? [] : [[path, kind] as const]
  })
  const gone = appeared.length === 0 ? [] : without(filesBefore, ([path]) => files.has(path))
  const isSame = appeared.every(([, kind]) => gone.some(other => other[1] === kind))
  const requests =
    gone.length === 0 || isSame
      ? new Map<string, CertificateRequest>()
      : await requestsIn(source, [...appeared, ...gone], folder)
  const nameOf = ([path, kind]: File): string | null =>
    requests.get(`${kind} ${path}`)?.name ?? null
  return new Map(
    appeared.flatMap(file => {
      const same = gone.filter(other => other[1] === file[1])
      const from =
        same.find(([old]) => nameIn(old) === nameIn(file[0])) ??
        same[0] ??
        gone.find(other => nameOf(file) !== null && nameOf(other) === nameOf(file))
      return from === undefined ? [] : [[file[0], from[0]] as const]
    }),
  )
}

function nameIn(path: string): string | undefined {
  return path.split('/').at(-1)
}

/** Path, and kind with blob. */
type File = readonly [string, string]

function without(files: Kinds, isLeftOut: (file: File) => boolean): readonly File[] {
  return [...files].filter(file => !isLeftOut(file))
}

/** By `KIND PATH`; a file that is no request is absent. */
async function requestsIn(
  source: ReviewedRepository,
  files: readonly File[],
  folder: string,
): Promise<ReadonlyMap<string, CertificateRequest>> {
  const bytes = await source.blobs([...new Set(files.flatMap(([, kind]) => blobOf(kind) ?? []))])
  return new Map(
    files.flatMap(([path, kind]) => {
      const blob = blobOf(kind) ?? ''
      const content = bytes.get(blob)
      if (content === undefined) return []
      const file = { path, mode: '100644', blob, bytes: content, uncommitted: false } as const
      const read = parseRequest(file, folder)
      return read.ok ? [[`${kind} ${path}`, read.value] as const] : []
    }),
  )
}
