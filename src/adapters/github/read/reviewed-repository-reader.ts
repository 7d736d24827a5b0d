// The port ReviewedRepository over GitHub's API. Sends nothing, and loads no octokit, before the first question.
import type { Account } from '../../../domain/proof/account.ts'
import type { TeamRef } from '../../../domain/request/config.ts'
import type {
  Ancestry,
  BlobsAt,
  BranchMove,
  FileAt,
  ListedFile,
  ObjectId,
} from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import type {
  BranchRules,
  RepositoryFacts,
  ReviewerRights,
} from '../../../domain/proof/repository-facts.ts'
import type { Comparison, ShownDiff } from '../../../domain/proof/shown-diff.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { CertificateArtifacts } from '../../../ports/artifacts.ts'
import type { Comments } from '../../../ports/comments.ts'
import type { Notices } from '../../../ports/notices.ts'
import type { RepositoryFiles } from '../../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../../ports/reviewed-repository.ts'
import type { GithubAccess } from '../connection/github-api-access.ts'
import { readRecentCertificates } from '../artifacts/recent-certificates.ts'
import { readEarlierRun } from '../events/earlier-run.ts'
import type { EarlierRun } from '../events/earlier-run.ts'
import { readReviewState } from '../events/review-state.ts'
import type { ReviewState } from '../events/review-state.ts'
import { readActivity } from './branch-activity.ts'
import { readAncestry } from './commit-ancestry.ts'
import { BlobLookups } from './blobs-at.ts'
import { readBranchRules } from './branch-rules.ts'
import { GithubComments } from '../write/comment-writer.ts'
import { readCommits } from './commit-authors.ts'
import { Comparisons } from './comparisons.ts'
import { GithubNotices } from '../write/notice-writer.ts'
import { GithubFiles } from './commit-files.ts'
import type { ConnectionLimits } from '../connection/github-connection.ts'
import { BlobContents } from './blob-contents.ts'
import { nameToday, readFacts } from './repository-tip.ts'
import { readPullRequestLinks } from './pull-request-links.ts'
import { readPullRequests } from './read-pull-requests.ts'
import { openRepositoryApi } from '../connection/repository-api.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { readReviewerRights } from './permissions-and-teams.ts'
import { Trees } from './git-trees.ts'

export interface GithubRepositoryOptions extends GithubAccess {
  /** owner/name */
  readonly repository: string
  /** A token that may read the organization's members; null if there is none. */
  readonly membersToken: GithubAccess['token'] | null
}

export class GithubRepository implements ReviewedRepository {
  readonly #api: RepositoryApi
  readonly #organizations: RepositoryApi | null
  readonly #trees: Trees
  readonly #contents: BlobContents
  readonly #lookups: BlobLookups
  readonly #comparisons: Comparisons
  /** Objects at folder paths that are not folders: files, submodules. */
  readonly #noFolders = new Set<ObjectId>()
  #defaultBranch: string | null = null
  /** Base branches other than the default one, with the name that each has today. */
  readonly #names = new Map<string, string>()

  /** `random`: from 0 to 1. Throws RUN_USAGE for an invalid name, GITHUB_INSECURE for a URL that must not get the token. */
  constructor(
    options: GithubRepositoryOptions,
    clock: Clock,
    random: () => number,
    limits: Partial<ConnectionLimits> = {},
  ) {
    const open = (token: GithubAccess['token']): RepositoryApi =>
      openRepositoryApi({ ...options, token }, clock, random, limits)
    this.#api = open(options.token)
    this.#organizations = options.membersToken === null ? null : open(options.membersToken)
    this.#trees = new Trees(this.#api)
    this.#contents = new BlobContents(this.#api)
    this.#lookups = new BlobLookups(this.#api)
    this.#comparisons = new Comparisons(this.#api)
  }

  async facts(): Promise<RepositoryFacts> {
    const facts = await readFacts(this.#api)
    this.#defaultBranch = facts.defaultBranch
    return facts
  }

  ancestry(
    tips: readonly ObjectId[],
    watched: readonly string[],
    known?: Ancestry,
  ): Promise<Ancestry> {
    return readAncestry(this.#api, tips, watched, known, this.#noFolders)
  }

  async listings(
    trees: readonly ObjectId[],
  ): Promise<ReadonlyMap<ObjectId, readonly ListedFile[]>> {
    const folders = trees.filter(id => !this.#noFolders.has(id))
    const below = await this.#trees.below(folders)
    return new Map(
      trees.map(tree => {
        const leaves = below.get(tree) ?? []
        return [tree, leaves.map(({ path, mode, blob }) => ({ path, mode, blob }))] as const
      }),
    )
  }

  blobsAt(files: readonly FileAt[]): Promise<BlobsAt> {
    return this.#lookups.at(files)
  }

  filesAt(commit: ObjectId): RepositoryFiles {
    return new GithubFiles(commit, this.#trees, this.#contents)
  }

  pullRequestsOf(commits: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly number[]>> {
    return readPullRequestLinks(this.#api, commits)
  }

  /** A pull request that was merged before its base was renamed still has the old name. */
  async pullRequests(numbers: readonly number[]): Promise<readonly PullRequest[]> {
    const found = await readPullRequests(this.#api, numbers)
    const current = found.length === 0 ? '' : await this.#branch()
    for (const base of new Set(found.map(pull => pull.base)))
      if (base !== current && !this.#names.has(base))
        this.#names.set(base, await nameToday(this.#api, base))
    return found.map(pull => ({ ...pull, base: this.#names.get(pull.base) ?? pull.base }))
  }

  commits(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, PullRequestCommit>> {
    return readCommits(this.#api, ids)
  }

  blobs(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
    return this.#contents.readUnsized(ids)
  }

  comparisons(pairs: readonly Comparison[]): Promise<ReadonlyMap<string, ShownDiff | null>> {
    return this.#comparisons.of(pairs)
  }

  reviewState(pullRequest: number): Promise<ReviewState> {
    return readReviewState(this.#api, pullRequest)
  }

  earlierRun(run: Parameters<typeof readEarlierRun>[1]): Promise<EarlierRun | null> {
    return readEarlierRun(this.#api, run)
  }

  async defaultBranchMoves(): Promise<readonly BranchMove[] | null> {
    return readActivity(this.#api, await this.#branch())
  }

  async branchRules(): Promise<BranchRules | null> {
    return readBranchRules(this.#api, await this.#branch())
  }

  reviewerRights(accounts: readonly Account[], teams: readonly TeamRef[]): Promise<ReviewerRights> {
    return readReviewerRights(this.#api, this.#organizations, accounts, teams)
  }

  /** Comments on its pull requests, with the same token. */
  comments(): Comments {
    return new GithubComments(this.#api)
  }

  /** Artifacts of its workflow runs, with the same token. */
  artifacts(): CertificateArtifacts {
    return { recentCertificates: (...asked) => readRecentCertificates(this.#api, ...asked) }
  }

  /** The notice issue of the repository, with the same token. */
  notices(): Notices {
    return new GithubNotices(this.#api)
  }

  calls(): { readonly rest: number; readonly graphql: number } {
    const main = this.#api.connection.calls()
    const members = this.#organizations?.connection.calls() ?? { rest: 0, graphql: 0 }
    return { rest: main.rest + members.rest, graphql: main.graphql + members.graphql }
  }

  /** The default branch from the facts that were read last. If there are none, they are read now. */
  async #branch(): Promise<string> {
    return this.#defaultBranch ?? (await this.facts()).defaultBranch
  }
}
