// The server of the double: permissions, headers, and its log.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeStage, serve } from '../../../build/github-stage.ts'
import type { Client, Stage } from '../../../build/github-stage.ts'

const REPOSITORY = '/repos/acme/certs'
let stage: Stage
let client: Client

beforeEach(async () => {
  stage = makeStage()
  client = await serve(stage.world)
})

afterEach(() => client.server.stop())

describe('a token', () => {
  const grant = (permissions: object) =>
    client.server.tokens.set('some', { as: { app: 'workflow' }, permissions })

  test.each([
    ['contents', 'commits', 403],
    ['contents', 'activity', 403],
    ['pull_requests', 'pulls', 403],
    ['actions', 'actions/runs', 403],
    ['metadata', 'rulesets', 404],
  ])('a token without %s gets no %s (%i)', async (permission, path, status) => {
    const all = { actions: 'read', contents: 'read', pull_requests: 'read' }
    grant({ ...all, [permission]: 'none' })
    const reply = await client.get(`${REPOSITORY}/${path}`, { token: 'some' })
    expect(reply.status).toBe(status)
    grant(all)
    expect((await client.get(`${REPOSITORY}/${path}`, { token: 'some' })).status).toBe(200)
  })

  test('a token without members gets 404 for a team', async () => {
    grant({ contents: 'read' })
    for (const path of ['memberships/reviewer', 'members']) {
      const reply = await client.get(`/orgs/acme/teams/pki/${path}`, { token: 'some' })
      expect(reply.status).toBe(404)
      const anonymous = await client.get(`/orgs/acme/teams/pki/${path}`, { token: null })
      expect(anonymous.status).toBe(404)
    }
  })

  test('an answer names the permissions that are needed', async () => {
    grant({ contents: 'read' })
    const reply = await client.get(`${REPOSITORY}/commits/main/pulls`, { token: 'some' })
    expect(reply.headers.get('x-accepted-github-permissions')).toBe(
      'contents=read,pull_requests=read',
    )
  })

  test('a token for one repository sees no other private one', async () => {
    client.server.tokens.set('one', {
      as: { app: 'workflow' },
      permissions: { contents: 'read', pull_requests: 'read' },
      repositories: ['acme/certs'],
    })
    expect((await client.get('/repos/outsider/certs', { token: 'one' })).status).toBe(404)
    const query = `{ repository(owner: "acme", name: "certs") {
      pullRequest(number: ${stage.open.number}) { isCrossRepository headRepository { name } } } }`
    const { body } = await client.query(query, {}, { token: 'one' })
    const expected = { isCrossRepository: true, headRepository: null }
    expect(body.data.repository.pullRequest).toEqual(expected)
    for (const each of stage.world.state.repositories.values()) each.visibility = 'public'
    expect((await client.get('/repos/outsider/certs', { token: 'one' })).status).toBe(200)
  })

  test('an unknown token is refused with 401', async () => {
    const reply = await client.get(REPOSITORY, { token: 'stolen' })
    expect(reply).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials', status: '401' },
    })
    expect(client.server.requests.at(-1)).toMatchObject({ caller: null, status: 401 })
  })

  test('the token of a person names that person, and the token of an app does not', async () => {
    const { id } = stage.people.reviewer
    client.server.tokens.set('person', { as: { account: id }, permissions: {} })
    const reply = await client.get('/user', { token: 'person' })
    expect(reply.body).toMatchObject({ id, login: 'reviewer', type: 'User' })
    expect((await client.get('/user')).status).toBe(403)
  })

  test('a token is needed for a private repository and for GraphQL', async () => {
    expect((await client.get(REPOSITORY, { token: null })).status).toBe(401)
    expect((await client.query('{ rateLimit { cost } }', {}, { token: null })).status).toBe(401)
    const open = await serve(makeStage('public').world)
    const reply = await open.get(`${REPOSITORY}/commits`, { token: null })
    expect([reply.status, reply.headers.get('x-ratelimit-limit')]).toEqual([200, '60'])
    await open.server.stop()
  })
})

