// The GitHub double against GitHub's published API: every route is called, and every answer fits its description.
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { appJwt, githubApp } from '../../../src/adapters/github/connection/app-tokens.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { ArtifactService } from '../../github-double/artifacts/artifact-service.ts'
import { createEnvironment, putEnvironmentSecret } from '../../github-double/environments.ts'
import type { Json } from '../../github-double/server/answer.ts'
import type { ShownFile } from '../../build/shown-github.ts'
import { compileAll, OPERATIONS, validateExchange } from '../../build/github-schema.ts'
import { makeStage, PATH, serve } from '../../build/github-stage.ts'
import type { Client } from '../../build/github-stage.ts'
import { operationOf, ROUTES } from '../../github-double/server/rest/routes.ts'

const stage = makeStage()
const { repository, pull, merge, open, people } = stage
const REPOSITORY = '/repos/acme/certs'
const environment = createEnvironment(stage.world.state, repository, 'production')
Object.assign(environment, { branches: 'custom', waitTimer: 5, reviewers: [people.reviewer.id] })
environment.policies.push({ id: 7, name: 'main', type: 'branch' })
putEnvironmentSecret(stage.world.state, environment, 'JANE', new Uint8Array(48))
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const artifacts = new ArtifactService()
let client: Client
/** Path → the token that asks for it, where that is another one. */
const logins = new Map([['/user', 'reviewer']])

