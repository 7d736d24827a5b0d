// At which of its commits the default branch was at some moment: by GitHub's activity, else every commit it can have been.
import type { ObjectId } from '../domain/history.ts'
import type { Landing, ProofFacts } from './facts.ts'
import { mergeBases } from './line.ts'

/**
 * Commits on the line that may have been the tip at `at`, when a pull request had one of these heads: never older than where
 * the head parted from the line, never newer than what the landing found. Several where activity does not decide.
 */
export function possibleTips(
  at: Date,
  heads: readonly ObjectId[],
  landing: Landing,
  facts: ProofFacts,
): readonly ObjectId[] {
  const known = tipsAt(at, facts)
  if (known !== null) return known
  if (landing.before === null) return []
  const { line, ancestry } = facts
  const newest = line.indexOf(landing.before)
  const bases = new Set(heads.flatMap(head => mergeBases(ancestry, head, landing.before ?? head)))
  const oldest = line.findLastIndex(id => bases.has(id))
  return line.slice(newest, (oldest < newest ? line.length - 1 : oldest) + 1)
}

/** By activity; both where a move falls into the same second. Null where it does not reach back so far. */
function tipsAt(at: Date, { moves }: ProofFacts): readonly ObjectId[] | null {
  const before = (moves ?? []).filter(move => move.at < at).at(-1)
  const meanwhile = (moves ?? []).filter(move => move.at.getTime() === at.getTime())
  const oldest = before?.after ?? meanwhile[0]?.before ?? null
  if (oldest === null) return null
  return [oldest, ...meanwhile.flatMap(({ after }) => after ?? [])]
}
