// The shape of the history: what the default branch held, who descends from whom, and where two commits parted.
import type { Ancestry, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'

/** A commit and its first parents, newest first, as far as the ancestry goes; `until` and what is below it are left out. */
export function firstParentLine(
  ancestry: Ancestry,
  tip: ObjectId,
  until: ObjectId | null = null,
): readonly ObjectId[] {
  const line: ObjectId[] = []
  for (let id: ObjectId | undefined = tip; id !== undefined && id !== until;) {
    const commit = ancestry.get(id)
    if (commit === undefined) break
    line.push(id)
    id = commit.parents[0]
  }
  return line
}

/**
 * What a branch held, state by state, newest first. By first parents alone one push could rewrite that: a merge with its
 * parents swapped, or a force push, makes newer states disappear. So where a tip does not go on from the tip before it by first
 * parents, it stands right above that. `moves` oldest first and no newer than `tip`; null: first parents are all there is.
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
  return tips.flatMap((id, at) => {
    const before = tips[at + 1]
    if (before === undefined) return firstParentLine(ancestry, id)
    const since = firstParentLine(ancestry, id, before)
    return ancestry.get(since.at(-1) ?? '')?.parents[0] === before ? since : [id]
  })
}

/** Every commit that can be reached from one, itself included. */
export function reachableFrom(ancestry: Ancestry, tip: ObjectId): ReadonlySet<ObjectId> {
  const seen = new Set<ObjectId>()
  const open = [tip]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const commit = seen.has(id) ? undefined : ancestry.get(id)
    if (commit === undefined) continue
    seen.add(id)
    open.push(...commit.parents)
  }
  return seen
}

/** True where `newer` leads back to `older`; a commit is its own ancestor. */
export function isAncestor(ancestry: Ancestry, older: ObjectId, newer: ObjectId): boolean {
  return reachableFrom(ancestry, newer).has(older)
}

/** The best common ancestors, as `git merge-base --all` gives them; none for histories without a common root. */
export function mergeBases(
  ancestry: Ancestry,
  one: ObjectId,
  other: ObjectId,
): readonly ObjectId[] {
  return mergeBasesWith(ancestry, other)(one)
}

/** The same for many commits against one. */
export function mergeBasesWith(
  ancestry: Ancestry,
  other: ObjectId,
): (one: ObjectId) => readonly ObjectId[] {
  const theirs = reachableFrom(ancestry, other)
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
