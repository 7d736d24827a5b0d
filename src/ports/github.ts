// What countersign asks of GitHub: interfaces only, answered by adapters/github/.
import type { Account } from '../domain/account.ts'
import type {
  BranchProtection,
  CodeOwnersFault,
  DeploymentBranches,
} from '../domain/github-settings.ts'
import type { TeamRef } from '../domain/config.ts'
import type {
  Ancestry,
  BlobsAt,
  BranchMove,
  FileAt,
  ListedFile,
  ObjectId,
} from '../domain/history.ts'
import type { PullRequest, PullRequestCommit } from '../domain/pull-request.ts'
import type { BranchRules, RepositoryFacts, Standings } from '../domain/repository.ts'
import type { Comparison, ShownDiff } from '../domain/shown-diff.ts'
import type { RepositoryFiles } from '../ports.ts'

/** A file of an artifact; its name has no folders. */
export interface ArtifactFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Artifacts of the workflow run this is part of. */
export interface Artifacts {
  /** Uploads the files as one artifact, in place of one that this run holds under that name already. */
  upload(name: string, files: readonly ArtifactFile[]): Promise<void>
}

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
  standings(accounts: readonly Account[], teams: readonly TeamRef[]): Promise<Standings>
  /** How often GitHub was asked so far. */
  calls(): { readonly rest: number; readonly graphql: number }
}

/** The comments countersign keeps on pull requests, each kind once, found by a marker and by being our own. */
export interface Comments {
  /** The text of our own comment, null where there is none. */
  find(pullRequest: number, marker: string): Promise<string | null>
  /**
   * What programs (workflows, GitHub Apps) wrote under the marker, newest first. Some other program may have: it has to be
   * checked by what it says.
   */
  byPrograms(pullRequest: number, marker: string): Promise<readonly string[]>
  /** Reads what stands on many pull requests at once, for one `find` or `write` on each of them soon after. */
  lookAt(pullRequests: readonly number[]): Promise<void>
  /** Writes it, or rewrites it where it says something else. The text begins with the marker. */
  write(pullRequest: number, marker: string, body: string): Promise<void>
}

/** The one issue that says who must do something, found by a marker and by being our own. */
export interface Notices {
  /** Opens it, or rewrites it where it says something else. The body begins with the marker. */
  keep(marker: string, title: string, body: string): Promise<void>
  /** Closes it under these last words, where it is open. */
  close(marker: string, title: string, body: string): Promise<void>
}

/** Settings of a repository at GitHub, for looking whether they stand. Only reading; null is "may not be seen" unless said otherwise. */
export interface GithubSettings {
  /** Null where there is no such environment. */
  deploymentBranches(environment: string): Promise<DeploymentBranches | 'hidden' | null>
  /** Whether a secret of that name exists, in the environment, or in the repository for null. */
  hasSecret(name: string, environment: string | null): Promise<boolean | null>
  branchProtection(branch: string): Promise<BranchProtection | null>
  codeOwnersFaults(): Promise<readonly CodeOwnersFault[] | null>
  /** Whose token it is; null for a token that is nobody's (of a job, of an App). */
  viewer(): Promise<Account | null>
  /** Null where nobody has that login, or that id. */
  account(who: { readonly login: string } | { readonly id: number }): Promise<Account | null>
}