beforeAll(async () => {
  client = await serve(stage.world)
  artifacts.publish('jane', new Uint8Array(9))
  client.server.artifacts = artifacts
  client.server.tokens.set('reviewer', {
    as: { account: people.reviewer.id },
    permissions: { contents: 'read' },
  })
  const permissions = { members: 'read' } as const
  const certs = { slug: 'countersign', publicKey, repositories: ['acme/certs'], permissions }
  const { id } = client.server.apps.add(certs)
  const pem = new Secret(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
  const jwt = appJwt(githubApp(String(id), pem), new Date())
  logins.set(`${REPOSITORY}/installation`, jwt.reveal())
})

afterAll(() => client.server.stop())

const tree = stage.world.treeAt(merge)
const blob = stage.world.blobAt(merge, PATH) ?? ''
const [ruleset] = repository.rulesets

/** Operation → paths that ask it. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  '/user': ['/user'],
  '/users/{username}': ['/users/reviewer', '/users/robot[bot]'],
  '/orgs/{org}/teams/{team_slug}/members': ['/orgs/acme/teams/pki/members'],
  '/orgs/{org}/teams/{team_slug}/memberships/{username}': [
    '/orgs/acme/teams/pki/memberships/reviewer',
  ],
  '/repos/{owner}/{repo}': [REPOSITORY, '/repos/outsider/certs'],
  '/repos/{owner}/{repo}/installation': [`${REPOSITORY}/installation`],
  '/repos/{owner}/{repo}/issues': [`${REPOSITORY}/issues?state=all`],
  '/repos/{owner}/{repo}/actions/artifacts': [`${REPOSITORY}/actions/artifacts?name=jane`],
  '/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}': [
    `${REPOSITORY}/actions/artifacts/1/zip`,
  ],
  '/repos/{owner}/{repo}/actions/runs': [`${REPOSITORY}/actions/runs?event=pull_request`],
  '/repos/{owner}/{repo}/actions/secrets/{secret_name}': [`${REPOSITORY}/actions/secrets/JANE`],
  '/repos/{owner}/{repo}/activity': [`${REPOSITORY}/activity?ref=refs/heads/jane`],
  '/repos/{owner}/{repo}/branches/{branch}': [`${REPOSITORY}/branches/main`],
  '/repos/{owner}/{repo}/collaborators/{username}/permission': [
    `${REPOSITORY}/collaborators/reviewer/permission`,
  ],
  '/repos/{owner}/{repo}/commits': [`${REPOSITORY}/commits?sha=main&path=${PATH}`],
  '/repos/{owner}/{repo}/commits/{commit_sha}/pulls': [`${REPOSITORY}/commits/${merge}/pulls`],
  '/repos/{owner}/{repo}/commits/{ref}': [`${REPOSITORY}/commits/main`],
  '/repos/{owner}/{repo}/compare/{basehead}': [`${REPOSITORY}/compare/other...main`],
  '/repos/{owner}/{repo}/contents/{path}': [
    `${REPOSITORY}/contents/${PATH}`,
    `${REPOSITORY}/contents/requests`,
    `${REPOSITORY}/contents`,
  ],
  '/repos/{owner}/{repo}/environments/{environment_name}': [
    `${REPOSITORY}/environments/production`,
  ],
  '/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies': [
    `${REPOSITORY}/environments/production/deployment-branch-policies`,
  ],
  '/repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key': [
    `${REPOSITORY}/environments/production/secrets/public-key`,
  ],
  '/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}': [
    `${REPOSITORY}/environments/production/secrets/JANE`,
  ],
  '/repos/{owner}/{repo}/git/blobs/{file_sha}': [`${REPOSITORY}/git/blobs/${blob}`],
  '/repos/{owner}/{repo}/git/commits/{commit_sha}': [`${REPOSITORY}/git/commits/${merge}`],
  '/repos/{owner}/{repo}/git/trees/{tree_sha}': [
    `${REPOSITORY}/git/trees/${tree}?recursive=1`,
    `${REPOSITORY}/git/trees/${tree}`,
  ],
  '/repos/{owner}/{repo}/issues/comments': [
    `${REPOSITORY}/issues/comments`,
    `${REPOSITORY}/issues/comments?sort=updated&direction=desc&since=2020-01-01T00:00:00Z`,
  ],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': [
    `${REPOSITORY}/issues/${pull.number}/comments`,
  ],
  '/repos/{owner}/{repo}/issues/{issue_number}/timeline': [
    `${REPOSITORY}/issues/${pull.number}/timeline?per_page=100`,
  ],
  '/repos/{owner}/{repo}/pulls': [`${REPOSITORY}/pulls?state=all`],
  '/repos/{owner}/{repo}/pulls/{pull_number}': [
    `${REPOSITORY}/pulls/${pull.number}`,
    `${REPOSITORY}/pulls/${open.number}`,
  ],
  '/repos/{owner}/{repo}/pulls/{pull_number}/commits': [
    `${REPOSITORY}/pulls/${pull.number}/commits`,
  ],
  '/repos/{owner}/{repo}/pulls/{pull_number}/files': [`${REPOSITORY}/pulls/${pull.number}/files`],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews': [
    `${REPOSITORY}/pulls/${pull.number}/reviews`,
  ],
  '/repos/{owner}/{repo}/rules/branches/{branch}': [`${REPOSITORY}/rules/branches/main`],
  '/repos/{owner}/{repo}/rulesets': [`${REPOSITORY}/rulesets`],
  '/repos/{owner}/{repo}/rulesets/{ruleset_id}': [`${REPOSITORY}/rulesets/${ruleset?.id}`],
}

/** A redirect for an archive; the double has no secrets outside of environments. */
function statusOf(path: string): number {
  if (path.endsWith('/zip')) return 302
  return path.includes('/actions/secrets/') ? 404 : 200
}

describe('every route of the double', () => {
  test.each(ROUTES.map(operationOf))('%s is an operation that GitHub publishes', operation => {
    expect(OPERATIONS).toContain(operation)
  })

  // Writes are validated in the tests that make them.
  test.each(ROUTES.filter(({ method }) => method === 'GET').map(route => route.template))(
    '%s answers as GitHub describes',
    async template => {
      const paths = ASKED[template] ?? []
      expect(paths.length).toBeGreaterThan(0)
      for (const path of paths) {
        const token = logins.get(path) ?? 'all'
        const reply = await client.get(path, { token })
        expect([path, reply.status, client.server.problems]).toEqual([path, statusOf(path), []])
        const last = client.server.requests.at(-1)
        expect(last?.operation).toBe(`GET ${template}`)
      }
    },
  )

  test('answers fit their description if accounts and forks are deleted', async () => {
    const lonely = makeStage()
    const [fork] = [...lonely.world.state.repositories.values()].filter(
      each => each.forkOf !== null,
    )
    lonely.world.deleteAccount(lonely.people.author)
    lonely.world.deleteAccount(lonely.people.reviewer)
    if (fork !== undefined) lonely.world.deleteRepository(fork)
    const { server, get } = await serve(lonely.world)
    const number = lonely.pull.number
    const paths = [
      `pulls/${number}`,
      `pulls/${lonely.open.number}`,
      `pulls/${number}/reviews`,
      `pulls/${number}/commits`,
      `issues/${number}/timeline?per_page=100`,
      'pulls?state=all',
      'activity',
      'actions/runs',
    ]
    for (const path of paths) {
      expect([path, (await get(`${REPOSITORY}/${path}`)).status]).toEqual([path, 200])
    }
    const reviews = await get(`${REPOSITORY}/pulls/${number}/reviews`)
    expect(reviews.list[0]?.user).toBeNull()
    expect(server.problems).toEqual([])
    await server.stop()
  })

  test('the files of a pull request have patches, and a rename is one file', async () => {
    const at = makeStage()
    const { world, people: who } = at
    const content = 'a\nb\nc\n'
    const before = { old: content, moved: content.repeat(2), 'data.bin': Uint8Array.of(0) }
    const start = world.commit({
      repository: at.repository,
      branch: 'main',
      author: who.owner,
      files: before,
    })
    const actor = who.owner
    world.push({ actor, repository: at.repository, branch: 'main', commit: start })
    const files = {
      old: null,
      new: `${content}d\n`,
      moved: null,
      'moved.yaml': content.repeat(2),
      'data.bin': Uint8Array.of(0, 1),
      more: 'one\n',
    }
    const head = world.commit({ parent: start, author: actor, files })
    world.push({ actor, repository: at.repository, branch: 'renames', commit: head })
    const proposed = world.openPullRequest({ actor, repository: at.repository, branch: 'renames' })
    const { server, get, query } = await serve(world)
    const path = `${REPOSITORY}/pulls/${proposed.number}`
    const listed = (await get(`${path}/files`)).list
    const shown = ({ filename, status, previous_filename: from, changes, patch }: ShownFile) =>
      [filename, status, from, changes, patch].map(each => each ?? '')
    const expected = [
      ['data.bin', 'modified', '', 0, ''],
      ['more', 'added', '', 1, '@@ -0,0 +1 @@\n+one'],
      ['moved.yaml', 'renamed', 'moved', 0, ''],
      ['new', 'renamed', 'old', 1, '@@ -1,3 +1,4 @@\n a\n b\n c\n+d'],
    ]
    expect(listed.map(shown)).toEqual(expected)
    const compared = `${REPOSITORY}/compare/${start}...${head}?per_page=1`
    expect((await get(compared)).body.files.map(shown)).toEqual(expected)
    expect((await get(`${compared}&page=2`)).body.files).toBeUndefined()
    const counts = { additions: 2, deletions: 0 }
    expect((await get(path)).body).toMatchObject({ ...counts, changed_files: 4 })
    const { body } = await query(`{ repository(owner: "acme", name: "certs") {
      pullRequest(number: ${proposed.number}) { changedFiles additions deletions
        files(first: 9) { nodes { path changeType } } } } }`)
    const { files: nodes, ...whole } = body.data.repository.pullRequest
    expect(whole).toEqual({ ...counts, changedFiles: 4 })
    expect(nodes.nodes.map(each => each.changeType)).toEqual([
      'MODIFIED',
      'ADDED',
      'RENAMED',
      'RENAMED',
    ])
    expect(server.problems).toEqual([])
    await server.stop()
  })

  test('refusals fit their description', async () => {
    const paths = ['pulls/99', 'commits/nowhere', 'git/blobs/abc', 'branches/nowhere']
    for (const path of paths) {
      const reply = await client.get(`${REPOSITORY}/${path}`)
      expect(reply.status).toBeGreaterThanOrEqual(404)
    }
    expect(client.server.problems).toEqual([])
  })

  test('an answer that does not fit its description is an error', () => {
    const operation = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}'
    const judge = (status: number, responseBody: Json) => () =>
      validateExchange({ operation, status, requestBody: null, responseBody })
    expect(judge(200, { sha: tree, tree: [], truncated: false })).not.toThrow()
    expect(judge(200, { sha: tree, tree: [] })).toThrow(/truncated/)
    expect(judge(202, { sha: tree, tree: [], truncated: false })).toThrow(/202/)
    expect(judge(404, { message: 1 })).toThrow(/message/)
  })

  test('every description is a valid schema', () => {
    expect(compileAll).not.toThrow()
  })

  test('an unknown route is 404 and is recorded', async () => {
    const reply = await client.get(`${REPOSITORY}/stargazers`)
    expect(reply.status).toBe(404)
    expect(client.server.unknownRoutes).toEqual([`GET ${REPOSITORY}/stargazers`])
  })
})
