// A world with one example of everything in GitHub's API, behind a server that validates its answers.
import { GithubServer } from '../github-double/server/github-server.ts'
import type { GithubServerOptions } from '../github-double/server/github-server.ts'
import { World } from '../github-double/world.ts'
import type { ShownBody, ShownItem } from './shown-github.ts'
import { GITHUB_SCHEMA, validateExchange } from './github-schema.ts'

export const READ_ALL = {
  secrets: 'read',
  actions: 'read',
  administration: 'read',
  contents: 'read',
  environments: 'read',
  issues: 'read',
  members: 'read',
  pull_requests: 'read',
} as const

export const PATH = 'requests/jane.yaml'

/** An organisation with a team, a merged pull request with everything, and an open one from a fork. */
export function makeStage(visibility: 'public' | 'private' = 'private') {
  const world = new World()
  const owner = world.addUser('owner')
  const author = world.addUser('author')
  const reviewer = world.addUser('reviewer')
  const robot = world.addUser('robot[bot]', { type: 'Bot' })
  const organization = world.addOrganization('acme')
  const team = world.addTeam(organization, 'pki')
  world.join(team, reviewer)
  const repository = world.createRepository({
    owner: 'acme',
    name: 'certs',
    visibility,
    creator: owner,
    files: { 'README.md': '# certs\n', 'policies/base.yaml': 'rules: []\n' },
  })
  world.addCollaborator(repository, author, 'write')
  world.addCollaborator(repository, reviewer, 'maintain')
  world.addCollaborator(repository, robot, 'write')
  world.addRuleset(repository, {
    requiredApprovals: 2,
    requiredReviewers: [{ filePatterns: ['requests/**'], minimumApprovals: 1, teamId: team.id }],
  })
  const people = { owner, author, reviewer, robot }
  return { world, people, organization, team, repository, ...mergedPull(), open: openPull() }

  function mergedPull() {
    const push = (text: string, parent?: string) => {
      world.tick(60)
      const commit = world.commit({
        ...(parent === undefined ? { repository, branch: 'main' } : { parent }),
        files: { [PATH]: text },
        author,
        coAuthors: [reviewer, null],
        message: 'Ask for jane',
      })
      world.push({ actor: author, repository, branch: 'jane', commit, force: true })
      return commit
    }
    push('one\n')
    const pull = world.openPullRequest({ actor: author, repository, branch: 'jane' })
    const early = world.review(pull, reviewer, 'APPROVED')
    push('two\n')
    const second = push('three\n', world.headOf(pull))
    world.tick(60)
    world.dismiss(pull, early, owner)
    world.comment(pull, author, 'Ready')
    const base = world.tipOf(repository)
    world.push({ actor: owner, repository, branch: 'other', commit: base })
    world.changeBase(pull, author, 'other')
    world.changeBase(pull, author, 'main')
    world.editOnWeb({ actor: author, repository, branch: 'jane', files: { [PATH]: 'four\n' } })
    world.tick(60)
    const review = world.review(pull, reviewer, 'APPROVED')
    world.tick(60)
    const merge = world.merge(pull, owner, 'merge')
    return { pull, early, review, second, merge }
  }

  function openPull() {
    world.tick(60)
    const outsider = world.addUser('outsider')
    world.addCollaborator(repository, outsider, 'read')
    const fork = world.fork(repository, outsider)
    const commit = world.commit({
      repository: fork,
      branch: 'main',
      files: { 'requests/web.yaml': 'web\n' },
      author: outsider,
    })
    world.push({ actor: outsider, repository: fork, branch: 'web', commit })
    return world.openPullRequest({ actor: outsider, repository, from: fork, branch: 'web' })
  }
}

export type Stage = ReturnType<typeof makeStage>

export interface Client {
  readonly server: GithubServer
  readonly url: string
  /** GET of an API path, with the token `all` by default (null: none). */
  readonly get: (path: string, options?: AskOptions) => Promise<Reply>
  readonly query: (query: string, variables?: object, options?: AskOptions) => Promise<Reply>
}

export interface AskOptions {
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, or null. */
  readonly body: ShownBody
  /** The items of the body if it is a list. */
  readonly list: readonly ShownItem[]
}

/** Starts the double; the token `all` may read everything. */
export async function serve(
  world: World,
  options: Partial<GithubServerOptions> = {},
): Promise<Client> {
  const server = new GithubServer(world, {
    schema: GITHUB_SCHEMA,
    validate: validateExchange,
    ...options,
  })
  server.tokens.set('all', { as: { app: 'countersign' }, permissions: READ_ALL })
  const { url } = await server.start()
  const ask = async (path: string, init: RequestInit, { token = 'all', headers }: AskOptions) => {
    const login = token === null ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: { ...login, ...headers },
      redirect: 'manual',
    })
    const text = await response.text()
    const body: ShownBody = JSON.parse(text === '' ? 'null' : text)
    const list: readonly ShownItem[] = Array.isArray(body) ? body : []
    return { status: response.status, headers: response.headers, body, list }
  }
  return {
    server,
    url,
    get: (path, asked = {}) => ask(path, {}, asked),
    query: (query, variables = {}, asked = {}) => {
      const body = JSON.stringify({ query, variables })
      return ask('/graphql', { method: 'POST', body }, asked)
    },
  }
}
