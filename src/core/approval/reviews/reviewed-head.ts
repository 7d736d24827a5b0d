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
  const last = seen.at(-1)
  const reported = last?.commit ?? null
  if (!mayHaveMoved(review, pull, reported)) return fromReview(review, pull, seen)
  const next = served.find(({ at }) => at >= review.at)
  const until = next === undefined ? pull.head.commit : next.isForced ? next.before : next.commit
  const unseen = between(reported, until, pull)
  const meanwhile = served.filter(({ at }) => at.getTime() === review.at.getTime())
  const heads = [reported, ...(unseen ?? [null]), ...meanwhile.map(each => each.commit)]
  const known = heads.filter(head => head !== null)
  const pushedAt = (meanwhile.at(-1) ?? last)?.at ?? null
  return known.length === heads.length ? { heads: known, pushedAt } : null
}

/** A reviewer can name an older commit than the head, so the newest reported head counts too, unless that commit contains it. */
function fromReview(
  { commit }: Review,
  pull: PullRequest,
  seen: readonly Served[],
): SeenHeads | null {
  if (commit === null) return null
  const reported = seen.at(-1)?.commit ?? null
  if (reported !== null && !containedIn(commit, pull).has(reported))
    return { heads: [commit, reported], pushedAt: null }
  // A head may come back: the time of its last push is after each other head.
  const other = seen.findLastIndex(each => each.commit !== commit)
  return { heads: [commit], pushedAt: seen[other + 1]?.at ?? null }
}

function servedHeads({ forcePushes, runs }: PullRequest): readonly Served[] {
  const forced = forcePushes.map(({ at, before, after }) => {
    return { at, before, commit: after, isForced: true }
  })
  const ran = (runs ?? []).map(({ at, commit }) => ({ at, before: null, commit, isForced: false }))
  return [...forced, ...ran].toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

/**
 * Runs can be skipped, so each commit between two reported heads may have been a head, by whichever parent. Null if the two are not
 * connected.
 */
function between(
  older: ObjectId | null,
  newer: ObjectId | null,
  pull: PullRequest,
): readonly ObjectId[] | null {
  if (older === null || newer === null) return null
  const reached = containedIn(newer, pull)
  if (!reached.has(older)) return null
  const before = containedIn(older, pull)
  return [...reached].filter(id => !before.has(id))
}

/** A commit with those of the pull request that it contains. */
function containedIn(head: ObjectId, { commits }: PullRequest): ReadonlySet<ObjectId> {
  const parentsOf = new Map(commits.map(({ id, parents }) => [id, parents]))
  const reached = new Set([head])
  for (const id of reached)
    for (const parent of parentsOf.get(id) ?? []) if (parentsOf.has(parent)) reached.add(parent)
  return reached
}

/** True if GitHub may have moved commit_id: for a force push or a merge of the base after the review. */
function mayHaveMoved(review: Review, pull: PullRequest, reported: ObjectId | null): boolean {
  const isForced = pull.forcePushes.some(({ at }) => at >= review.at)
  const seen = reported === null ? new Set() : containedIn(reported, pull)
  return isForced || pull.commits.some(({ id, parents }) => parents.length > 1 && !seen.has(id))
}
