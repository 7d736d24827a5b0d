// Head that a reviewer saw: the pull request's head when the review was submitted, from facts of the server only. The commit_id of
// a review is not that head (GitHub moves it forward), and dates in commits prove nothing (anybody can set them).
import type { EvidencedApproval } from '../../../domain/proof/evidence.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, Review } from '../../../domain/proof/pull-request.ts'

export interface SeenHeads {
  /** Never empty. Several if GitHub does not say which of them it was, such as for a push in the same second. */
  readonly heads: readonly ObjectId[]
  /** When the newest of them was pushed; null if GitHub does not say. */
  readonly pushedAt: Date | null
}

/**
 * The possible heads, from the first source that has them: pushes to the head branch, force pushes and runs, the evidence in the record
 * (`recorded`). Null if no source has them any more.
 */
export function reviewedHeads(
  review: Review,
  pull: PullRequest,
  recorded: EvidencedApproval | null,
): SeenHeads | null {
  return (
    fromPushes(review, pull) ??
    fromServedHeads(review, pull) ??
    (recorded === null ? null : { heads: [recorded.head], pushedAt: null })
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

/** A head that GitHub reports: after a force push in the timeline, or for a run. */
interface Served {
  readonly at: Date
  /** The head before it; null if GitHub does not say. */
  readonly before: ObjectId | null
  readonly commit: ObjectId | null
  readonly isForced: boolean
}

/** Without pushes (a fork): heads of force pushes and runs, or the commit of the review if nothing can have moved it since. */
function fromServedHeads(review: Review, pull: PullRequest): SeenHeads | null {
  const served = servedHeads(pull)
  const seen = served.filter(({ at }) => at < review.at)
  if (!mayHaveMoved(review, pull, seen)) {
    const same = seen.filter(({ commit }) => commit === review.commit)
    const pushed = same.findLast(({ isForced }) => isForced) ?? same[0]
    return review.commit === null ? null : { heads: [review.commit], pushedAt: pushed?.at ?? null }
  }
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

/** Runs can be skipped, so each commit between two reported heads may have been a head. Null if the two are not connected. */
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

/** True if GitHub may have moved commit_id: for a force push or a merge of the base after the review. */
function mayHaveMoved(review: Review, pull: PullRequest, seen: readonly Served[]): boolean {
  const isForced = pull.forcePushes.some(({ at }) => at >= review.at)
  const merges = pull.commits.filter(({ parents }) => parents.length > 1)
  return isForced || merges.some(({ id }) => !seen.some(({ commit }) => commit === id))
}
