// Certificates in artifacts over sockets: which artifacts are read, where the token goes, and what a hostile upload or store can do.
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { zipSync } from 'fflate'
import { githubRepository } from '../../../src/adapters/github/read/reviewed-repository-reader.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { CertificateArtifacts } from '../../../src/ports/artifacts.ts'
import { withoutCluster } from '../../build/at-acme.ts'
import { failureOf } from '../../build/connected.ts'
import type { Acme } from '../../build/github-run.ts'
import { MAY_READ } from '../../build/github-run.ts'
import { ArtifactService } from '../../github-double/artifacts/artifact-service.ts'

const TOKEN = 'ghp_of-the-author'
const PLACE = { artifact: 'jane', file: 'jane.crt' }
const UNKNOWN = { since: null, etag: null }
const never = () => false

let now: Date
let service: ArtifactService
const servers: Server[] = []
beforeEach(async () => {
  now = new Date('2026-08-01T00:00:00Z')
  service = new ArtifactService(() => now)
  await service.start()
})
afterEach(async () => {
  await service.close()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function artifactsAt(apiUrl: string): CertificateArtifacts {
  const access = {
    apiUrl,
    token: new Secret(TOKEN),
    version: '0.0.0',
    repository: 'acme/certs',
    membersToken: null,
  }
  return githubRepository(access, systemClock, () => 0.5, { attemptMs: 2000, tries: 1 }).artifacts()
} // prettier-ignore

const pem = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n`
const zip = (text: string): Uint8Array => zipSync({ 'jane.crt': Buffer.from(pem(text)) })

/** Uploads an artifact one minute after the last one. */
function uploaded(bytes: Uint8Array, { name = 'jane', isOfFork = false } = {}): void {
  now = new Date(now.getTime() + 60_000)
  service.publish(name, bytes, isOfFork)
}

function withArtifacts(act: (artifacts: CertificateArtifacts, acme: Acme) => Promise<void>): Promise<void> {
  return withoutCluster(async acme => {
    acme.github.artifacts = service
    acme.github.tokens.set(TOKEN, { as: { account: 1001 }, permissions: MAY_READ })
    await act(artifactsAt(acme.url), acme)
  })
} // prettier-ignore

/** An artifact as the list shows it, of a run in the repository itself. */
const LISTED = {
  id: 1,
  name: 'jane',
  size_in_bytes: 9,
  expired: false,
  created_at: '2026-08-01T00:00:00Z',
  workflow_run: { repository_id: 1, head_repository_id: 1 },
}

describe('certificates in artifacts', () => {
  test('the newest artifacts of the name are read until one is enough, and the token goes to the API only', () =>
    withArtifacts(async artifacts => {
      for (const text of ['first', 'second', 'third']) uploaded(zip(text))
      uploaded(zip('of another name'), { name: 'janet' })
      const all = await artifacts.recentCertificates(PLACE, UNKNOWN, never)
      expect(all?.pems).toEqual(['third', 'second', 'first'].map(pem))
      const isSecond = (text: string): boolean => text === pem('second')
      const some = await artifacts.recentCertificates(PLACE, UNKNOWN, isSecond)
      expect(some?.pems).toEqual(['third', 'second'].map(pem))
      expect(service.tokensAtStore).toEqual([])
    }))

  test('an unchanged list is one call', () =>
    withArtifacts(async (artifacts, acme) => {
      uploaded(zip('first'))
      const etag = (await artifacts.recentCertificates(PLACE, UNKNOWN, never))?.etag ?? null
      acme.github.forget()
      const known = { since: null, etag }
      const other = artifactsAt(acme.url)
      expect(await other.recentCertificates(PLACE, known, never)).toBeNull()
      expect(acme.github.calls()).toEqual({ rest: 1, graphql: 0 })
      uploaded(zip('second'))
      expect((await other.recentCertificates(PLACE, known, () => true))?.pems).toEqual([pem('second')])
    })) // prettier-ignore

  test('artifacts of forks, and those up to the known certificate, are not read', () =>
    withArtifacts(async artifacts => {
      uploaded(zip('old'))
      const since = now
      uploaded(zip('new'))
      uploaded(zip('of a fork'), { isOfFork: true })
      const known = { since, etag: null }
      expect((await artifacts.recentCertificates(PLACE, known, never))?.pems).toEqual([pem('new')])
    }))

  test('at most five artifacts are read', () =>
    withArtifacts(async (artifacts, acme) => {
      for (let at = 0; at < 8; at++) uploaded(zip(String(at)))
      acme.github.forget()
      expect((await artifacts.recentCertificates(PLACE, UNKNOWN, never))?.pems).toHaveLength(5)
      expect(acme.github.calls().rest).toBe(6)
    }))

  test('a broken artifact does not hide a good one, and is reported if there is no other', () =>
    withArtifacts(async artifacts => {
      uploaded(zip('good'))
      uploaded(Buffer.from('not a zip archive'))
      uploaded(zipSync({ 'jane.crt': Buffer.from('not PEM') }))
      uploaded(zipSync({ 'other.crt': Buffer.from(pem('other')) }))
      uploaded(new Uint8Array(1_048_577))
      const found = await artifacts.recentCertificates(PLACE, UNKNOWN, never)
      expect(found?.pems).toEqual([pem('good')])

      const known = { since: new Date('2026-08-01T00:01:00Z'), etag: null }
      const problem = await failureOf(artifacts.recentCertificates(PLACE, known, never))
      expect(problem).toMatchObject({
        code: 'SINK_ARTIFACT_BROKEN',
        message: 'could not read the artifact jane: jane.crt is not a certificate in PEM (id 3)',
      })
    }))

  test('a token without actions: read gets a hint with that permission', () =>
    withArtifacts(async (artifacts, acme) => {
      const permissions = { contents: 'read', pull_requests: 'read' } as const
      acme.github.tokens.set(TOKEN, { as: { app: 'helper' }, permissions })
      const problem = await failureOf(artifacts.recentCertificates(PLACE, UNKNOWN, never))
      expect(problem).toMatchObject({
        code: 'GITHUB_FORBIDDEN',
        hint: expect.stringContaining('the token lacks actions: read'),
      })
    }))

  test('an artifact that is deleted after the list was read is left out', () =>
    withArtifacts(async (artifacts, acme) => {
      uploaded(zip('first'))
      const listed = service.listed()
      await service.close()
      service = new ArtifactService(() => now)
      await service.start()
      acme.github.artifacts = Object.assign(service, { listed: () => listed })
      expect((await artifacts.recentCertificates(PLACE, UNKNOWN, never))?.pems).toEqual([])
    }))
})

describe('the store of an artifact', () => {
  /** The address of a server with this answer. */
  async function serves(answer: (path: string, response: ServerResponse) => void): Promise<string> {
    const server = createServer((request, response) => answer(request.url ?? '', response))
    servers.push(server)
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  }

  /** An API with one artifact, whose download is at this address. */
  async function apiWith(location: string): Promise<CertificateArtifacts> {
    const api = await serves((path, response) => {
      if (path.includes('/actions/artifacts/1/zip'))
        response.writeHead(302, { location, 'content-length': 0 }).end()
      else
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ total_count: 1, artifacts: [LISTED] }))
    })
    return artifactsAt(api)
  }
  const problemAt = async (location: string) =>
    failureOf((await apiWith(location)).recentCertificates(PLACE, UNKNOWN, never), ['SIGNATURE'])

  test.each([
    ['http://store.example.com/blob?sig=SIGNATURE'],
    ['file:///etc/passwd?sig=SIGNATURE'],
    ['https://user:SIGNATURE@store.example.com/blob'],
    ['/blob?sig=SIGNATURE'],
  ])('no download is made from %s', async location =>
    expect(await problemAt(location)).toMatchObject({
      code: 'GITHUB_INSECURE',
      message: 'could not read the artifact jane: the address of the download is not https',
    }),
  )

  test('a store that cannot be reached is named without the signature', async () => {
    expect(await problemAt('http://127.0.0.1:1/blob?sig=SIGNATURE')).toMatchObject({
      code: 'GITHUB_UNREACHABLE',
      message: expect.stringContaining('http://127.0.0.1:1 cannot be reached'),
    })
  })

  test('a refusal, another redirect and an endless download of the store are problems', async () => {
    const store = await serves((path, response) => {
      if (path.startsWith('/refused')) response.writeHead(403).end('SIGNATURE')
      else if (path.startsWith('/moved')) response.writeHead(302, { location: '/endless' }).end()
      else {
        const more = (): boolean =>
          !response.destroyed && response.write(Buffer.alloc(65_536), () => void more())
        response.writeHead(200)
        more()
      }
    })
    expect((await problemAt(`${store}/refused?sig=SIGNATURE`)).message).toBe(
      `could not read the artifact jane: ${store} answered 403`,
    )
    expect((await problemAt(`${store}/moved?sig=SIGNATURE`)).code).toBe('GITHUB_UNREACHABLE')
    expect(await problemAt(`${store}/endless?sig=SIGNATURE`)).toMatchObject({
      code: 'SINK_ARTIFACT_BROKEN',
      message: 'could not read the artifact jane: more than 1048576 bytes',
      hint: 'for a certificate in a file use --certificate FILE',
    })
  })

  test('a store that does not answer is a timeout', async () => {
    const store = await serves(() => undefined)
    expect((await problemAt(`${store}/blob?sig=SIGNATURE`)).code).toBe('GITHUB_TIMEOUT')
  })

  test('an answer that is no redirect is not taken for an artifact', async () => {
    const api = await serves((path, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(path.includes('/zip') ? {} : { artifacts: [LISTED] }))
    })
    const problem = await failureOf(artifactsAt(api).recentCertificates(PLACE, UNKNOWN, never))
    expect(problem.code).toMatch(/^GITHUB_/)
  })
})
