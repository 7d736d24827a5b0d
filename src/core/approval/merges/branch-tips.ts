// At which of its commits the default branch was at some moment: by GitHub's activity, else every commit it can have been.
import type { Ancestry, ObjectId } from '../../../domain/proof/git-history.ts'
import type { Landing, GatheredFacts } from '../proof-facts.ts'
import { isAncestor, mergeBases } from './branch-history.ts'

/** What is known of the default branch. */
export type Branch = Pick<GatheredFacts, 'line' | 'ancestry' | 'moves'>

/**
 * Commits on the line that may have been the tip at `at`, when a pull request had one of these heads: never older than where
 * the head parted from the line, never newer than what the landing found. Several where activity does not decide.
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
 * By activity; before and after a move that falls into the same second, unless it is the landing, which a review that counts
 * came before. Null where activity does not reach back so far.
 */
function tipsAt(
  at: Date,
  { commit }: Landing,
  { moves, ancestry }: Branch,
): readonly ObjectId[] | null {
  const before = (moves ?? []).filter(move => move.at < at).at(-1)
  const meanwhile = (moves ?? []).filter(move => move.at.getTime() === at.getTime())
  const oldest = before?.after ?? meanwhile[0]?.before ?? null
  if (oldest === null) return null
  const others = meanwhile.flatMap(({ after }) => after ?? [])
  return [oldest, ...others.filter(tip => !isAncestor(ancestry, commit, tip))]
}

/** Up to so many tips are looked at one by one. */
const FEW = 8

/**
 * The commits that GitHub may have compared a head with when the default branch was at one of these tips. Where the first and
 * the last of many tips give the same, those in between do too: on the line each tip holds the older ones.
 */
export function possibleBases(
  head: ObjectId,
  tips: readonly ObjectId[],
  ancestry: Ancestry,
): readonly ObjectId[] {
  const [newest, oldest] = [tips[0], tips.at(-1)]
  if (newest === undefined || oldest === undefined) return []
  const basesAt = (tip: ObjectId): readonly ObjectId[] => mergeBases(ancestry, head, tip)
  if (tips.length <= FEW) return unique(tips.flatMap(basesAt))
  if (isSame(basesAt(newest), basesAt(oldest))) return basesAt(newest)
  const half = Math.floor(tips.length / 2)
  const parts = [tips.slice(0, half), tips.slice(half)]
  return unique(parts.flatMap(part => possibleBases(head, part, ancestry)))
}

function unique(ids: readonly ObjectId[]): readonly ObjectId[] {
  return [...new Set(ids)]
}

function isSame(one: readonly ObjectId[], other: readonly ObjectId[]): boolean {
  return one.length === other.length && one.every(id => other.includes(id))
}
