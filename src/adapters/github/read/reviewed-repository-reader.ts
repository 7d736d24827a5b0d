// The port ReviewedRepository over GitHub's API. Sends nothing, and loads no octokit, before the first question.
import type { ObjectId, BlobAt, FileAt } from '../../../domain/proof/git-history.ts'
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
import { Trees, objectExpression } from './git-trees.ts'
import { z } from 'zod'
import type { ReviewedRepository } from '../../../ports/reviewed-repository.ts'
import { OBJECT_ID } from '../connection/answer-shapes.ts'

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

// Blob ids at paths of commits, many at once. Answers are cached, since a commit never changes.

const SIZE = 400
const SHAPE = z.object({ kind: z.string(), oid: OBJECT_ID }).nullable()

type Found = z.output<typeof SHAPE>

function blobLookups(api: RepositoryApi): ReviewedRepository['blobsAt'] {
  const known = new Map<string, ObjectId | null>()
  return async files => {
    const answers = new Map<string, BlobAt>()
    const open = new Map<string, FileAt>()
    for (const file of files) {
      const blob = known.get(objectExpression(file))
      if (blob === undefined) open.set(objectExpression(file), file)
      else answers.set(objectExpression(file), blob)
    }
    const commits = [...new Set([...open.values()].map(({ commit }) => commit))]
    const found = await ask(api, [...commits, ...open.keys()])
    const there = new Set(commits.filter(commit => found.get(commit)?.kind === 'Commit'))
    for (const [key, { commit }] of open) {
      const blob = there.has(commit) ? blobOf(found.get(key) ?? null) : 'gone'
      answers.set(key, blob)
      if (blob !== 'gone') known.set(key, blob)
    }
    return file => {
      const answer = answers.get(objectExpression(file))
      if (answer === undefined) throw new Error(`${objectExpression(file)} was not asked for`)
      return answer
    }
  }
}

/** A commit id is an expression too, so one kind of query shows whether the commits exist and what they contain. */
async function ask(
  api: RepositoryApi,
  expressions: readonly string[],
): Promise<ReadonlyMap<string, Found>> {
  const answers = await api.each(expressions, {
    doing: 'look up files in commits',
    needs: 'contents: read',
    size: SIZE,
    shape: SHAPE,
    field: (what, query) =>
      `object(expression: ${query.value('String!', what)}) { kind: __typename oid }`,
  })
  return new Map(expressions.map((what, index) => [what, answers[index] ?? null]))
}

/** A tree, or a commit of a submodule, is not a file. */
function blobOf(found: Found): ObjectId | null {
  return found?.kind === 'Blob' ? found.oid : null
}
