// Merges of which no activity tells what the branch held before. By first parents alone one push can make newer states disappear:
// a merge with its parents swapped. Then what it brought beside its first parent shows what it dropped.
import type { Ancestry, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import { mergeBasesWith, reachableFrom } from './branch-history.ts'

/** A commit that a merge brought beside its first parent, with where it parted from that. */
export interface UnrecordedMerge {
  readonly commit: ObjectId
  readonly bases: readonly ObjectId[]
}

export type UnrecordedMerges = ReadonlyMap<ObjectId, readonly UnrecordedMerge[]>

/** By merge, those on the line (newest first) below the oldest move that is known; all of them where none is. */
export function mergesWithoutActivity(
  line: readonly ObjectId[],
  ancestry: Ancestry,
  moves: readonly BranchMove[] | null,
): UnrecordedMerges {
  const oldest = (moves ?? []).flatMap(({ before, after }) => [before, after]).find(isThere)
  // Where the line ends before it, all of it is older.
  const told = Math.max(0, oldest === undefined ? 0 : line.lastIndexOf(oldest))
  const found = new Map<ObjectId, readonly UnrecordedMerge[]>()
  for (const commit of line.slice(told)) {
    const [first, ...others] = ancestry.get(commit)?.parents ?? []
    if (first !== undefined && others.length > 0)
      found.set(commit, besides(ancestry, first, others))
  }
  return found
}

/** A commit beside a merge that changed the value since it parted: a merge that has it as its first parent dropped that. */
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
  const known = reachableFrom(ancestry, first)
  const partings = mergeBasesWith(ancestry, first)
  const mergeSource = new Set(others.flatMap(other => [...reachableFrom(ancestry, other)]))
  return [...mergeSource]
    .filter(commit => !known.has(commit))
    .map(commit => ({ commit, bases: partings(commit) }))
}

function isThere(id: ObjectId | null): id is ObjectId {
  return id !== null
}
