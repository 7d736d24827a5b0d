// The GitHub double with one repository, its server, and the adapter for it: the setup of the adapter's tests.
import { githubRepository } from '../../../src/adapters/github/read/reviewed-repository-reader.ts'
import type { ConnectionLimits } from '../../../src/adapters/github/connection/github-connection.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { Clock } from '../../../src/ports/clock-port.ts'
import { GithubServer } from '../../github-double/server/github-server.ts'
import type { Permissions } from '../../github-double/server/tokens.ts'
import type { RepositoryState } from '../../github-double/state.ts'
import { World } from '../../github-double/world.ts'
import { GITHUB_SCHEMA, validateExchange } from '../../build/github-schema.ts'

export const TOKEN = 'ghs_workflow'
export const MEMBERS_TOKEN = 'ghs_members'
const READ: Permissions = { contents: 'read', pull_requests: 'read', actions: 'read' }

/** A clock that returns at once and records each pause. */
export class PatientClock implements Clock {
  readonly waits: number[] = []
  #now = new Date('2026-01-05T09:00:00Z').getTime()

  now(): Date {
    return new Date(this.#now)
  }

  async sleep(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds)
    this.#now += milliseconds
  }
}

/** A branch with one commit on main, pushed by the author, and its pull request a minute later. */
export function propose(at: Scene, branch: string, from: RepositoryState = at.repository) {
  const { world, repository, author } = at
  const files = { [`requests/${branch}.yaml`]: `${branch}\n` }
  const commit = world.commit({ repository, branch: 'main', author, files })
  world.push({ actor: author, repository: from, branch, commit })
  world.tick(60)
  const pull = world.openPullRequest({ actor: author, repository, branch, from })
  world.tick(60)
  return { commit, pull }
}

/** acme/certs with an author, a reviewer and an owner. */
export function scene() {
  const world = new World()
  const organization = world.addOrganization('acme')
  const owner = world.addUser('owner', { id: 1 })
  const author = world.addUser('author', { id: 2 })
  const reviewer = world.addUser('reviewer', { id: 3 })
  const files = { 'requests/jane.yaml': 'one\n', 'countersign.yaml': 'config\n' }
  const repository = world.createRepository({ owner: 'acme', name: 'certs', creator: owner, files })
  world.addCollaborator(repository, author, 'write')
  world.addCollaborator(repository, reviewer, 'maintain')
  world.tick(60)
  return { world, organization, repository, owner, author, reviewer }
}

export type Scene = ReturnType<typeof scene>

export interface Hosting {
  readonly permissions?: Permissions
  readonly limits?: Partial<ConnectionLimits>
  readonly membersToken?: boolean
  readonly repository?: string
  /** Path below the server's address: `/api/v3` for an Enterprise Server. */
  readonly base?: string
}

/** Starts the server of a world; `close` ends it. */
export async function host(world: World, options: Hosting = {}) {
  const server = new GithubServer(world, { schema: GITHUB_SCHEMA, validate: validateExchange })
  const permissions = options.permissions ?? READ
  server.tokens.set(TOKEN, { as: { app: 'workflow' }, permissions })
  server.tokens.set(MEMBERS_TOKEN, { as: { app: 'members' }, permissions: { members: 'read' } })
  const { url } = await server.start()
  const clock = new PatientClock()
  const membersToken = options.membersToken === true ? new Secret(MEMBERS_TOKEN) : null
  const repository = githubRepository(
    {
      apiUrl: `${url}${options.base ?? ''}`,
      token: new Secret(TOKEN),
      version: '0.0.0',
      repository: options.repository ?? 'acme/certs',
      membersToken,
    },
    clock,
    () => 0.5,
    { attemptMs: 5000, ...options.limits },
  )
  return { server, url, clock, repository, close: () => server.stop() }
}

export type Hosted = Awaited<ReturnType<typeof host>>
