// Comments, the notice and open pull requests on a real Gitea server: only what countersign wrote itself is changed.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { z } from 'zod'
import { GiteaConnection } from '../../../src/adapters/gitea/connection/gitea-connection.ts'
import { giteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { HostedRepository } from '../../../src/ports/hosted-repository.ts'
import { failureOf } from '../../build/connected.ts'
import { giteaOfFile, hasGitea } from '../../gitea/gitea-server.ts'
import { GiteaWorld, signatureOf } from '../../gitea/gitea-world.ts'

const SCOPES = ['read:repository', 'write:issue', 'read:user']
const MARKER = '<!-- mark -->'
const COMMENTS = z.array(z.object({ body: z.string(), user: z.object({ login: z.string() }) }))
const ISSUES = z.array(z.object({ title: z.string(), body: z.string(), state: z.string() }))

const describeGitea = hasGitea() ? describe : describe.skip

describeGitea('what countersign writes at a Gitea server', () => {
  const gitea = giteaOfFile()
  let world: GiteaWorld
  let repository: HostedRepository

  beforeAll(async () => {
    world = new GiteaWorld(gitea.server(), 'acme/certs', join(gitea.folder(), 'work'))
    await world.work.create()
    await world.api(null, 'POST', '/orgs', { username: 'acme' })
    await world.api(null, 'POST', '/orgs/acme/repos', { name: 'certs', default_branch: 'main' })
    for (const login of ['author', 'countersign']) {
      await world.addUser(login)
      await world.at(null, 'PUT', `/collaborators/${login}`, { permission: 'admin' })
    }
    const author = signatureOf('author')
    const start = await world.commit({ parents: [], files: { 'README.md': 'one\n' }, author })
    await world.push('author', start, 'main')
    const change = { parents: [start], files: { 'README.md': 'two\n' }, author }
    await world.push('author', await world.commit(change), 'other')
    await world.push('author', await world.commit(change), 'change')
    for (const base of ['main', 'other'])
      await world.at('author', 'POST', '/pulls', { title: base, head: 'change', base })
    repository = await openWith(SCOPES)
  })

  async function openWith(scopes: readonly string[]): Promise<HostedRepository> {
    const token = new Secret(await world.token('countersign', scopes))
    const { url } = world.server
    const options = { url, token, version: '0.0.0', repository: 'acme/certs' }
    return giteaRepository(options, systemClock, () => 0.5)
  }

  test('our comment is written once, and rewritten only if its text differs', async () => {
    const comments = repository.comments()
    await world.at('author', 'POST', '/issues/1/comments', { body: `${MARKER} of another` })
    expect(await comments.find(1, MARKER)).toBeNull()
    const address = await comments.write(1, MARKER, `${MARKER} one`)
    expect(address).toContain(`${world.server.url}/acme/certs/pulls/1#issuecomment-`)
    expect(await comments.write(1, MARKER, `${MARKER} one`)).toBe(address)
    expect(await comments.write(1, MARKER, `${MARKER} two`)).toBe(address)
    expect(await comments.find(1, MARKER)).toBe(`${MARKER} two`)
    const found = COMMENTS.parse(await world.at(null, 'GET', '/issues/1/comments'))
    expect(found.map(({ body, user }) => `${user.login}: ${body}`)).toEqual([
      `author: ${MARKER} of another`,
      `countersign: ${MARKER} two`,
    ])
  })

  test('comments with the marker are found newest first, and none counts as one of a program', async () => {
    expect(await repository.comments().marked(1, MARKER)).toEqual([
      { body: `${MARKER} two`, isByProgram: false },
      { body: `${MARKER} of another`, isByProgram: false },
    ])
    expect(await repository.comments().marked(1, 'none')).toEqual([])
  })

  test('those of all pull requests are found newest first, since a time', async () => {
    const comments = repository.comments()
    const bodies = async (since: Date | null) =>
      (await comments.recentMarked(MARKER, { since, etag: null }, () => false))?.comments.map(
        ({ body }) => body,
      )
    await comments.write(2, MARKER, `${MARKER} last`)
    const all = [`${MARKER} last`, `${MARKER} two`, `${MARKER} of another`]
    expect(await bodies(null)).toEqual(all)
    expect(await bodies(new Date(0))).toEqual(all)
    expect(await bodies(new Date(Date.now() + 60_000))).toEqual([])
  })

  test('a server lists comments oldest first, so its last page has the newest', async () => {
    const posted = Array.from({ length: 52 }, (_, at) => `number ${at}`)
    for (const body of posted) await world.at('author', 'POST', '/issues/2/comments', { body })
    const token = new Secret(await world.token('countersign', SCOPES))
    const access = { url: world.server.url, token, version: '0.0.0' }
    const connection = new GiteaConnection(access, systemClock, () => 0.5)
    const call = { path: '/repos/acme/certs/issues/comments', doing: 'read', needs: 'read:issue' }
    const found = await connection.newest(call, z.object({ body: z.string() }), 1)
    expect(found.at(-1)).toEqual({ body: 'number 51' })
    expect(found.length).toBeLessThan(50)
  })

  test('the notice is opened, rewritten and closed, and the issue of another stays', async () => {
    const notices = repository.notices()
    const issues = async () =>
      ISSUES.parse(await world.at(null, 'GET', '/issues?type=issues&state=all'))
    await world.at('author', 'POST', '/issues', { title: 'other', body: `${MARKER} other` })
    await notices.close(MARKER, 'none', `${MARKER} none`)
    expect(await issues()).toHaveLength(1)
    await notices.keep(MARKER, 'one', `${MARKER} one`)
    await notices.keep(MARKER, 'two', `${MARKER} two`)
    await notices.close(MARKER, 'none', `${MARKER} none`)
    expect(await issues()).toMatchObject([
      { title: 'none', body: `${MARKER} none`, state: 'closed' },
      { title: 'other', body: `${MARKER} other`, state: 'open' },
    ])
  })

  test('open pull requests into the default branch are listed, and differ after a comment', async () => {
    const before = await repository.openPulls()
    expect(before).toMatchObject([{ number: 1, head: await world.tip('change') }])
    await world.nextSecond()
    await world.at('author', 'POST', '/issues/1/comments', { body: 'later' })
    expect(await repository.openPulls()).not.toEqual(before)
  })

  test('a token without write:issue is refused with the name of the scope', async () => {
    const comments = (await openWith(['read:repository', 'read:issue', 'read:user'])).comments()
    expect(await failureOf(comments.write(1, MARKER, `${MARKER} three`))).toMatchObject({
      code: 'GITHUB_FORBIDDEN',
      hint: 'the token needs write:issue',
    })
  })

  test('a token without read:user is refused with the name of the scope', async () => {
    const comments = (await openWith(['read:repository', 'write:issue'])).comments()
    expect(await failureOf(comments.find(1, MARKER))).toMatchObject({
      code: 'GITHUB_FORBIDDEN',
      hint: 'the token needs read:user',
    })
  })
})
