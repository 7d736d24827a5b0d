// Commits that came to a pull request before the default branch had them. A later push may join them to that branch without their text,
// so they stay a part of the pull request.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { reachableFrom } from '../merges/branch-history.ts'
import type { ProofFacts } from '../proof-facts.ts'

type BranchFacts = Pick<ProofFacts, 'ancestry' | 'line' | 'moves'>

/**
 * Commits below `before`, the state below the landing, that the default branch did not have when they were pushed to the pull request.
 * Empty if pushes or moves are not known.
 */
export function joinedCommits(
  { pushes }: Pick<PullRequest, 'pushes'>,
  before: ObjectId | null,
  facts: BranchFacts,
): ReadonlySet<ObjectId> {
  if (before === null) return new Set()
  const joined = (pushes ?? []).flatMap(({ at, after }) => {
    const tip = tipBefore(at, facts)
    return after === null || tip === null || tip === before ? [] : inBoth(after, before, tip, facts)
  })
  return new Set(joined)
}

/** The tip before this second: which of a move and a push in one second came first is not known. Null before the first known move. */
function tipBefore(at: Date, { moves }: BranchFacts): ObjectId | null {
  const last = moves?.findLast(move => move.at < at)
  return last === undefined ? (moves?.[0]?.before ?? null) : last.after
}

/** Commits that both heads have, and the older tip does not. */
function inBoth(
  one: ObjectId,
  other: ObjectId,
  tip: ObjectId,
  { ancestry, line }: BranchFacts,
): readonly ObjectId[] {
  const newest = line.indexOf(tip)
  // Most histories end at the line, so its older part is not walked.
  const older = new Set(newest === -1 ? [] : line.slice(newest))
  const theirs = reachableFrom(ancestry, other, older)
  const found = [...reachableFrom(ancestry, one, older)].filter(id => theirs.has(id))
  if (found.length === 0) return []
  const held = reachableFrom(ancestry, tip)
  return found.filter(id => !held.has(id))
}
