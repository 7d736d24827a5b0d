// Shape of the history: commits that the default branch held, ancestors, and merge bases.
import type { Ancestry, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'

/**
 * `tip` and its first parents, newest first, without `until` and older ones, at most `length`. Empty if `tip` is `until` or not in the
 * ancestry.
 */
export function firstParentLine(
  ancestry: Ancestry,
  tip: ObjectId,
  until: ObjectId | null = null,
  length = Infinity,
): readonly ObjectId[] {
  const line: ObjectId[] = []
  for (
    let id: ObjectId | undefined = tip;
    id !== undefined && id !== until && line.length < length;
  ) {
    const commit = ancestry.get(id)
    if (commit === undefined) break
    line.push(id)
    id = commit.parents[0]
  }
  return line
}

/**
 * Commits that a branch held, newest first; a force push may repeat one. By first parents alone one push could rewrite that: a merge
 * with its parents swapped, or a force push, hides newer states. So a tip that does not continue the tip before it by first parents is
 * placed directly above it. What a merge by button brought is one state, however many commits it has. `moves`: oldest first, none newer
 * than `tip`; null: only first parents are known.
 */
export function branchLine(
  ancestry: Ancestry,
  tip: ObjectId,
  moves: readonly BranchMove[] | null,
): readonly ObjectId[] {
  const tips = [...(moves ?? []).flatMap(({ before, after }) => [before, after]), tip]
    .filter(id => id !== null)
    .filter((id, at, all) => id !== all[at + 1])
    .toReversed()
  const merges = new Set(
    (moves ?? [])
      .filter(({ kind }) => kind === 'pullRequestMerge')
      .map(({ before, after }) => `${before} ${after}`),
  )
  return tips.flatMap((id, at) => {
    const before = tips[at + 1]
    if (before === undefined) return firstParentLine(ancestry, id)
    if (merges.has(`${before} ${id}`)) return [id]
    const since = firstParentLine(ancestry, id, before)
    return ancestry.get(since.at(-1) ?? '')?.parents[0] === before ? since : [id]
  })
}

/** Commits that are only asked for one by one. */
export type CommitSet = Pick<ReadonlySet<ObjectId>, 'has'>

/**
 * Every commit of the ancestry that can be reached from `tip`, itself included, without those of `held` and below them. Empty if the
 * ancestry does not have it.
 */
export function reachableFrom(
  ancestry: Ancestry,
  tip: ObjectId,
  held: CommitSet = new Set(),
): ReadonlySet<ObjectId> {
  const seen = new Set<ObjectId>()
  const open = [tip]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const commit = seen.has(id) || held.has(id) ? undefined : ancestry.get(id)
    if (commit === undefined) continue
    seen.add(id)
    open.push(...commit.parents)
  }
  return seen
}

/**
 * The same commits as `reachableFrom`, asked for one by one; none for null. The history is read from the tip only as far down as a question
 * needs, which is a small part of it: most questions are about commits near the tip.
 */
export function ancestorsOf(ancestry: Ancestry, tip: ObjectId | null): CommitSet {
  const generations = generationsOf(ancestry)
  const seen = new Set(tip !== null && ancestry.has(tip) ? [tip] : [])
  let open = [...seen]
  return {
    has(id) {
      const lowest = generations.get(id) ?? Infinity
      const older: ObjectId[] = []
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if ((generations.get(next) ?? 0) <= lowest) older.push(next)
        else
          for (const parent of ancestry.get(next)?.parents ?? [])
            if (ancestry.has(parent) && !seen.has(parent)) {
              seen.add(parent)
              open.push(parent)
            }
      }
      open = older
      return seen.has(id)
    },
  }
}

/** For each ancestry, the generations of its commits: a commit has a higher one than each of its ancestors. */
const GENERATIONS = new WeakMap<Ancestry, ReadonlyMap<ObjectId, number>>()

function generationsOf(ancestry: Ancestry): ReadonlyMap<ObjectId, number> {
  const known = GENERATIONS.get(ancestry)
  if (known !== undefined) return known
  const found = new Map<ObjectId, number>()
  const entered = new Set<ObjectId>()
  for (const tip of ancestry.keys()) {
    const open = [tip]
    for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
      const parents = (ancestry.get(id)?.parents ?? []).filter(each => ancestry.has(each))
      if (!entered.has(id)) open.push(...parents.filter(each => !found.has(each)))
      else {
        found.set(id, 1 + Math.max(0, ...parents.map(each => found.get(each) ?? 0)))
        open.pop()
      }
      entered.add(id)
    }
  }
  GENERATIONS.set(ancestry, found)
  return found
}

/** True if `newer` leads back to `older`; a commit is its own ancestor. False if the ancestry does not have `newer`. */
export function isAncestor(ancestry: Ancestry, older: ObjectId, newer: ObjectId): boolean {
  return ancestorsOf(ancestry, newer).has(older)
}

/** The best common ancestors, as `git merge-base --all` gives them; empty without a common history. */
export function mergeBases(
  ancestry: Ancestry,
  one: ObjectId,
  other: ObjectId,
): readonly ObjectId[] {
  return mergeBasesWith(ancestry, other)(one)
}

/** `mergeBases` of many commits with one: the history of that one is read once. */
export function mergeBasesWith(
  ancestry: Ancestry,
  other: ObjectId,
): (one: ObjectId) => readonly ObjectId[] {
  const theirs = ancestorsOf(ancestry, other)
  return one => {
    const found = new Set<ObjectId>()
    const seen = new Set<ObjectId>()
    const open = [one]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      if (theirs.has(id)) found.add(id)
      else open.push(...(ancestry.get(id)?.parents ?? []))
    }
    if (found.size < 2) return [...found]
    return [...found].filter(
      base => ![...found].some(newer => newer !== base && isAncestor(ancestry, base, newer)),
    )
  }
}
