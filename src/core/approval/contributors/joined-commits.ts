// Commits that came to a pull request before the default branch had them. A later push may join them to that branch without their text,
// so they stay a part of the pull request.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { reachableFrom } from '../merges/branch-history.ts'
import type { ProofFacts } from '../proof-facts.ts'

type BranchFacts = Pick<ProofFacts, 'ancestry' | 'line' | 'moves'>

/**
 * Commits below `before`, the state below the landing, that the default branch did not have when they were pushed to the pull request. If
 * pushes or moves are not known: commits that it got beside its first parents.
 */
export function joinedCommits(
  { pushes, head }: Pick<PullRequest, 'pushes' | 'head'>,
  before: ObjectId | null,
  facts: BranchFacts,
): ReadonlySet<ObjectId> {
  if (before === null) return new Set()
  const heads = pushes ?? [{ at: null, after: head.commit }]
  const joined = heads.flatMap(({ at, after }) => {
    const tip = at === null ? null : tipBefore(at, facts)
    return after === null || tip === before ? [] : inBoth(after, before, tip, facts)
  })
  return new Set(joined)
}

/** The tip before this second: which of a move and a push in one second came first is not known. Null before the first known move. */
function tipBefore(at: Date, { moves }: BranchFacts): ObjectId | null {
  const last = moves?.findLast(move => move.at < at)
  return last === undefined ? (moves?.[0]?.before ?? null) : last.after
}

/** Commits that the head and the newer state of the default branch have, and its older tip does not, or if that is not known its line. */
function inBoth(
  head: ObjectId,
  newer: ObjectId,
  tip: ObjectId | null,
  { ancestry, line }: BranchFacts,
): readonly ObjectId[] {
  const newest = tip === null ? 0 : line.indexOf(tip)
  // Most histories end at the line, so its older part is not walked.
  const older = new Set(newest === -1 ? [] : line.slice(newest))
  const found = [...reachableFrom(ancestry, head, older)]
  if (found.length === 0) return []
  const theirs = reachableFrom(ancestry, newer, tip === null ? new Set() : older)
  const both = found.filter(id => theirs.has(id))
  const held = both.length === 0 || tip === null ? new Set() : reachableFrom(ancestry, tip)
  return both.filter(id => !held.has(id))
}
