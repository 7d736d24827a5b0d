// Ends that were approved, below what nobody approved: a change that is refused keeps no access alive. The newest version of a request
// that code review approved decides whether its certificate stays.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { inOrder } from '../../core/plan/plan-steps.ts'
import { readHistory } from '../prove/applied-history.ts'
import { originKeyOfStep } from '../prove/request-origins.ts'
import type { Recorded, ReviewOptions } from '../prove/review-stages.ts'
import { reviewedSteps } from '../prove/review-steps.ts'
import type { Reviewed } from '../prove/review-steps.ts'
import type { ReviewPorts, TrustedCommit } from '../prove/trusted-commit.ts'
import { changesOf, keyOf, openRequests, settledIn } from './open-requests.ts'

/** Reviews of earlier commits in one run: each asks GitHub as the run of that commit did. */
const MOST_REVIEWS = 25

/**
 * As `reviewedSteps`. Where the newest file of a certificate in use is not approved, an approved withdrawal or end below it takes its
 * place: that of the files of an earlier commit, judged by the rules of this one. APPROVAL_ENDS_UNREAD where not all could be read.
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
  const { earlier: states, isAll } = await changesOf(open, ports.repository, history)
  const ends: Ended[] = []
  let [reviews, unread] = [0, isAll ? [] : [...open.keys()]]
  for (const { commit: earlier, changed } of states) {
    const keys = changed.filter(key => open.has(key))
    if (keys.length === 0) continue
    if (reviews === MOST_REVIEWS) {
      unread = [...unread, ...keys]
      continue
    }
    reviews += 1
    const at = await filesThen(ports, commit, earlier)
    const isWanted = (path: string): boolean => keys.some(key => open.get(key)?.paths.has(path))
    const past = at && (await reviewedSteps(ports, at, recorded, { ...options, isWanted }))
    if (past === null) continue
    for (const key of keys.filter(each => settledIn(past).has(each))) {
      open.delete(key)
      const found = past.approved.find(({ step }) => keyOf(step) === key)
      if (found !== undefined && isEnd(found)) ends.push({ key, found, past, earlier })
    }
  }
  const names = [...open.values()].flatMap(({ key, name }) => (unread.includes(key) ? [name] : []))
  const told = names.map(name => endsUnread(`approved ends of ${name}`))
  return ends.reduce(withEnd, { ...reviewed, warnings: [...reviewed.warnings, ...told] })
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

interface Ended {
  readonly key: string
  readonly found: ApprovedStep<WithdrawStep>
  readonly past: Reviewed
  readonly earlier: ObjectId
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

/** APPROVAL_ENDS_UNREAD. `ends`: what was not read to its end. */
export function endsUnread(ends: string): Problem {
  return unplaced(
    'APPROVAL_ENDS_UNREAD',
    `${ends} were searched for below the newest changes without approval, but there are more of these than one run reads`,
    'to end access now, run: countersign revoke NAME; else restore the approved version of what changed, in a pull request that is approved',
  )
}
