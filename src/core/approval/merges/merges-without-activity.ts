// Merges for which activity does not say what the branch held before. By first parents alone, a merge with its parents swapped hides
// newer states. The commits that it brought by its other parents show what it may have dropped.
import type { Ancestry, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import { ancestorsOf, mergeBasesWith, reachableFrom } from './branch-history.ts'

/** A commit that a merge brought by another parent than the first, with its merge bases with the first parent. */
export interface UnrecordedMerge {
  readonly commit: ObjectId
  readonly bases: readonly ObjectId[]
}

export type UnrecordedMerges = ReadonlyMap<ObjectId, readonly UnrecordedMerge[]>

/**
 * Merge → the commits that it brought by its other parents, for merges on the line (newest first) from the oldest known move back. For
 * all merges if no move is known.
 */
export function mergesWithoutActivity(
  line: readonly ObjectId[],
  ancestry: Ancestry,
  moves: readonly BranchMove[] | null,
): UnrecordedMerges {
  const oldest = (moves ?? [])
    .flatMap(({ before, after }) => [before, after])
    .find(id => id !== null)
  // If the line does not have that commit, all of the line counts as older.
  const from = Math.max(0, oldest === undefined ? 0 : line.lastIndexOf(oldest))
  const found = new Map<ObjectId, readonly UnrecordedMerge[]>()
  for (const commit of line.slice(from)) {
    const [first, ...others] = ancestry.get(commit)?.parents ?? []
    if (first !== undefined && others.length > 0)
      found.set(commit, besides(ancestry, first, others))
  }
  return found
}

/**
 * The first of these commits that has another value than each of its merge bases: if the branch was there before the merge, the merge
 * may have dropped that value. Null if there is none.
 */
export function droppedBy(
  beside: readonly UnrecordedMerge[],
  valueAt: (commit: ObjectId) => string | null | undefined,
): ObjectId | null {
  const changed = beside.find(({ commit, bases }) => {
    const before = bases.length === 0 ? [undefined] : bases.map(valueAt)
    return !before.includes(valueAt(commit))
  })
  return changed?.commit ?? null
}

function besides(
  ancestry: Ancestry,
  first: ObjectId,
  others: readonly ObjectId[],
): readonly UnrecordedMerge[] {
  const known = ancestorsOf(ancestry, first)
  const partings = mergeBasesWith(ancestry, first)
  const reached = new Set(others.flatMap(other => [...reachableFrom(ancestry, other, known)]))
  return [...reached].map(commit => ({ commit, bases: partings(commit) }))
}
