// Commits that came to a pull request before the default branch had them. A later push may join them to that branch without their text,
// so they stay a part of the pull request.
import type { BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { ancestorsOf, reachableFrom } from '../merges/branch-history.ts'
import { statesWithin } from '../merges/branch-tips.ts'
import type { ProofFacts } from '../proof-facts.ts'

type BranchFacts = Pick<ProofFacts, 'repository' | 'ancestry' | 'line' | 'moves'>

/**
 * Commits below `before`, the state below the landing, that the default branch did not have when they were pushed to the pull request. If
 * pushes or moves are not known: commits that it got beside its first parents.
 */
export function joinedCommits(
  pull: Pick<PullRequest, 'pushes' | 'forcePushes' | 'runs' | 'head'>,
  before: ObjectId | null,
  facts: BranchFacts,
): ReadonlySet<ObjectId> {
  const { pushes, head } = pull
  const { id, defaultBranch } = facts.repository
  // A pull request of the default branch into another one brings nothing that it did not have.
  const isBack = head.branch === defaultBranch && head.repositoryId === id
  if (before === null || isBack) return new Set()
  const heads: readonly Head[] = pushes ?? [{ at: null, after: head.commit }, ...servedHeads(pull)]
  const joined = heads.flatMap(({ at, earliest, after }) => {
    const tips = at === null ? [null] : tipsBefore(earliest ?? at, at, facts)
    return tips.flatMap(tip =>
      after === null || tip === before ? [] : inBoth(after, before, tip, facts),
    )
  })
  return new Set(joined)
}

/** A head, and the time by which the pull request had it; null if that is not known. */
type Head = Pick<BranchMove, 'after' | 'earliest'> & { readonly at: Date | null }

/** Heads of a fork that GitHub reports. */
function servedHeads({
  forcePushes,
  runs,
}: Pick<PullRequest, 'forcePushes' | 'runs'>): readonly Head[] {
  return [
    ...forcePushes.flatMap(({ at, before, after }) => [
      { at: null, after: before },
      { at, after },
    ]),
    ...(runs ?? []).map(({ at, commit }) => ({ at, after: commit })),
  ]
}

/**
 * The tip before a push that happened in this time, and those that the branch may have got in it: which of a move and a push in one second
 * came first is not known. Before the first known move: the state below that move, and null for what the branch got before it.
 */
function tipsBefore(from: Date, to: Date, { moves }: BranchFacts): readonly (ObjectId | null)[] {
  const { others } = statesWithin(from, to, moves ?? [])
  const last = moves?.findLast(({ at }) => at < from)
  if (last !== undefined) return [last.after, ...others]
  const first = moves?.[0]?.before ?? null
  return first === null ? [null] : [first, null, ...others]
}

/** Commits that the head and the newer state of the default branch have, and its older tip does not, or if that is not known its line. */
function inBoth(
  head: ObjectId,
  newer: ObjectId,
  tip: ObjectId | null,
  { ancestry, line }: BranchFacts,
): readonly ObjectId[] {
  // A force push may have set the branch back to the tip since.
  const newest = tip === null ? 0 : line.lastIndexOf(tip)
  const isOlder = (id: ObjectId): boolean => newest !== -1 && line.includes(id, newest)
  const older = ancestorsOf(ancestry, tip)
  const held = { has: (id: ObjectId) => older.has(id) || isOlder(id) }
  const found = [...reachableFrom(ancestry, head, held)]
  const theirs = tip === null ? ancestorsOf(ancestry, newer) : reachableFrom(ancestry, newer, held)
  return found.filter(id => theirs.has(id))
}
