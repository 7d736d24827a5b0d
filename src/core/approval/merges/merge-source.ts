// How bytes came to the default branch: which pull request brought them, and whether GitHub merged it or somebody pushed.
import type { Ancestry, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import type { Landing, GatheredFacts } from '../proof-facts.ts'
import { firstParentLine, isAncestor } from './branch-history.ts'

export interface MergeSource {
  /** Several where one commit ended several pull requests. */
  readonly pullRequests: readonly PullRequest[]
  /** The move that brought it first, null where GitHub does not say. */
  readonly move: BranchMove | null
}

/** What says which pull request brought a landing. */
export type MergeSourceFacts = Pick<
  GatheredFacts,
  'repository' | 'linked' | 'pullRequests' | 'ancestry' | 'movedBy'
>

/**
 * The merged pull requests into the default branch whose merge is this landing: it is their merge or squashed commit, or one
 * of the commits that their rebase put there. A commit that was pushed before its pull request was merged came by that push.
 */
export function mergeSourceOf(landing: Landing, facts: MergeSourceFacts): MergeSource {
  const move = facts.movedBy.get(landing.commit) ?? null
  const candidates = (facts.linked.get(landing.commit) ?? []).flatMap(number => {
    const found = facts.pullRequests.get(number)
    return found === undefined ? [] : [found]
  })
  const pullRequests = candidates.filter(
    ({ base, merged, commits, isTooLarge }) =>
      merged !== null &&
      base === facts.repository.defaultBranch &&
      (isTooLarge
        ? merged.commit === landing.commit
        : isRun(landing, merged.commit, commits.length, facts) &&
          !isBeside(landing, merged.commit, commits)) &&
      isOfMove(merged.commit, move, facts),
  )
  return { pullRequests, move }
}

/** A commit of the pull request itself landed with it only where its own commits were pushed, not where GitHub made others. */
function isBeside(
  { commit }: Landing,
  merge: ObjectId,
  commits: readonly PullRequestCommit[],
): boolean {
  const isOwn = (id: ObjectId): boolean => commits.some(each => each.id === id)
  return commit !== merge && isOwn(commit) && !isOwn(merge)
}

/**
 * Whether the branch was put there, not moved on: it does not hold what it held before, or it held this commit once already.
 * Bytes that an approved pull request once brought come back that way without anybody's approval.
 */
export function isHistoryRewrite(
  { commit, before }: Landing,
  { ancestry, line }: Pick<GatheredFacts, 'ancestry' | 'line'>,
): boolean {
  const at = line.findIndex((id, index) => id === commit && (line[index + 1] ?? null) === before)
  if (at !== line.lastIndexOf(commit)) return true
  const goesOn = before === null || ancestry.get(commit)?.parents[0] === before
  return !goesOn && !isAncestor(ancestry, before, commit)
}

/** Whether the landing is the merge commit, or lies among the `length` commits of a linear run that ends with it. */
function isRun(
  landing: Landing,
  last: ObjectId,
  length: number,
  { ancestry }: MergeSourceFacts,
): boolean {
  for (
    let [id, left]: [ObjectId | undefined, number] = [last, length];
    id !== undefined && left > 0;
    left--
  ) {
    if (id === landing.commit) return true
    const parents: readonly ObjectId[] = ancestry.get(id)?.parents ?? []
    if (parents.length !== 1) return false
    id = parents[0]
  }
  return last === landing.commit
}

/** True where the branch held the commit before, so that whoever moved it there wrote nothing of it. */
export function wasHeldBefore(
  { commit, before }: Landing,
  { line }: Pick<GatheredFacts, 'line'>,
): boolean {
  const first = line.findLastIndex((id, at) => id === commit && (line[at + 1] ?? null) === before)
  return first !== -1 && first < line.lastIndexOf(commit)
}

/**
 * The moves that brought it: several where the branch came there from the same state more than once. Empty where GitHub does not say.
 */
export function movesTo(
  landing: Landing,
  {
    moves,
    movedBy,
    line,
    ancestry,
  }: Pick<GatheredFacts, 'moves' | 'movedBy' | 'line' | 'ancestry'>,
): readonly BranchMove[] {
  const { commit, before } = landing
  const all = moves ?? []
  const own = all.filter(move => move.after === commit && move.before === before)
  if (line.indexOf(commit) !== line.lastIndexOf(commit))
    return all.filter(move => own.includes(move) || isWithin(landing, move, ancestry))
  const first = movedBy.get(commit)
  return own.length > 0 || first === undefined ? own : [first]
}

/** Whether it is one of several commits that a move brought at once. */
function isWithin({ commit, before }: Landing, move: BranchMove, ancestry: Ancestry): boolean {
  if (move.after === null) return false
  const mergeSource = firstParentLine(ancestry, move.after, move.before)
  const older = [...mergeSource.slice(1), move.before]
  return (
    ancestry.get(mergeSource.at(-1) ?? '')?.parents[0] === move.before &&
    mergeSource.some((id, at) => id === commit && older[at] === before)
  )
}

/** GitHub made the merge, so that who asked for it wrote nothing of it. */
export function isGithubMerge({ kind }: BranchMove): boolean {
  return kind === 'pullRequestMerge' || kind === 'mergeQueueMerge'
}

/** Whether GitHub made it of a pull request, each time that the branch came there from that state; false where moves are unknown. */
export function isMergedByGithub(
  landing: Landing,
  facts: MergeSourceFacts & Pick<GatheredFacts, 'moves' | 'line'>,
): boolean {
  const moves = movesTo(landing, facts)
  const { pullRequests } = mergeSourceOf(landing, facts)
  return moves.length > 0 && moves.every(isGithubMerge) && pullRequests.length > 0
}

/** For each commit the earliest move that brought it; commits that were there before the oldest known move have none. */
export function movesByCommit(
  moves: readonly BranchMove[],
  ancestry: Ancestry,
): ReadonlyMap<ObjectId, BranchMove> {
  const seen = new Set<ObjectId>()
  const mergeSource = new Map<ObjectId, BranchMove>()
  const walk = (tip: ObjectId | null, move: BranchMove | null): void => {
    const open = tip === null ? [] : [tip]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const commit = seen.has(id) ? undefined : ancestry.get(id)
      if (commit === undefined) continue
      seen.add(id)
      if (move !== null) mergeSource.set(id, move)
      open.push(...commit.parents)
    }
  }
  for (const move of moves) {
    walk(move.before, null)
    walk(move.after, move)
  }
  return mergeSource
}

/** GitHub's own merges end with the merge commit; a push by hand must at least hold it. */
function isOfMove(
  merge: ObjectId,
  move: BranchMove | null,
  { movedBy }: MergeSourceFacts,
): boolean {
  if (move === null) return true
  return move.kind === 'pullRequestMerge' ? move.after === merge : movedBy.get(merge) === move
}

/** By whom the branch was moved there, in one word for evidence. */
export function landedBy(
  move: BranchMove | null,
): 'pullRequestMerge' | 'mergeQueueMerge' | 'push' | 'forcePush' | 'unknown' {
  switch (move?.kind) {
    case 'pullRequestMerge':
    case 'mergeQueueMerge':
    case 'push':
    case 'forcePush':
      return move.kind
    case 'branchCreation':
      return 'push'
    case undefined:
    case 'branchDeletion':
      return 'unknown'
  }
}
