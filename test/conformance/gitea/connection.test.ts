// Calls to a Gitea server that answers badly: each bad answer is a problem of its own, and nothing follows a redirect.
import { afterEach, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { GiteaConnection } from '../../../src/adapters/gitea/connection/gitea-connection.ts'
import { giteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import { movesInFeed, readFeed } from '../../../src/adapters/gitea/read/activity-feed.ts'
import { CountersignError } from '../../../src/domain/problem.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'

interface Given {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const CALL = { path: '/repos/acme/certs', doing: 'read the repository', needs: 'read:repository' }
const ITEM = z.object({ id: z.number() })
const idOf = ({ id }: z.output<typeof ITEM>): number => id
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that gives these answers in turn, the last one again and again; and a connection to it that does not wait. */
async function serverWith(...answers: readonly Given[]) {
  const asked: string[] = []
  const tokens: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const { status, body, headers } = answers[Math.min(asked.length, answers.length - 1)] ?? {
      status: 500,
      body: '',
    }
    asked.push(request.url ?? '')
    tokens.push(request.headers.authorization)
    response.writeHead(status, headers).end(body)
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  let now = 0
  const clock = {
    now: () => new Date(now),
    sleep: async (ms: number) => {
      now += ms
    },
  }
  const access = { url: `http://127.0.0.1:${port}`, token: new Secret('secret'), version: '0' }
  return { connection: new GiteaConnection(access, clock, () => 0.5), asked, tokens, server }
}

async function problemOf(doing: Promise<unknown>): Promise<string> {
  const cause: unknown = await doing.catch((thrown: unknown) => thrown)
  return cause instanceof CountersignError
    ? `${cause.problem.code}: ${cause.problem.message}`
    : `no problem: ${JSON.stringify(cause)}`
}

test.each([
  [
    401,
    '{"message":"invalid"}',
    'GITHUB_UNAUTHORIZED: could not read the repository: invalid (401)',
  ],
  [
    403,
    '{"message":"token does not have the scope"}',
    'GITHUB_FORBIDDEN: could not read the repository: token does not have the scope (403)',
  ],
  [
    404,
    '{"message":"not found"}',
    'GITHUB_NOT_FOUND: could not read the repository: not found (404)',
  ],
  [429, 'slow down', 'GITHUB_LIMIT: could not read the repository: HTTP 429'],
  [502, '<html>', 'GITHUB_UNAVAILABLE: could not read the repository: HTTP 502'],
  [422, '{"message":"wrong"}', 'GITHUB_ANSWER: could not read the repository: wrong (422)'],
  [
    200,
    '<html>',
    'GITHUB_ANSWER: could not read the repository: the answer is not what the server documents',
  ],
  [
    200,
    '{"id":"one"}',
    'GITHUB_ANSWER: could not read the repository: the answer is not what the server documents',
  ],
])('an answer %i with %s is a problem of its own', async (status, body, problem) => {
  const { connection } = await serverWith({ status, body })
  expect(await problemOf(connection.get(CALL, ITEM))).toBe(problem)
})

test('a redirect is not followed, so that its target does not get the token', async () => {
  const far = await serverWith({ status: 200, body: '{"id":1}' })
  const { connection } = await serverWith({
    status: 302,
    body: '',
    headers: { location: `${far.connection.url}/api/v1/repos/acme/certs` },
  })
  const moved = 'GITHUB_NOT_FOUND: could not read the repository: HTTP 302'
  expect(await problemOf(connection.get(CALL, ITEM))).toBe(moved)
  expect(far.asked).toEqual([])
})

test('a server that fails for a moment is asked again, and one that refuses is not', async () => {
  const passing = await serverWith({ status: 503, body: '' }, { status: 200, body: '{"id":1}' })
  expect(await passing.connection.get(CALL, ITEM)).toEqual({ id: 1 })
  expect(passing.tokens).toEqual(['token secret', 'token secret'])
  const refusing = await serverWith({ status: 403, body: '' }, { status: 200, body: '{"id":1}' })
  await problemOf(refusing.connection.get(CALL, ITEM))
  expect(refusing.asked).toHaveLength(1)
  expect(await refusing.connection.get({ ...CALL, alsoTakes: [403] }, ITEM)).toEqual({ id: 1 })
})

test('a server that is not there cannot be reached', async () => {
  const { connection, server } = await serverWith()
  await new Promise(resolve => server.close(resolve))
  expect(await problemOf(connection.get(CALL, ITEM))).toMatch(
    /^GITHUB_UNREACHABLE: could not read the repository: http:\/\/127/,
  )
})

test('a list is whole by its count: without the count, or with fewer items, it is incomplete', async () => {
  const page = (ids: readonly number[], total: number | null): Given => ({
    status: 200,
    body: JSON.stringify(ids.map(id => ({ id }))),
    ...(total === null ? {} : { headers: { 'x-total-count': String(total) } }),
  })
  const whole = await serverWith(page([1, 2], 3), page([2, 3], 3))
  expect(await whole.connection.list(CALL, ITEM, idOf)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
  expect(whole.asked[1]).toContain('page=2')
  const without = await serverWith(page([1], null))
  expect(await problemOf(without.connection.list(CALL, ITEM, idOf))).toContain('no X-Total-Count')
  const cut = await serverWith(page([1], 2), page([], 2))
  expect(await problemOf(cut.connection.list(CALL, ITEM, idOf))).toContain(
    'APPROVAL_API_INCOMPLETE',
  )
  // Another item came first while the pages were read.
  const grown = [page([2, 1], 3), page([1], 4), page([], 4), page([3, 2], 4), page([1, 0], 4)]
  const more = await serverWith(...grown)
  expect((await more.connection.list(CALL, ITEM, idOf))?.map(({ id }) => id)).toEqual([3, 2, 1, 0])
  const hidden = await serverWith(page([1], 2), page([], 2))
  expect(await hidden.connection.list(CALL, ITEM, idOf, true)).toEqual([{ id: 1 }])
})

test.each(['', 'many', '2, 2'])(
  'a list with the count %j of a proxy is incomplete, and its first page is not taken for all of it',
  async count => {
    const first = { status: 200, body: '[{"id":1}]', headers: { 'x-total-count': count } }
    const { connection } = await serverWith(first, { ...first, body: '[]' })
    const incomplete = 'the answer has no X-Total-Count'
    expect(await problemOf(connection.list(CALL, ITEM, idOf))).toContain(incomplete)
    expect(await problemOf(connection.list(CALL, ITEM, idOf, true))).toContain(incomplete)
  },
)

test.each(['1.25.4', 'none', '0.99.0', '11.0.1+gitea-1.22.0'])(
  'a server of version %s is too old',
  async version => {
    const { connection } = await serverWith({ status: 200, body: JSON.stringify({ version }) })
    const options = { url: connection.url, token: new Secret('t'), version: '0', repository: 'a/b' }
    const clock = { now: () => new Date(0), sleep: async () => {} }
    const problem = await problemOf(giteaRepository(options, clock, () => 0.5).facts())
    expect(problem).toContain(`GITHUB_ANSWER: the server has version ${version}`)
  },
)

test('the newest of a list are those of its last pages, as many as wanted', async () => {
  const page = (...ids: readonly number[]): Given => ({
    status: 200,
    body: JSON.stringify(ids.map(id => ({ id }))),
    headers: { 'x-total-count': '5' },
  })
  const long = await serverWith(page(1, 2), page(3, 4), page(5))
  expect(await long.connection.newest(CALL, ITEM, 2)).toEqual([{ id: 3 }, { id: 4 }, { id: 5 }])
  expect(long.asked.map(address => /[?&]page=(\d)/.exec(address)?.[1])).toEqual(['1', '2', '3'])
  const whole = await serverWith(page(1, 2, 3), page(4, 5))
  expect(await whole.connection.newest(CALL, ITEM, 2)).toHaveLength(5)
  const none = await serverWith({ status: 200, body: '[]', headers: { 'x-total-count': '0' } })
  expect(await none.connection.newest(CALL, ITEM, 2)).toEqual([])
  const uncounted = await serverWith({ status: 200, body: '[{"id":1}]' })
  expect(await problemOf(uncounted.connection.newest(CALL, ITEM, 2))).toContain('X-Total-Count')
})

test('an answer of more than 64 MiB is refused, and is not asked for again', async () => {
  const huge = await serverWith({ status: 200, body: `"${'x'.repeat(64 * 1024 * 1024)}"` })
  expect(await problemOf(huge.connection.get(CALL, ITEM))).toBe(
    'GITHUB_ANSWER: could not read the repository: the answer has more than 64 MiB',
  )
  expect(huge.asked).toHaveLength(1)
})

test('a list that is not counted goes on after an empty page, as often as wanted', async () => {
  const empty: Given = { status: 200, body: 'null' }
  const later: Given = { status: 200, body: '[{"id":9}]' }
  const { connection, asked } = await serverWith(empty, later, empty)
  const isLast = (items: readonly z.output<typeof ITEM>[]): boolean => items.length > 0
  expect(await connection.uncounted(CALL, ITEM, isLast, 3)).toEqual([{ id: 9 }])
  expect(asked).toHaveLength(2)
  expect(await connection.uncounted(CALL, ITEM, isLast, 1)).toEqual([])
})

const FOUND = { status: 200, body: '{"id":7}' }
const MISSING = { status: 404, body: '{"message":"not found"}' }
const AFTER = { HeadCommit: { Sha1: 'a'.repeat(40) }, CompareURL: '' }
const ROW = {
  id: 1,
  op_type: 'commit_repo',
  act_user: { id: 7, login: 'Acme' },
  ref_name: 'refs/heads/main',
  content: JSON.stringify(AFTER),
  created: '2026-03-01T12:00:00Z',
}

test.each([
  ['nobody known if that is an organization', [FOUND], null],
  ['nobody known if it is hidden from the token, as a private organization is', [MISSING], null],
  ['that account if it is a person', [MISSING, FOUND], 7],
])('a push that Gitea records for the owner is of %s', async (_, owner, by) => {
  const feed = { status: 200, body: JSON.stringify([ROW]), headers: { 'x-total-count': '1' } }
  const { connection, asked } = await serverWith(feed, ...owner)
  const found = await readFeed(connection, '/repos/acme/certs')
  expect(asked[1]).toContain('/orgs/acme')
  const moves = await movesInFeed(found ?? [], 'main', async () => true)
  expect(moves.map(move => move.by?.id ?? null)).toEqual([by])
})

test('who renamed a branch brought the commits that it had then, and not who pushed to it next', async () => {
  const [old, next] = ['b'.repeat(40), 'c'.repeat(40)]
  const pushed = { HeadCommit: { Sha1: next }, CompareURL: `a/b/compare/${old}...${next}` }
  const rows = [
    { ...ROW, content: '' },
    { ...ROW, id: 2, act_user: { id: 8, login: 'author' }, content: JSON.stringify(pushed) },
  ]
  const feed = { status: 200, body: JSON.stringify(rows), headers: { 'x-total-count': '2' } }
  const { connection } = await serverWith(feed, MISSING, FOUND)
  const found = (await readFeed(connection, '/repos/acme/certs')) ?? []
  const moves = await movesInFeed(found, 'main', async () => true)
  expect(moves.map(({ kind, by, before, after }) => [kind, by?.id, before, after])).toEqual([
    ['branchCreation', 7, null, old],
    ['push', 8, old, next],
  ])
})

test('a comment that may have been written is not written again', async () => {
  const { connection, asked } = await serverWith({ status: 502, body: '' })
  const send = (method: 'POST' | 'PATCH') => connection.send(method, CALL, { body: 'one' }, ITEM)
  expect(await problemOf(send('POST'))).toContain('GITHUB_UNAVAILABLE')
  expect(asked).toHaveLength(1)
  expect(await problemOf(send('PATCH'))).toContain('GITHUB_UNAVAILABLE')
  expect(asked.length).toBeGreaterThan(2)
})
