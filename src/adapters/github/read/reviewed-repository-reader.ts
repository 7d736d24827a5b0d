// The port ReviewedRepository over GitHub's API. Sends nothing, and loads no octokit, before the first question.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { RepositoryFacts } from '../../../domain/proof/repository-facts.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { HostedRepository } from '../../../ports/hosted-repository.ts'
import type { GithubAccess } from '../connection/github-api-access.ts'
import { readRecentCertificates } from '../artifacts/recent-certificates.ts'
import { readEarlierRun } from '../events/earlier-run.ts'
import type { EarlierRun } from '../events/earlier-run.ts'
import { readReviewState } from '../events/review-state.ts'
import type { ReviewState } from '../events/review-state.ts'
import { readActivity } from './branch-activity.ts'
import { readAncestry } from './commit-ancestry.ts'
import { blobLookups } from './blobs-at.ts'
import { readBranchRules } from './branch-rules.ts'
import { githubComments } from '../write/comment-writer.ts'
import { readCommits } from './commit-authors.ts'
import { comparisonsOf } from './comparisons.ts'
import { githubNotices } from '../write/notice-writer.ts'
import { githubFiles } from './commit-files.ts'
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

/** With everything else that one token of the repository is for. */
export interface GithubRepository extends HostedRepository {
  reviewState(pullRequest: number): Promise<ReviewState>
  earlierRun(run: Parameters<typeof readEarlierRun>[1]): Promise<EarlierRun | null>
}

/** `random`: from 0 to 1. Throws RUN_USAGE for an invalid name, GITHUB_INSECURE for a URL that must not get the token. */
export function githubRepository(
  options: GithubRepositoryOptions,
  clock: Clock,
  random: () => number,
  limits: Partial<ConnectionLimits> = {},
): GithubRepository {
  const open = (token: GithubAccess['token']): RepositoryApi =>
    openRepositoryApi({ ...options, token }, clock, random, limits)
  const api = open(options.token)
  const organizations = options.membersToken === null ? null : open(options.membersToken)
  const trees = new Trees(api)
  const contents = new BlobContents(api)
  /** Objects at folder paths that are not folders: files, submodules. */
  const noFolders = new Set<ObjectId>()
  let defaultBranch: string | null = null
  /** Base branches other than the default one, with the name that each has today. */
  const names = new Map<string, string>()
  const facts = async (): Promise<RepositoryFacts> => {
    const found = await readFacts(api)
    defaultBranch = found.defaultBranch
    return found
  }
  /** The default branch from the facts that were read last. If there are none, they are read now. */
  const branch = async (): Promise<string> => defaultBranch ?? (await facts()).defaultBranch
  return {
    facts,
    ancestry: (tips, watched, known) => readAncestry(api, tips, watched, known, noFolders),

    async listings(asked) {
      const below = await trees.below(asked.filter(id => !noFolders.has(id)))
      return new Map(
        asked.map(tree => {
          const leaves = below.get(tree) ?? []
          return [tree, leaves.map(({ path, mode, blob }) => ({ path, mode, blob }))] as const
        }),
      )
    },

    blobsAt: blobLookups(api),
    filesAt: commit => githubFiles(commit, trees, contents),
    pullRequestsOf: commits => readPullRequestLinks(api, commits),

    /** A pull request that was merged before its base was renamed still has the old name. */
    async pullRequests(numbers) {
      const found = await readPullRequests(api, numbers)
      const current = found.length === 0 ? '' : await branch()
      const bases = found.flatMap(pull => [pull.base, ...pull.baseChanges.map(({ from }) => from)])
      for (const base of new Set(bases))
        if (base !== current && !names.has(base)) names.set(base, await nameToday(api, base))
      const today = (name: string): string => names.get(name) ?? name
      return found.map(({ base, baseChanges, ...pull }) => ({
        ...pull,
        base: today(base),
        baseChanges: baseChanges.map(({ at, from }) => ({ at, from: today(from) })),
      }))
    },

    commits: ids => readCommits(api, ids),
    blobs: ids => contents.readUnsized(ids),
    comparisons: comparisonsOf(api),
    reviewState: pullRequest => readReviewState(api, pullRequest),
    earlierRun: run => readEarlierRun(api, run),
    defaultBranchMoves: async () => readActivity(api, await branch()),
    branchRules: async () => readBranchRules(api, await branch()),
    reviewerRights: (accounts, teams) => readReviewerRights(api, organizations, accounts, teams),
    comments: () => githubComments(api),
    artifacts: () => ({ recentCertificates: (...asked) => readRecentCertificates(api, ...asked) }),
    notices: () => githubNotices(api),
    openPulls: async () => null,

    calls() {
      const main = api.connection.calls()
      const members = organizations?.connection.calls() ?? { rest: 0, graphql: 0 }
      return { rest: main.rest + members.rest, graphql: main.graphql + members.graphql }
    },
  }
}
