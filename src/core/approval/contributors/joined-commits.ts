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
  const joined = new Set<ObjectId>()
  if (before === null || pushes === null || facts.moves === null) return joined
  const held = reachableFrom(facts.ancestry, before)
  const wasHeldBy = holding(facts)
  const seen = new Set<ObjectId>()
  for (const { at, after } of pushes) {
    const tip = tipBefore(at, facts)
    const open = after === null || tip === null ? [] : [after]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id) || (held.has(id) && wasHeldBy(tip ?? id, id))) continue
      seen.add(id)
      if (held.has(id)) joined.add(id)
      open.push(...(facts.ancestry.get(id)?.parents ?? []))
    }
  }
  return joined
}

/** The tip before this second: which of a move and a push in one second came first is not known. Null before the first known move. */
function tipBefore(at: Date, { moves }: BranchFacts): ObjectId | null {
  const last = moves?.findLast(move => move.at < at)
  return last === undefined ? (moves?.[0]?.before ?? null) : last.after
}

/** Whether a tip contained a commit. Most commits are on the line, where that is seen at once. */
function holding({ ancestry, line }: BranchFacts): (tip: ObjectId, id: ObjectId) => boolean {
  const places = new Map(line.map((id, at) => [id, at]))
  const histories = new Map<ObjectId, ReadonlySet<ObjectId>>()
  return (tip, id) => {
    const [newer, older] = [places.get(tip), places.get(id)]
    if (newer !== undefined && older !== undefined && older >= newer) return true
    const history = histories.get(tip) ?? reachableFrom(ancestry, tip)
    histories.set(tip, history)
    return history.has(id)
  }
}
