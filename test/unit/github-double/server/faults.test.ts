// Planned faults of the double's server: each as a client gets it, and how often.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { PlannedFault } from '../../../github-double/server/faults.ts'
import { makeStage, serve } from '../../../build/github-stage.ts'
import type { Client, Stage } from '../../../build/github-stage.ts'

const REPOSITORY = '/repos/acme/certs'
let stage: Stage
let client: Client

beforeEach(async () => {
  stage = makeStage()
  client = await serve(stage.world)
})

afterEach(async () => {
  expect(client.server.problems).toEqual([])
  await client.server.stop()
})

describe('a planned answer', () => {
  test.each<[PlannedFault, number, Readonly<Record<string, string>>]>([
    [{ kind: 'forbidden' }, 403, {}],
    [{ kind: 'notFound' }, 404, {}],
    [{ kind: 'tooManyRequests', retryAfterSeconds: 7 }, 429, { 'retry-after': '7' }],
    [{ kind: 'secondaryLimit', retryAfterSeconds: 60 }, 403, { 'retry-after': '60' }],
    [{ kind: 'primaryLimit', resetInSeconds: 30 }, 403, { 'x-ratelimit-remaining': '0' }],
    [{ kind: 'serverError', status: 502 }, 502, {}],
  ])('the planned answer %j comes once', async (fault, status, headers) => {
    client.server.faults.push(fault)
    const reply = await client.get(REPOSITORY)
    expect(reply.status).toBe(status)
    for (const [name, value] of Object.entries(headers)) expect(reply.headers.get(name)).toBe(value)
    expect((await client.get(REPOSITORY)).status).toBe(200)
    expect(client.server.faults.pending()).toEqual([])
  })

  test('a planned answer matches only its operation, as often as planned', async () => {
    const operation = 'GET /repos/{owner}/{repo}/pulls'
    client.server.faults.push({ kind: 'notFound', match: { operation }, times: 2 })
    expect((await client.get(REPOSITORY)).status).toBe(200)
    const statuses = []
    for (let asked = 0; asked < 3; asked++) {
      statuses.push((await client.get(`${REPOSITORY}/pulls`)).status)
    }
    expect(statuses).toEqual([404, 404, 200])
  })

  test('a planned fault of GraphQL comes with status 200', async () => {
    const match = { query: 'cost' }
    client.server.faults.push({ kind: 'graphqlTimeout', match }, { kind: 'forbidden', match })
    client.server.faults.clear()
    client.server.faults.push({ kind: 'graphqlTimeout', match })
    const { status, body } = await client.query('{ rateLimit { cost } }')
    expect([status, body.data, body.errors.length]).toEqual([200, null, 1])
    client.server.faults.push({ kind: 'primaryLimit', resetInSeconds: 5, match })
    const limited = await client.query('{ rateLimit { cost } }')
    expect(limited).toMatchObject({ status: 200, body: { errors: [{ type: 'RATE_LIMITED' }] } })
  })
})

describe('a planned fault of a connection', () => {
  test.each(['before', 'after'] as const)(
    'a connection breaks %s the request is handled',
    async when => {
      client.server.faults.push({ kind: 'reset', when })
      await expect(client.get(REPOSITORY)).rejects.toThrow()
      expect(client.server.requests.at(-1)?.status).toBeNull()
      expect(client.server.requests.at(-1)?.caller).toBe(
        when === 'before' ? null : 'app:countersign',
      )
    },
  )

  test('a slow answer waits until it is released', async () => {
    let release = () => {}
    const until = new Promise<void>(resolve => {
      release = resolve
    })
    client.server.faults.push({ kind: 'slow', until, match: { path: `${REPOSITORY}/pulls` } })
    const held = client.get(`${REPOSITORY}/pulls`)
    // Another request overtakes it.
    expect((await client.get(REPOSITORY)).status).toBe(200)
    expect(client.server.requests.find(({ path }) => path.endsWith('pulls'))?.status).toBeNull()
    release()
    expect((await held).status).toBe(200)
  })

  test('an answer may be truncated', async () => {
    client.server.faults.push({ kind: 'invalidJson' })
    await expect(client.get(REPOSITORY)).rejects.toThrow(SyntaxError)
  })

  test('an answer may have another date', async () => {
    client.server.faults.push({ kind: 'skewedClock', milliseconds: -3_600_000 })
    const date = new Date((await client.get(REPOSITORY)).headers.get('date') ?? '')
    expect(date.getTime()).toBe(stage.world.state.now.getTime() - 3_600_000)
  })
})

describe('a truncated list', () => {
  test('a truncated REST list has fewer members and no next link', async () => {
    const path = `${REPOSITORY}/activity?per_page=4`
    const whole = await client.get(path)
    expect(whole.headers.get('link')).toContain('rel="next"')
    client.server.faults.push({ kind: 'truncatedPage' })
    const cut = await client.get(path)
    expect([cut.list.length, cut.headers.get('link')]).toEqual([2, null])
    client.server.faults.push({ kind: 'truncatedPage' })
    const runs = await client.get(`${REPOSITORY}/actions/runs`)
    expect(runs.body.workflow_runs.length).toBeLessThan(runs.body.total_count)
  })

  test('a truncated tree is marked as truncated', async () => {
    client.server.faults.push({ kind: 'truncatedTree' })
    const { body } = await client.get(`${REPOSITORY}/git/trees/main?recursive=1`)
    expect([body.truncated, body.tree.length]).toEqual([true, 2])
  })

  test.each([
    ['lostCursor', { hasNextPage: true, endCursor: null }],
    ['silent', { hasNextPage: false, endCursor: expect.any(String) }],
  ] as const)(
    'a truncated GraphQL list has a count that does not match: %s',
    async (how, pageInfo) => {
      client.server.faults.push({ kind: 'truncatedPage', connection: 'reviews', how })
      const { body } = await client.query(`{ repository(owner: "acme", name: "certs") {
      pullRequest(number: ${stage.pull.number}) {
        reviews(first: 9) { totalCount nodes { state } pageInfo { hasNextPage endCursor } }
        commits(first: 9) { pageInfo { hasNextPage } } } } }`)
      const { reviews, commits } = body.data.repository.pullRequest
      expect(reviews).toMatchObject({ totalCount: 2, nodes: [{ state: 'DISMISSED' }], pageInfo })
      expect(commits.pageInfo.hasNextPage).toBe(false)
    },
  )
})

test('one GraphQL field fails while the others are answered', async () => {
  client.server.faults.push({
    kind: 'graphqlField',
    field: 'PullRequest.reviews',
    type: 'FORBIDDEN',
    message: 'no reviews',
  })
  const { body } = await client.query(`{ repository(owner: "acme", name: "certs") {
    pullRequest(number: ${stage.pull.number}) { number reviews(first: 1) { totalCount } } } }`)
  expect(body.data.repository.pullRequest).toEqual({ number: stage.pull.number, reviews: null })
  expect(body.errors).toMatchObject([{ type: 'FORBIDDEN', message: 'no reviews' }])
})
