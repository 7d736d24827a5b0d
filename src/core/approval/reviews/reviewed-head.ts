// What a reviewer had in front of them: the pull request's head when the review was submitted, from facts of the server only.
// A review's commit_id is not it (GitHub moves it forward), nor are the dates in commits (anybody can set them).
import type { EvidencedApproval } from '../../../domain/proof/evidence.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, Review } from '../../../domain/proof/pull-request.ts'

export interface SeenHeads {
  /** Several where a push and the review fall into the same second. */
  readonly heads: readonly ObjectId[]
  /** When the newest of them was pushed, null where GitHub does not say. */
  readonly pushedAt: Date | null
}

/** Null where it can no longer be found out. */
export function reviewedHeads(
  review: Review,
  pull: PullRequest,
  earlier: EvidencedApproval | null,
): SeenHeads | null {
  return (
    fromPushes(review, pull) ??
    fromServedHeads(review, pull) ??
    (earlier === null ? null : { heads: [earlier.head], pushedAt: null })
  )
}

function fromPushes({ at }: Review, { pushes }: PullRequest): SeenHeads | null {
  const done = (pushes ?? []).filter(push => push.at <= at && push.after !== null)
  const last = done.at(-1)
  if (last === undefined) return null
  const before = done.filter(push => push.at < at).at(-1)
  const meanwhile = done.filter(push => push.at.getTime() === at.getTime())
  const possible = [...(before === undefined ? [] : [before]), ...meanwhile]
  return { heads: possible.flatMap(({ after }) => after ?? []), pushedAt: last.at }
}

/** A head that GitHub says there was: after a force push of the timeline, or because a run was made for it. */
interface Served {
  readonly at: Date
  /** The head before it, where GitHub says so. */
  readonly before: ObjectId | null
  readonly commit: ObjectId | null
  readonly isForced: boolean
}

/** Without pushes (a fork): force pushes of the timeline and heads that runs were made for, or a head that nothing moved since. */
function fromServedHeads(review: Review, pull: PullRequest): SeenHeads | null {
  const served = servedHeads(pull)
  const seen = served.filter(({ at }) => at < review.at)
  if (!mayHaveMoved(review, pull, seen))
    return review.commit === null ? null : { heads: [review.commit], pushedAt: null }
  const last = seen.at(-1)
  const next = served.find(({ at }) => at >= review.at)
  const until = next === undefined ? pull.head.commit : next.isForced ? next.before : next.commit
  const unseen = between(last?.commit ?? null, until, pull)
  const meanwhile = served.filter(({ at }) => at.getTime() === review.at.getTime())
  const heads = [last?.commit ?? null, ...(unseen ?? [null]), ...meanwhile.map(each => each.commit)]
  const known = heads.filter(head => head !== null)
  const pushedAt = (meanwhile.at(-1) ?? last)?.at ?? null
  return known.length === heads.length ? { heads: known, pushedAt } : null
}

function servedHeads({ forcePushes, runs }: PullRequest): readonly Served[] {
  const forced = forcePushes.map(({ at, before, after }) => {
    return { at, before, commit: after, isForced: true }
  })
  const ran = (runs ?? []).map(({ at, commit }) => ({ at, before: null, commit, isForced: false }))
  return [...forced, ...ran].toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

/** Runs can be skipped, so between two heads there may have been others: all on the way down. Null where there is no way. */
function between(
  older: ObjectId | null,
  newer: ObjectId | null,
  { commits }: PullRequest,
): readonly ObjectId[] | null {
  const way: ObjectId[] = []
  for (let id = newer; id !== older;) {
    const commit = commits.find(each => each.id === id)
    if (commit === undefined || older === null) return null
    way.push(commit.id)
    id = commit.parents[0] ?? null
  }
  return way
}

/** Whether GitHub may have moved commit_id: after a force push or a merge of the base that came after the review. */
function mayHaveMoved(review: Review, pull: PullRequest, seen: readonly Served[]): boolean {
  const isForced = pull.forcePushes.some(({ at }) => at >= review.at)
  const merges = pull.commits.filter(({ parents }) => parents.length > 1)
  return isForced || merges.some(({ id }) => !seen.some(({ commit }) => commit === id))
}
