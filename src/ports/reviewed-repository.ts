// A repository at GitHub with its reviews. Only reading.
import type { Account } from '../domain/proof/account.ts'
import type { TeamRef } from '../domain/request/config.ts'
import type {
  Ancestry,
  BlobsAt,
  BranchMove,
  FileAt,
  ListedFile,
  ObjectId,
} from '../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../domain/proof/pull-request.ts'
import type {
  BranchRules,
  RepositoryFacts,
  ReviewerRights,
} from '../domain/proof/repository-facts.ts'
import type { Comparison, ShownDiff } from '../domain/proof/shown-diff.ts'
import type { RepositoryFiles } from './repository-files.ts'

/**
 * A repository at GitHub: its git objects, and what GitHub knows of how they came there. Only reading. Every method answers
 * whole or throws (GITHUB_ codes, APPROVAL_API_INCOMPLETE): a page that is missing is never "nothing there".
 */
export interface ReviewedRepository {
  /** Asked anew each time: the tip of the default branch moves. */
  facts(): Promise<RepositoryFacts>
  /**
   * Every commit reachable from the tips, with the objects at the watched paths. What `known` holds is not asked for again and
   * is part of the answer; a tip that GitHub no longer has is absent from it.
   */
  ancestry(
    tips: readonly ObjectId[],
    watched: readonly string[],
    known?: Ancestry,
  ): Promise<Ancestry>
  /** The files below each tree, at any depth; none below what a watched path holds and is no folder. */
  listings(trees: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly ListedFile[]>>
  blobsAt(files: readonly FileAt[]): Promise<BlobsAt>
  /** The files of a commit, from git objects. */
  filesAt(commit: ObjectId): RepositoryFiles
  /** Numbers of the pull requests that GitHub links to each commit. */
  pullRequestsOf(commits: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly number[]>>
  pullRequests(numbers: readonly number[]): Promise<readonly PullRequest[]>
  /** Who wrote and committed each commit; absent are those GitHub no longer has, and those with too many authors or parents. */
  commits(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, PullRequestCommit>>
  /** The bytes of blobs, many at once; one that GitHub no longer has is absent. */
  blobs(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Uint8Array>>
  /**
   * What GitHub shows between each pair, by `comparisonKey`; null where it no longer has one of the commits, or `base` is not
   * their merge base by GitHub's own answer.
   */
  comparisons(pairs: readonly Comparison[]): Promise<ReadonlyMap<string, ShownDiff | null>>
  /** Moves of the default branch, oldest first; null where they cannot be read. */
  defaultBranchMoves(): Promise<readonly BranchMove[] | null>
  /** What rulesets ask of the default branch; null where they cannot be read. */
  branchRules(): Promise<BranchRules | null>
  reviewerRights(accounts: readonly Account[], teams: readonly TeamRef[]): Promise<ReviewerRights>
  /** How often GitHub was asked so far. */
  calls(): { readonly rest: number; readonly graphql: number }
}
