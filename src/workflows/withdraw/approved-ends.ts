// Ends that were approved, below what nobody approved: a change that is refused keeps no access alive. The newest version of a request
// that code review approved decides whether its certificate stays.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { currentCertificate, leafOf } from '../../core/plan/current-certificate.ts'
import { inOrder } from '../../core/plan/plan-steps.ts'
import { requestKey } from '../../core/plan/request-index.ts'
import { readHistory } from '../prove/applied-history.ts'
import type { History } from '../prove/applied-history.ts'
import { fileSteps } from '../prove/file-steps.ts'
import { originKeyOfStep } from '../prove/request-origins.ts'
import type { Recorded, ReviewOptions } from '../prove/review-stages.ts'
import { reviewedSteps } from '../prove/review-steps.ts'
import type { Reviewed } from '../prove/review-steps.ts'
import type { ReviewPorts, TrustedCommit } from '../prove/trusted-commit.ts'

/** Reviews of earlier commits in one run: each asks GitHub as the run of that commit did. */
const MOST_REVIEWS = 20
/** Changes of the request folder that are read, newest first. */
const MOST_STEPS = 200

/**
 * As `reviewedSteps`. Where the newest file of a certificate in use is not approved, an approved withdrawal or end below it takes its
 * place: that of the files of an earlier commit, judged by the rules of this one.
 */
export async function reviewedWithEnds(
  ports: ReviewPorts,
  commit: TrustedCommit,
  recorded: Recorded,
  options: ReviewOptions = {},
): Promise<Reviewed> {
  const reviewed = await reviewedSteps(ports, commit, recorded, options)
  const { history } = commit
  // Of an older commit the run of the newest one decides.
  if (history.newer.length > 0 && history.frame.isPast !== true) return reviewed
  const open = openRequests(reviewed, recorded, options, history.line, ports.clock.now())
  const ends: Ended[] = []
  for await (const { earlier, asked } of landingsOf(open, ports, history)) {
    const at = await filesThen(ports, commit, earlier)
    const isWanted = (path: string): boolean => asked.some(({ paths }) => paths.has(path))
    const past = at && (await reviewedSteps(ports, at, recorded, { ...options, isWanted }))
    if (past === null) continue
    for (const { key } of asked) {
      if (!settledIn(past).has(key)) continue
      open.delete(key)
      const found = past.approved.find(({ step }) => keyOf(step) === key)
      if (found !== undefined && isEnd(found)) ends.push({ key, found, past, earlier })
    }
  }
  return ends.reduce(withEnd, reviewed)
}

/** The files of an earlier commit with the rules of this one; null if the branch does not hold it any more. */
async function filesThen(
  { repository }: ReviewPorts,
  commit: TrustedCommit,
  earlier: ObjectId,
): Promise<TrustedCommit | null> {
  const { frame, states } = commit.history
  const then = await readHistory(
    repository,
    { ...frame, commit: earlier, isPast: true },
    commit.rules.config,
  )
  if (!then.ok) return null
  return { ...commit, history: { ...then.value, states }, files: repository.filesAt(earlier) }
}

/** A certificate in use that was issued by review, and whose newest file is not approved. */
interface OpenRequest {
  readonly key: string
  /** Of its files, when it was issued and now. */
  readonly paths: ReadonlySet<string>
  /** Index on the line of the landing of what was issued: what is older ends nothing. */
  readonly issuedAt: number
}

interface Ended {
  readonly key: string
  readonly found: ApprovedStep<WithdrawStep>
  readonly past: Reviewed
  readonly earlier: ObjectId
}

function openRequests(
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
      return isOpen ? [[key, { key, paths, issuedAt }] as const] : []
    }),
  )
}

/** Keys of the requests whose newest file is approved, or was when it landed. */
function settledIn({ approved, refused, standing }: Reviewed): ReadonlySet<string> {
  const expired = refused.filter(({ problems }) =>
    problems.every(({ code }) => code === 'APPROVAL_EXPIRED'),
  )
  return new Set([...[...approved, ...expired].map(({ step }) => step), ...standing].map(keyOf))
}

/** Earlier commits at which files of open requests changed since they were issued, newest first; fewer as requests are closed. */
async function* landingsOf(
  open: ReadonlyMap<string, OpenRequest>,
  { repository }: ReviewPorts,
  history: History,
): AsyncGenerator<{ readonly earlier: ObjectId; readonly asked: readonly OpenRequest[] }> {
  let [read, reviews] = [0, 0]
  if (open.size === 0) return
  for await (const steps of fileSteps(repository, history)) {
    for (const { index, commit, files, filesBefore } of steps) {
      read += 1
      const asked = [...open.values()].filter(
        ({ paths, issuedAt }) =>
          index < issuedAt && [...paths].some(path => files.get(path) !== filesBefore.get(path)),
      )
      if (index === 0 || asked.length === 0) continue
      reviews += 1
      yield { earlier: commit, asked }
      if (reviews === MOST_REVIEWS) return
    }
    const last = steps.at(-1)?.index ?? 0
    if (read >= MOST_STEPS || [...open.values()].every(({ issuedAt }) => issuedAt <= last)) return
  }
}

function isEnd(approved: ApprovedStep): approved is ApprovedStep<WithdrawStep> {
  return approved.step.kind === 'withdraw'
}

/** With the end in place of what is refused. */
function withEnd(reviewed: Reviewed, { key, found, past, earlier }: Ended): Reviewed {
  const { plan, approved, refused, pullRequests, warnings } = reviewed
  const origin = originKeyOfStep(found.step)
  const pull = past.pullRequests.get(origin)
  const others = plan.steps.filter(step => keyOf(step) !== key)
  const why = refused.find(({ step }) => keyOf(step) === key)?.problems[0] ?? null
  return {
    ...reviewed,
    plan: { ...plan, steps: inOrder([...others, found.step]) },
    approved: [...approved, found],
    refused: refused.filter(({ step }) => keyOf(step) !== key),
    pullRequests: pull === undefined ? pullRequests : new Map([...pullRequests, [origin, pull]]),
    warnings: [...warnings, endedBefore(found.step, earlier, why)],
  }
}

/** APPROVAL_ENDED_BEFORE. `why`: the problem of the newest version; null if it is told elsewhere. */
export function endedBefore(
  { name, cluster, path }: WithdrawStep,
  earlier: ObjectId,
  why: Problem | null,
): Problem {
  const newest = why === null ? '' : ` (${why.code}: ${why.message})`
  return unplaced(
    'APPROVAL_ENDED_BEFORE',
    `${name} on ${cluster} ends as ${path} of ${earlier.slice(0, 7)} asks, which was approved; what came after it was not${newest}`,
    'if it should go on, bring a file with a later end to the default branch by a pull request, and have it approved',
  )
}

function keyOf(step: Step): string {
  const { cluster, name } = stepTarget(step)
  return requestKey(cluster ?? '', name)
}
