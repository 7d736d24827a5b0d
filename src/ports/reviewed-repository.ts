// The port for a repository at GitHub with its reviews. Read only.
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
 * A repository at GitHub: its git objects, and what GitHub knows about how they came there. Read only. Every method returns a
 * complete answer or throws (GITHUB_ codes, APPROVAL_API_INCOMPLETE): a missing page never means "nothing there".
 */
export interface ReviewedRepository {
  /**
   * Returns the repository as it is now; asks GitHub at each call, because the tip of the default branch moves. Throws
   * GITHUB_NOT_FOUND for an empty repository, or one that has another name now.
   */
  facts(): Promise<RepositoryFacts>
  /**
   * Returns every commit that can be reached from the tips, with the objects at the watched paths. Commits in `known` are part of
   * the answer and are not asked for again. A tip that GitHub no longer has is absent.
   */
  ancestry(
    tips: readonly ObjectId[],
    watched: readonly string[],
    known?: Ancestry,
  ): Promise<Ancestry>
  /**
   * Returns the files below each tree, at any depth. Empty for an object at a watched path that is not a folder. Throws
   * GITHUB_NOT_FOUND for any other id that is not a tree.
   */
  listings(trees: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly ListedFile[]>>
  /**
   * Returns the blob at each path: null if there is no file, GONE if GitHub no longer has the commit. The answer throws for a file
   * that was not asked for.
   */
  blobsAt(files: readonly FileAt[]): Promise<BlobsAt>
  /** Returns the files of a commit, from git objects. Asks nothing before they are read. */
  filesAt(commit: ObjectId): RepositoryFiles
  /**
   * Returns the numbers of the pull requests of this repository that GitHub links to each commit, ascending; empty if there are
   * none. A commit that GitHub no longer has is absent.
   */
  pullRequestsOf(commits: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly number[]>>
  /** Returns the pull requests in the order of the numbers. Throws GITHUB_NOT_FOUND for a number that is none. */
  pullRequests(numbers: readonly number[]): Promise<readonly PullRequest[]>
  /**
   * Returns who wrote and committed each commit. Absent are commits that GitHub no longer has, and those with too many authors or
   * parents.
   */
  commits(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, PullRequestCommit>>
  /** Returns the bytes of many blobs at once. A blob that GitHub no longer has is absent; one above 1 MiB is given as zeros. */
  blobs(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Uint8Array>>
  /**
   * Returns what GitHub shows between each pair, by `comparisonKey`. Null if GitHub no longer has one of the commits, or if `base`
   * is not their merge base by GitHub's own answer.
   */
  comparisons(pairs: readonly Comparison[]): Promise<ReadonlyMap<string, ShownDiff | null>>
  /** Returns the moves of the default branch, oldest first; null if they may not be read. */
  defaultBranchMoves(): Promise<readonly BranchMove[] | null>
  /** Returns what rulesets ask of the default branch, combined; null if they may not be read. */
  branchRules(): Promise<BranchRules | null>
  /**
   * Returns the rights of the accounts and their membership in the teams, now. Null for a right or membership that is not known,
   * also for those that were not asked about.
   */
  reviewerRights(accounts: readonly Account[], teams: readonly TeamRef[]): Promise<ReviewerRights>
  /** Returns how many calls went to GitHub so far. */
  calls(): { readonly rest: number; readonly graphql: number }
}
