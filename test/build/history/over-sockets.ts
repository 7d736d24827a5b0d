// Reaches the repository of a history like countersign: by the adapter, over sockets, at the double's server.
import type { GithubServer } from '../../github-double/server/github-server.ts'
import { GithubServer as Server } from '../../github-double/server/github-server.ts'
import type { Permissions } from '../../github-double/server/tokens.ts'
import { githubRepository } from '../../../src/adapters/github/read/reviewed-repository-reader.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { ReviewedRepository } from '../../../src/ports/reviewed-repository.ts'
import type { Blindness } from '../direct-repository.ts'
import { GITHUB_SCHEMA, validateExchange } from '../github-schema.ts'
import type { Reach } from './rehearsal.ts'
import type { Stage } from './stage.ts'

const TOKEN = 'ghs_workflow'
const MEMBERS_TOKEN = 'ghs_members'
const ACTIVITY = 'GET /repos/{owner}/{repo}/activity'
const ALWAYS = 1_000_000

/** The servers that were started, to be ended and checked. */
export class Sockets {
  readonly #started: Promise<GithubServer>[] = []

  readonly reach: Reach = (stage, blindness) => {
    const server = new Server(stage.world, { schema: GITHUB_SCHEMA, validate: validateExchange })
    const started = server.start()
    this.#started.push(started.then(() => server))
    return new Later(started.then(({ url }) => connect(stage, blindness, server, url)))
  }

  /** Ends every server; returns calls that the double could not answer, or answered against GitHub's description. */
  async close(): Promise<readonly string[]> {
    const servers = await Promise.all(this.#started)
    for (const server of servers) await server.stop()
    return servers.flatMap(({ unknownRoutes, problems }) => [...unknownRoutes, ...problems])
  }
}

function connect(
  { world, repository }: Stage,
  blindness: Blindness,
  server: GithubServer,
  apiUrl: string,
): ReviewedRepository {
  const runs: Permissions = blindness.runs ? {} : { actions: 'read' }
  const permissions: Permissions = { contents: 'read', pull_requests: 'read', ...runs }
  server.tokens.set(TOKEN, { as: { app: 'workflow' }, permissions })
  server.tokens.set(MEMBERS_TOKEN, { as: { app: 'members' }, permissions: { members: 'read' } })
  blind(server, blindness)
  const clock = { now: () => world.state.now, sleep: () => Promise.resolve() }
  return githubRepository(
    {
      apiUrl,
      token: new Secret(TOKEN),
      version: '0.0.0',
      repository: `${repository.owner}/${repository.name}`,
      membersToken: blindness.teams ? null : new Secret(MEMBERS_TOKEN),
    },
    clock,
    () => 0.5,
  )
}

/** The direct state shows no activity of forks either. */
function blind({ faults }: GithubServer, { moves, pushes, rights, rules }: Blindness): void {
  const unreadable = (operation: string, path: RegExp): void =>
    faults.push({ kind: 'forbidden', times: ALWAYS, match: { operation, path } })
  unreadable(ACTIVITY, /^\/repos\/(?!acme\/)/)
  if (moves) unreadable(ACTIVITY, /ref=refs%2Fheads%2Fmain(&|$)/)
  if (pushes) unreadable(ACTIVITY, /ref=refs%2Fheads%2F(?!main(&|$))/)
  if (rights) unreadable('GET /repos/{owner}/{repo}/collaborators/{username}/permission', /./)
  if (rules) unreadable('GET /repos/{owner}/{repo}/rules/branches/{branch}', /./)
}

/** A repository that waits for its server. */
class Later implements ReviewedRepository {
  readonly #there: Promise<ReviewedRepository>
  #calls: ReviewedRepository['calls'] = () => ({ rest: 0, graphql: 0 })

  constructor(there: Promise<ReviewedRepository>) {
    this.#there = there.then(repository => {
      this.#calls = () => repository.calls()
      return repository
    })
  }

  async facts() {
    return (await this.#there).facts()
  }

  async ancestry(...asked: Parameters<ReviewedRepository['ancestry']>) {
    return (await this.#there).ancestry(...asked)
  }

  async listings(...asked: Parameters<ReviewedRepository['listings']>) {
    return (await this.#there).listings(...asked)
  }

  async blobsAt(...asked: Parameters<ReviewedRepository['blobsAt']>) {
    return (await this.#there).blobsAt(...asked)
  }

  filesAt(commit: string): ReturnType<ReviewedRepository['filesAt']> {
    return {
      description: commit,
      read: async path => (await this.#there).filesAt(commit).read(path),
      list: async folder => (await this.#there).filesAt(commit).list(folder),
    }
  }

  async pullRequestsOf(...asked: Parameters<ReviewedRepository['pullRequestsOf']>) {
    return (await this.#there).pullRequestsOf(...asked)
  }

  async pullRequests(...asked: Parameters<ReviewedRepository['pullRequests']>) {
    return (await this.#there).pullRequests(...asked)
  }

  async commits(...asked: Parameters<ReviewedRepository['commits']>) {
    return (await this.#there).commits(...asked)
  }

  async blobs(...asked: Parameters<ReviewedRepository['blobs']>) {
    return (await this.#there).blobs(...asked)
  }

  async comparisons(...asked: Parameters<ReviewedRepository['comparisons']>) {
    return (await this.#there).comparisons(...asked)
  }

  async defaultBranchMoves() {
    return (await this.#there).defaultBranchMoves()
  }

  async branchRules() {
    return (await this.#there).branchRules()
  }

  async reviewerRights(...asked: Parameters<ReviewedRepository['reviewerRights']>) {
    return (await this.#there).reviewerRights(...asked)
  }

  calls() {
    return this.#calls()
  }
}
