// What a reviewer had in front of them: the pull request's head when the review was submitted, from facts of the server only.
// A review's commit_id is not it (GitHub moves it forward), nor are the dates in commits (anybody can set them).
import type { EvidencedApproval } from '../domain/evidence.ts'
import type { ObjectId } from '../domain/history.ts'
import type { PullRequest, Review } from '../domain/pull-request.ts'

export interface SeenHeads {
  /** Several where a push and the review fall into the same second. */
  readonly heads: readonly ObjectId[]
  /** When the newest of them was pushed, null where GitHub does not say. */
  readonly pushedAt: Date | null
}

/** Null where it can no longer be found out. */
export function headsAt(
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

/** Without pushes (a fork): force pushes of the timeline and heads that runs were made for, or a head that nothing moved since. */
function fromServedHeads(review: Review, pull: PullRequest): SeenHeads | null {
  const seen = [
    ...pull.forcePushes.map(({ at, after }) => ({ at, commit: after })),
    ...(pull.runs ?? []),
  ].filter(({ at }) => at <= review.at)
  if (
    !mayHaveMoved(
      review,
      pull,
      seen.flatMap(({ commit }) => commit ?? []),
    )
  )
    return review.commit === null ? null : { heads: [review.commit], pushedAt: null }
  const last = seen.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1)
  if (last === undefined || last.commit === null) return null
  return { heads: [last.commit], pushedAt: last.at }
}

/** Whether GitHub may have moved commit_id: after a force push or a merge of the base that came after the review. */
function mayHaveMoved(review: Review, pull: PullRequest, before: readonly ObjectId[]): boolean {
  const isForced = pull.forcePushes.some(({ at }) => at >= review.at)
  const merges = pull.commits.filter(({ parents }) => parents.length > 1)
  return isForced || merges.some(({ id }) => !before.includes(id))
}
