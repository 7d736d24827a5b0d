// Queries on the commit graph: reachability, common ancestors, and commits of one side only.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { commitAt } from './git-objects.ts'
import type { Objects } from './git-objects.ts'

/** Every commit reachable from the tips, tips included. */
export function reachable(objects: Objects, tips: readonly ObjectId[]): Set<ObjectId> {
  const seen = new Set(tips)
  // Iterating a set includes members that are added meanwhile.
  for (const id of seen) for (const parent of commitAt(objects, id).parents) seen.add(parent)
  return seen
}

/** Whether `ancestor` equals `commit` or is reachable from it. */
export function isAncestor(objects: Objects, ancestor: ObjectId, commit: ObjectId): boolean {
  const seen = new Set([commit])
  for (const id of seen) {
    if (id === ancestor) return true
    for (const parent of commitAt(objects, id).parents) seen.add(parent)
  }
  return false
}

/** All best common ancestors (git merge-base --all), newest committer date first; several after criss-cross merges. */
export function mergeBases(objects: Objects, one: ObjectId, other: ObjectId): ObjectId[] {
  if (one === other) return [one]
  const ofOne = reachable(objects, [one])
  const common = [...reachable(objects, [other])].filter(id => ofOne.has(id))
  const below = reachable(
    objects,
    common.flatMap(id => commitAt(objects, id).parents),
  )
  return common.filter(id => !below.has(id)).sort((a, b) => dateOf(objects, b) - dateOf(objects, a))
}

/** Commits of `head` that `base` lacks (git log base..head), parents before their children. */
export function beyond(objects: Objects, base: ObjectId, head: ObjectId): ObjectId[] {
  const known = reachable(objects, [base])
  const order: ObjectId[] = []
  const stack: { readonly id: ObjectId; readonly isOpen: boolean }[] = [{ id: head, isOpen: false }]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.isOpen) order.push(top.id)
    else if (!known.has(top.id)) {
      known.add(top.id)
      stack.push({ id: top.id, isOpen: true })
      for (const parent of [...commitAt(objects, top.id).parents].reverse())
        stack.push({ id: parent, isOpen: false })
    }
  }
  return order
}

/** The oldest commit on the first-parent line from `tip` that contains `commit`: the one that merged it into the branch. */
export function broughtBy(objects: Objects, tip: ObjectId, commit: ObjectId): ObjectId {
  let at = tip
  for (;;) {
    const [first] = commitAt(objects, at).parents
    if (first === undefined || !isAncestor(objects, commit, first)) return at
    at = first
  }
}

function dateOf(objects: Objects, id: ObjectId): number {
  return commitAt(objects, id).committer.at.getTime()
}
