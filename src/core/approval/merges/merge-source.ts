// Source of a landing: the pull request that brought bytes to the default branch, and whether GitHub merged it or a person pushed.
import type { Ancestry, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import type { Landing, GatheredFacts } from '../proof-facts.ts'
import { firstParentLine, isAncestor } from './branch-history.ts'

export interface MergeSource {
  /** Several if one commit merged several pull requests; empty if the commit was pushed without one. */
  readonly pullRequests: readonly PullRequest[]
  /** The move that brought it first; null if GitHub does not say. */
  readonly move: BranchMove | null
}

/** Facts that decide which pull request brought a landing. */
export type MergeSourceFacts = Pick<
  GatheredFacts,
  'repository' | 'linked' | 'pullRequests' | 'ancestry' | 'movedBy' | 'moves' | 'line'
>

/**
 * The pull requests that were merged into the default branch with this landing as merge commit, squashed commit or one of the rebased
 * commits. A commit that was pushed before its pull request was merged came by that push, so the pull request is not listed.
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
      merged.commit !== null &&
      base === facts.repository.defaultBranch &&
      (isTooLarge
        ? merged.commit === landing.commit
        : isRun(landing, merged.commit, commits.length, facts) &&
          !isBeside(landing, merged.commit, commits)) &&
      isOfMove(merged.commit, move, facts),
  )
  return { pullRequests, move }
}

/** True for a commit of the pull request itself, if GitHub merged other commits that it made. */
function isBeside(
  { commit }: Landing,
  merge: ObjectId,
  commits: readonly PullRequestCommit[],
): boolean {
  const isOwn = (id: ObjectId): boolean => commits.some(each => each.id === id)
  return commit !== merge && isOwn(commit) && !isOwn(merge)
}

/**
 * True if the branch was set back or aside: it does not contain what it held before, or it held this commit once already. Bytes of an
 * approved pull request come back in this way without a new approval.
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

/** True if the landing is the merge commit, or one of the `length` commits of a linear run that ends with it. */
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

/** True if the branch held the commit before this landing: then the person who moved the branch there wrote nothing of it. */
export function wasHeldBefore(
  { commit, before }: Landing,
  { line }: Pick<GatheredFacts, 'line'>,
): boolean {
  const first = line.findLastIndex((id, at) => id === commit && (line[at + 1] ?? null) === before)
  return first !== -1 && first < line.lastIndexOf(commit)
}

/** The moves that brought the landing; several if the branch came there from the same state again. Empty if GitHub does not say. */
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

/** True if the landing is one of the commits that the move brought at once. */
function isWithin({ commit, before }: Landing, move: BranchMove, ancestry: Ancestry): boolean {
  if (move.after === null) return false
  const brought = firstParentLine(ancestry, move.after, move.before)
  const older = [...brought.slice(1), move.before]
  return (
    ancestry.get(brought.at(-1) ?? '')?.parents[0] === move.before &&
    brought.some((id, at) => id === commit && older[at] === before)
  )
}

/** True if GitHub made the merge: then the person who asked for it wrote nothing of it. */
export function isGithubMerge({ kind }: BranchMove): boolean {
  return kind === 'pullRequestMerge' || kind === 'mergeQueueMerge'
}

/** True if GitHub merged a pull request each time the branch came there from that state. False if the moves are unknown. */
export function isMergedByGithub(landing: Landing, facts: MergeSourceFacts): boolean {
  const moves = movesTo(landing, facts)
  const { pullRequests } = mergeSourceOf(landing, facts)
  return moves.length > 0 && moves.every(isGithubMerge) && pullRequests.length > 0
}

/** Commit → the earliest move that brought it; commits from before the oldest known move are absent. `moves`: oldest first. */
export function movesByCommit(
  moves: readonly BranchMove[],
  ancestry: Ancestry,
): ReadonlyMap<ObjectId, BranchMove> {
  const seen = new Set<ObjectId>()
  const brought = new Map<ObjectId, BranchMove>()
  const walk = (tip: ObjectId | null, move: BranchMove | null): void => {
    const open = tip === null ? [] : [tip]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const commit = seen.has(id) ? undefined : ancestry.get(id)
      if (commit === undefined) continue
      seen.add(id)
      if (move !== null) brought.set(id, move)
      open.push(...commit.parents)
    }
  }
  for (const move of moves) {
    walk(move.before, null)
    walk(move.after, move)
  }
  return brought
}

/** True if the move may have brought the merge: a merge of one pull request by GitHub ends with it, any other move has to bring it. */
function isOfMove(
  merge: ObjectId,
  move: BranchMove | null,
  { movedBy }: MergeSourceFacts,
): boolean {
  if (move === null) return true
  return move.kind === 'pullRequestMerge' ? move.after === merge : movedBy.get(merge) === move
}

/** The kind of the move, for evidence. Creation of the branch counts as `push`; `unknown` if GitHub does not say. */
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
