// Possible tips of the default branch at a moment: by GitHub's activity, else every commit that it can have been.
import type { Ancestry, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { Landing, GatheredFacts } from '../proof-facts.ts'
import { isAncestor, mergeBases } from './branch-history.ts'

/** Known history of the default branch. */
export type Branch = Pick<
  GatheredFacts,
  'repository' | 'line' | 'ancestry' | 'moves' | 'linked' | 'movedBy' | 'pullRequests'
>

/**
 * Commits that may have been the tip at `at`, when a pull request had one of these heads. If activity does not say: all from where
 * the heads left the line up to the commit before the landing, newest first. Empty if that commit is not known.
 */
export function possibleTips(
  at: Date,
  heads: readonly ObjectId[],
  landing: Landing,
  branch: Branch,
): readonly ObjectId[] {
  const known = tipsAt(at, landing, branch)
  if (known !== null) return known
  const { line, ancestry } = branch
  const { before } = landing
  const newest = before === null ? -1 : line.indexOf(before)
  if (before === null || newest === -1) return []
  const bases = new Set(heads.flatMap(head => mergeBases(ancestry, head, before)))
  const oldest = line.findLastIndex(id => bases.has(id))
  return line.slice(newest, (oldest < newest ? line.length - 1 : oldest) + 1)
}

/**
 * By activity: the tips before and after a move in the same second. The landing's own move is left out, since a review that counts
 * came before it. Null if activity does not reach back so far.
 */
function tipsAt(
  at: Date,
  { commit }: Landing,
  { moves, ancestry }: Branch,
): readonly ObjectId[] | null {
  const { oldest, others } = statesWithin(at, at, moves ?? [])
  if (oldest === null) return null
  return [oldest, ...others.filter(tip => !isAncestor(ancestry, commit, tip))]
}

/**
 * The state of a branch before `from`, null if its moves do not reach back so far, and those that it may have got until `to`: times are
 * whole seconds, and a server may write a move later than it was.
 */
export function statesWithin(
  from: Date,
  to: Date,
  moves: readonly BranchMove[],
): { readonly oldest: ObjectId | null; readonly others: readonly ObjectId[] } {
  const before = moves.findLast(({ at }) => at < from)
  const meanwhile = moves.filter(({ at, earliest = at }) => at >= from && earliest <= to)
  return {
    oldest: before?.after ?? meanwhile[0]?.before ?? null,
    others: meanwhile.flatMap(({ after }) => after ?? []),
  }
}

/** Up to this many tips are examined one by one. */
const FEW = 8

/**
 * Merge bases of the head with these tips: commits that GitHub may have compared it with. If the first and the last of many tips give
 * the same, those in between do too, since on the line each tip contains the older ones. Empty without tips or common history.
 */
export function possibleBases(
  head: ObjectId,
  tips: readonly ObjectId[],
  ancestry: Ancestry,
): readonly ObjectId[] {
  const [newest, oldest] = [tips[0], tips.at(-1)]
  if (newest === undefined || oldest === undefined) return []
  const basesAt = (tip: ObjectId): readonly ObjectId[] => mergeBases(ancestry, head, tip)
  if (tips.length <= FEW) return [...new Set(tips.flatMap(basesAt))]
  if (isSame(basesAt(newest), basesAt(oldest))) return basesAt(newest)
  const half = Math.floor(tips.length / 2)
  const parts = [tips.slice(0, half), tips.slice(half)]
  return [...new Set(parts.flatMap(part => possibleBases(head, part, ancestry)))]
}

function isSame(one: readonly ObjectId[], other: readonly ObjectId[]): boolean {
  return one.length === other.length && one.every(id => other.includes(id))
}
