import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeStage, serve } from '../../../build/github-stage.ts'
import type { Client, Stage } from '../../../build/github-stage.ts'
import type { ShownBody } from '../../../build/shown-github.ts'

const WRITES = { permissions: { pull_requests: 'write' } } as const
const QUERY = `query($number: Int!) {
  repository(owner: "acme", name: "certs") {
    pullRequest(number: $number) {
      comments(first: 100) { nodes { fullDatabaseId viewerDidAuthor body author { login } } }
    }
  }
}`

let stage: Stage
let client: Client
let url = ''

beforeEach(async () => {
  stage = makeStage()
  client = await serve(stage.world)
  client.server.tokens.set('writer', { as: { app: 'github-actions' }, ...WRITES })
  url = `${client.url}/repos/acme/certs/issues`
})

afterEach(async () => {
  expect(client.server.problems).toEqual([])
  await client.server.stop()
})

async function send(method: string, path: string, body: object, token = 'writer') {
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
  const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) })
  const shown: ShownBody = JSON.parse(await answer.text())
  return { status: answer.status, headers: answer.headers, body: shown }
}

async function commentsAs(token: string): Promise<readonly { readonly body: string }[]> {
  const { body } = await client.query(QUERY, { number: stage.open.number }, { token })
  return body.data.repository.pullRequest.comments.nodes
}

describe('a comment through the API', () => {
  test('a comment belongs to the app and can be rewritten in place', async () => {
    const path = `/${stage.open.number}/comments`
    const written = await send('POST', path, { body: 'first' })
    expect(written.status).toBe(201)
    expect(written.body.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' })

    const rewritten = await send('PATCH', `/comments/${written.body.id}`, { body: 'second' })
    expect(rewritten).toMatchObject({ status: 200, body: { id: written.body.id, body: 'second' } })

    const listed = await client.get(`/repos/acme/certs/issues${path}`)
    expect(listed.list.map(({ body }) => body)).toEqual(['second'])
  })

  test('a comment is marked as their own only for its author', async () => {
    await send('POST', `/${stage.open.number}/comments`, { body: 'mine' })
    expect(await commentsAs('writer')).toMatchObject([
      { body: 'mine', viewerDidAuthor: true, author: { login: 'github-actions' } },
    ])
    expect(await commentsAs('all')).toMatchObject([{ body: 'mine', viewerDidAuthor: false }])
  })

  test('a comment needs the permission to write', async () => {
    const path = `/${stage.open.number}/comments`
    const { status, headers } = await send('POST', path, { body: 'no' }, 'all')
    expect(status).toBe(403)
    expect(headers.get('x-accepted-github-permissions')).toBe('pull_requests=write')
    expect(stage.open.comments).toEqual([])
  })

  test.each([
    ['without text', ''],
    ['longer than GitHub allows', 'x'.repeat(65_537)],
  ])('a comment %s is refused', async (_, body) => {
    expect((await send('POST', `/${stage.open.number}/comments`, { body })).status).toBe(422)
  })

  test('a comment is refused where the pull request or comment does not exist', async () => {
    expect((await send('POST', '/999/comments', { body: 'x' })).status).toBe(404)
    expect((await send('PATCH', '/comments/999999', { body: 'x' })).status).toBe(404)
  })
})
