// The shape of the history: the default branch's own line, who descends from whom, and where two commits parted.
import type { Ancestry, ObjectId } from '../domain/history.ts'

/** A commit and its first parents, newest first: what the branch held, state by state. Ends where the ancestry does. */
export function firstParentLine(ancestry: Ancestry, tip: ObjectId): readonly ObjectId[] {
  const line: ObjectId[] = []
  for (let id: ObjectId | undefined = tip; id !== undefined;) {
    const commit = ancestry.get(id)
    if (commit === undefined) break
    line.push(id)
    id = commit.parents[0]
  }
  return line
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

export function isAncestor(ancestry: Ancestry, older: ObjectId, newer: ObjectId): boolean {
  return reachableFrom(ancestry, newer).has(older)
}

/** The best common ancestors, as `git merge-base --all` gives them; none for histories without a common root. */
export function mergeBases(
  ancestry: Ancestry,
  one: ObjectId,
  other: ObjectId,
): readonly ObjectId[] {
  const theirs = reachableFrom(ancestry, other)
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