describe('an answer', () => {
  test('an unchanged answer is 304 and costs nothing', async () => {
    const first = await client.get(REPOSITORY)
    const tag = first.headers.get('etag') ?? ''
    const again = await client.get(REPOSITORY, { headers: { 'if-none-match': tag } })
    expect([again.status, again.body]).toEqual([304, null])
    expect((await client.get(REPOSITORY)).headers.get('x-ratelimit-used')).toBe('2')
    stage.repository.defaultBranch = 'other'
    const changed = await client.get(REPOSITORY, { headers: { 'if-none-match': tag } })
    expect(changed.status).toBe(200)
  })

  test("an answer has the date of the world's clock", async () => {
    const date = (await client.get(REPOSITORY)).headers.get('date')
    expect(date).toBe(stage.world.state.now.toUTCString())
    client.server.skew = 90_000
    const later = new Date((await client.get(REPOSITORY)).headers.get('date') ?? '')
    expect(later.getTime()).toBe(stage.world.state.now.getTime() + 90_000)
  })

  test('an answer is the same below the base paths of a GitHub Enterprise server', async () => {
    const reply = await client.get(`/api/v3${REPOSITORY}`)
    expect(reply.body.url).toBe(`${client.url}/api/v3${REPOSITORY}`)
    const { body } = await client.query('{ rateLimit { cost } }')
    const other = await fetch(`${client.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: 'Bearer all' },
      body: JSON.stringify({ query: '{ rateLimit { cost } }' }),
    })
    expect(await other.json()).toEqual(body)
  })
})

describe('the rate limit', () => {
  test('the rate limit ends with 403 and is reset after an hour', async () => {
    const small = await serve(stage.world, { limits: { core: 2, graphql: 1 } })
    const statuses = []
    for (let asked = 0; asked < 3; asked++) statuses.push((await small.get(REPOSITORY)).status)
    expect(statuses).toEqual([200, 200, 403])
    const refused = await small.get(REPOSITORY)
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
    const reset = Number(refused.headers.get('x-ratelimit-reset')) * 1000
    expect(reset).toBe(stage.world.state.now.getTime() + 3_600_000)
    stage.world.tick(3600)
    expect((await small.get(REPOSITORY)).status).toBe(200)
    await small.server.stop()
  })

  test('the rate limit of GraphQL ends with status 200', async () => {
    const small = await serve(stage.world, { limits: { graphql: 1 } })
    const query = '{ rateLimit { cost remaining used limit } }'
    const first = await small.query(query)
    expect(first.body.data.rateLimit).toEqual({ cost: 1, remaining: 0, used: 1, limit: 1 })
    const second = await small.query(query)
    expect(second).toMatchObject({ status: 200, body: { errors: [{ type: 'RATE_LIMITED' }] } })
    await small.server.stop()
  })
})

test('the log has every request with its operation and its caller, and never a token', async () => {
  await client.get(`${REPOSITORY}/git/trees/main?recursive=1`)
  await client.query('query Q { rateLimit { cost } }')
  expect(client.server.requests).toEqual([
    {
      method: 'GET',
      path: `${REPOSITORY}/git/trees/main?recursive=1`,
      operation: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
      query: null,
      caller: 'app:countersign',
      status: 200,
    },
    {
      method: 'POST',
      path: '/graphql',
      operation: 'graphql',
      query: 'query Q { rateLimit { cost } }',
      caller: 'app:countersign',
      status: 200,
    },
  ])
  expect(client.server.calls()).toEqual({ rest: 1, graphql: 1 })
  client.server.forget()
  expect(client.server.calls()).toEqual({ rest: 0, graphql: 0 })
})

test("an answer that does not fit GitHub's description is kept as a problem", async () => {
  const strict = await serve(stage.world, {
    validate: ({ operation }) => {
      throw new Error(`no ${operation}`)
    },
  })
  await strict.get(REPOSITORY)
  expect(strict.server.problems).toEqual([
    'GET /repos/{owner}/{repo} 200: Error: no GET /repos/{owner}/{repo}',
  ])
  await strict.server.stop()
})
