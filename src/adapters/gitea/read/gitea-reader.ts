// The port HostedRepository over Gitea's API and git. Sends nothing before the first question.
import { z } from 'zod'
import { askedOnce } from '../../../domain/decided-once.ts'
import { failure } from '../../../domain/problem.ts'
import type { BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { RepositoryFacts } from '../../../domain/proof/repository-facts.ts'
import { comparisonKey } from '../../../domain/proof/shown-diff.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { FileProposals } from '../../../ports/file-proposals.ts'
import type { GiteaSettings } from '../../../ports/github-settings.ts'
import type { HostedRepository } from '../../../ports/hosted-repository.ts'
import { OBJECT_ID } from '../../github/connection/answer-shapes.ts'
import type { ConnectionLimits } from '../../github/connection/github-connection.ts'
import { inPortions } from '../../system/in-portions.ts'
import { GiteaConnection } from '../connection/gitea-connection.ts'
import type { GiteaAccess } from '../connection/gitea-connection.ts'
import { incomplete } from '../../github/connection/github-refusal.ts'
import { ownerAndName } from '../../github/connection/repository-api.ts'
import { FetchedObjects } from '../objects/fetched-objects.ts'
import { storedDiff } from '../objects/stored-diff.ts'
import { storedBlobs, storedBlobsAt, storedFiles } from '../objects/stored-files.ts'
import { storedAncestry } from '../objects/stored-history.ts'
import { filesBelow } from '../objects/stored-trees.ts'
import { LAG_MS, mergesInFeed, movesInFeed, readFeed } from './activity-feed.ts'
import { giteaComments, giteaNotices, viewerOf } from '../write/gitea-comments.ts'
import { giteaProposals } from '../write/gitea-proposals.ts'
import { readPeople } from './commit-people.ts'
import { addressBook } from './gitea-accounts.ts'
import { readPullRequest } from './gitea-pull-requests.ts'
import { MERGES_BY_HAND, giteaSettings, takesMergesByHand } from './gitea-settings-reader.ts'
import { PullLinks } from './pull-links.ts'
import type { GiteaPull } from './pull-links.ts'
import { readRights, readRequiredApprovals } from './rights-and-rules.ts'

const AT_ONCE = 4
const OLDEST_MINOR = 26
const VERSION = z.object({ version: z.string() })
const REPOSITORY = z.object({
  id: z.number().int(),
  full_name: z.string(),
  private: z.boolean(),
  internal: z.boolean(),
  empty: z.boolean(),
  mirror: z.boolean(),
  default_branch: z.string(),
  ...MERGES_BY_HAND,
})
const TIP = z.object({ commit: z.object({ id: OBJECT_ID }) })

export interface GiteaRepositoryOptions extends GiteaAccess {
  /** owner/name */
  readonly repository: string
  /** Folder for the copy of its git objects; default: that of the system for temporary files. */
  readonly folder?: string
}

export interface GiteaRepository extends HostedRepository {
  /** The commit of a branch now; null if there is no such branch. Throws GITHUB_ codes. */
  tip(branch: string): Promise<ObjectId | null>
  /** Its settings. Asks nothing. */
  settings(): GiteaSettings
  /** Returns what proposes files to it. Asks nothing. */
  proposals(): FileProposals
}

/** `random`: from 0 to 1. Throws RUN_USAGE for an invalid name, GITHUB_INSECURE for a URL that must not get the token. */
export function giteaRepository(
  options: GiteaRepositoryOptions,
  clock: Clock,
  random: () => number,
  limits: Partial<ConnectionLimits> = {},
): GiteaRepository {
  ownerAndName(options.repository)
  const connection = new GiteaConnection(options, clock, random, limits)
  const path = `/repos/${options.repository}`
  const store = new FetchedObjects(connection, options.repository, options.folder)
  const addresses = addressBook(connection)
  const links = new PullLinks(connection, path, store)
  const viewer = viewerOf(connection)
  const tip = (branch: string) => readTip(connection, path, branch)
  const repository = (): Promise<Repository> => readRepository(connection, options.repository)
  return {
    async facts() {
      await requireVersion(connection)
      return (await repository()).facts
    },

    ancestry: (tips, watched, known = new Map()) => storedAncestry(store, tips, watched, known),

    async listings(asked) {
      const types = await store.types(asked.filter(id => !id.includes(' ')))
      const found = await inPortions(asked, AT_ONCE, async id => {
        const isFile = id.includes(' ') || types.get(id) === 'blob'
        return [id, isFile ? [] : await filesBelow(store, id)] as const
      })
      return new Map(found)
    },

    blobsAt: files => storedBlobsAt(store, files),
    filesAt: commit => storedFiles(store, commit),
    blobs: ids => storedBlobs(store, ids),

    async pullRequestsOf(commits) {
      const there = await store.roots(commits)
      if (there.size === 0) return new Map()
      const { facts } = await repository()
      const rows = (await readFeed(connection, path)) ?? []
      const moves = await movesInFeed(rows, facts.defaultBranch, async () => true)
      const linked = await links.byCommit(date => tipBefore(date, moves))
      return new Map([...there.keys()].map(id => [id, linked.get(id) ?? []]))
    },

    async pullRequests(numbers) {
      const feed = askedOnce(of => readFeed(connection, of))
      const source = { connection, store, addresses, path, feed, links }
      return inPortions(numbers, AT_ONCE, number => readPullRequest(source, number))
    },

    commits: ids => readPeople(connection, path, ids, addresses),

    async comparisons(pairs) {
      const wanted = [...new Map(pairs.map(pair => [comparisonKey(pair), pair]))]
      const found = await inPortions(wanted, AT_ONCE, async ([key, pair]) => {
        return [key, await storedDiff(store, pair)] as const
      })
      return new Map(found)
    },

    async defaultBranchMoves() {
      const { facts, isMirror, takesMergesByHand } = await repository()
      const rows = isMirror ? null : await readFeed(connection, path)
      if (rows === null) return null
      const { defaultBranch } = facts
      const moves = await movesInFeed(rows, defaultBranch, (...pair) => store.isAncestor(...pair))
      if (takesMergesByHand) return moves
      return withMerges(moves, await links.pulls(), mergesInFeed(rows), defaultBranch)
    },

    async branchRules() {
      return readRequiredApprovals(connection, path, (await repository()).facts.defaultBranch)
    },

    reviewerRights: (accounts, teams) => readRights(connection, path, accounts, teams),
    calls: () => ({ rest: connection.calls(), graphql: 0 }),
    tip,
    comments: () => giteaComments(connection, path, viewer),
    notices: () => giteaNotices(connection, path, viewer),
    proposals: () => giteaProposals(connection, options.repository, store, links, tip),
    settings: () => giteaSettings(connection, path, viewer),
    artifacts: () => ({
      async recentCertificates() {
        throw failure('SINK_UNSUPPORTED', 'Gitea keeps no certificates as artifacts')
      },
    }),

    async openPulls() {
      const { defaultBranch } = (await repository()).facts
      const open = await links.pulls({ state: 'open', base_branch: defaultBranch })
      return open.map(({ number, head: { sha: head }, updated_at: changed }) => {
        return { number, head, changed }
      })
    },
  }
}

/** The tip a minute before, since Gitea writes moves later than they are; null if the feed does not reach back so far. */
function tipBefore(date: Date, moves: readonly BranchMove[]): ObjectId | null {
  return moves.findLast(({ at }) => at.getTime() < date.getTime() - LAG_MS)?.after ?? null
}

/** Throws GITHUB_ANSWER for a server that is older than those which the reader was tried with: an old one gives less in its answers. */
async function requireVersion(connection: GiteaConnection): Promise<void> {
  const call = { path: '/version', doing: 'read the version of the server', needs: 'no scope' }
  const { version = '' } = (await connection.get(call, VERSION)) ?? {}
  // Forgejo writes which Gitea its API is of.
  const [, major = 0, minor = 0] =
    /(?:^|\+gitea-)(\d+)\.(\d+)\.[^+]*$/.exec(version)?.map(Number) ?? []
  if (major > 1 || (major === 1 && minor >= OLDEST_MINOR)) return
  throw failure(
    'GITHUB_ANSWER',
    `the server has version ${version}, and countersign reads Gitea 1.${OLDEST_MINOR} or newer`,
    'update the server',
  )
}

interface Repository {
  readonly facts: RepositoryFacts
  readonly isMirror: boolean
  /** Whether a pull request can count as merged because a person pushed its commits. */
  readonly takesMergesByHand: boolean
}

/** Throws GITHUB_NOT_FOUND for an empty repository, and for a renamed one: another owner can take over the old name. */
async function readRepository(connection: GiteaConnection, asked: string): Promise<Repository> {
  const path = `/repos/${asked}`
  const call = { path, doing: 'read the repository', needs: 'read:repository' }
  const found = await connection.get(call, REPOSITORY)
  if (found === null) throw incomplete('the repository')
  const { full_name: name, default_branch: defaultBranch } = found
  if (name.toLowerCase() !== asked.toLowerCase())
    throw failure(
      'GITHUB_NOT_FOUND',
      `the repository ${asked} is called ${name} now`,
      'use the new name: others may take the old one',
    )
  if (found.empty) throw failure('GITHUB_NOT_FOUND', `the repository ${name} has no commits`)
  const tip = await readTip(connection, path, defaultBranch)
  if (tip === null) throw incomplete('the repository')
  return {
    facts: {
      id: found.id,
      name,
      visibility: found.internal ? 'internal' : found.private ? 'private' : 'public',
      defaultBranch,
      tip,
      forge: { url: connection.url, hasCodeOwners: false },
    },
    isMirror: found.mirror,
    takesMergesByHand: takesMergesByHand(found),
  }
}

/** Null if there is no such branch. `path`: `/repos/OWNER/NAME`. */
async function readTip(
  connection: GiteaConnection,
  path: string,
  branch: string,
): Promise<ObjectId | null> {
  const call = {
    path: `${path}/branches/${branch.split('/').map(encodeURIComponent).join('/')}`,
    doing: 'read a branch',
    needs: 'read:repository',
    alsoTakes: [404],
  }
  return (await connection.get(call, TIP))?.commit.id ?? null
}

/**
 * A move to the commit of a merged pull request, by the account that the feed names for the merge, is a merge by Gitea. The answers do not
 * distinguish a merge that a person pushed and Gitea recognized afterwards, so this holds only where the repository does not take such merges.
 */
function withMerges(
  moves: readonly BranchMove[],
  pulls: readonly GiteaPull[],
  merges: ReadonlySet<string>,
  branch: string,
): readonly BranchMove[] {
  const isMerge = ({ after, by, kind }: BranchMove): boolean =>
    kind === 'push' &&
    by !== null &&
    pulls.some(
      ({ number, merged, base, merge_commit_sha: commit }) =>
        merged && base.ref === branch && commit === after && merges.has(`${number} ${by.id}`),
    )
  return moves.map(move => (isMerge(move) ? { ...move, kind: 'pullRequestMerge' } : move))
}
