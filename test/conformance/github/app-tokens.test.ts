// Tokens of a GitHub App over sockets: made at the first call, limited to one repository, made again before they end.
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  githubApp,
  installationTokens,
} from '../../../src/adapters/github/connection/app-tokens.ts'
import { Connection } from '../../../src/adapters/github/connection/github-connection.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { Clock } from '../../../src/ports/clock-port.ts'
import type { AppState } from '../../github-double/server/apps.ts'
import { withoutCluster } from '../../build/at-acme.ts'
import { failureOf } from '../../build/connected.ts'
import type { Acme } from '../../build/github-run.ts'

const MINUTE_MS = 60_000
const WANTED = {
  contents: 'read',
  environments: 'read',
  members: 'read',
  pull_requests: 'write',
} as const
const REPOSITORY = 'acme/certs'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = new Secret(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())

interface Scene {
  readonly acme: Acme
  readonly app: AppState
  readonly masked: readonly string[]
  /** Lets minutes pass for both sides. */
  readonly pass: (minutes: number) => void
  readonly tokens: (id?: string, repository?: string) => ReturnType<typeof installationTokens>
  readonly connection: (token: ReturnType<typeof installationTokens>) => Connection
}

const withApp = (act: (scene: Scene) => Promise<void>): Promise<void> =>
  withoutCluster(
    async acme => {
      let now = Date.now()
      const { apps } = acme.github
      apps.now = () => new Date(now)
      const clock: Clock = { now: () => new Date(now), sleep: async () => undefined }
      const app = apps.add({
        slug: 'countersign',
        publicKey,
        repositories: [REPOSITORY, 'acme/other'],
        permissions: {
          contents: 'read',
          environments: 'write',
          pull_requests: 'read',
          issues: 'write',
        },
      })
      const masked: string[] = []
      const access = { apiUrl: acme.url, version: '0.0.0' }
      const mask = (token: string): void => void masked.push(token)
      const exchange = { ...access, clock, random: () => 0.5, mask, permissions: WANTED }
      await act({
        acme,
        app,
        masked,
        pass: minutes => void (now += minutes * MINUTE_MS),
        tokens: (id = String(app.id), repository = REPOSITORY) =>
          installationTokens(githubApp(id, pem), repository, exchange),
        connection: token => new Connection({ ...access, token }, clock, () => 0.5),
      })
    },
    { visibility: 'private' },
  )

const exchanges = ({ acme }: Scene): number =>
  acme.github.requests.filter(({ method }) => method === 'POST').length

const branch = (connection: Connection, repo = 'certs') =>
  connection.rest({
    route: '/repos/{owner}/{repo}/branches/{branch}',
    parameters: { owner: 'acme', repo, branch: 'main' },
    doing: 'read the branch',
    needs: 'contents: read',
  })

describe('a token of a GitHub App', () => {
  test('the App id and the client id both get a token, which is masked before it is used', () =>
    withApp(async scene => {
      for (const id of [String(scene.app.id), scene.app.clientId]) {
        const token = await scene.tokens(id)()
        expect(scene.masked.at(-1)).toBe(token.reveal())
        expect((await branch(scene.connection(async () => token))).status).toBe(200)
      }
    }))

  test('nothing is sent before the first call, and calls at once share one token', () =>
    withApp(async scene => {
      const tokens = scene.tokens()
      const connection = scene.connection(tokens)
      expect(scene.acme.github.requests).toEqual([])
      await Promise.all([branch(connection), branch(connection), tokens(), tokens()])
      expect(exchanges(scene)).toBe(1)
    }))

  test('the token is for one repository', () =>
    withApp(async scene => {
      const token = await scene.tokens()()
      expect(scene.acme.github.tokens.get(token.reveal())?.repositories).toEqual([REPOSITORY])
    }))

  test('the token may do what is wanted of that which the App may do', () =>
    withApp(async scene => {
      const token = await scene.tokens()()
      expect(scene.acme.github.tokens.get(token.reveal())?.permissions).toEqual({
        contents: 'read',
        environments: 'read',
        pull_requests: 'read',
      })
    }))

  test('the token is made again five minutes before it ends, and the connection uses the new one', () =>
    withApp(async scene => {
      const connection = scene.connection(scene.tokens())
      await branch(connection)
      scene.pass(54)
      await branch(connection)
      expect(exchanges(scene)).toBe(1)
      scene.pass(2)
      await Promise.all([branch(connection), branch(connection)])
      expect(exchanges(scene)).toBe(2)
      scene.pass(10)
      expect((await branch(connection)).status).toBe(200)
      expect(exchanges(scene)).toBe(2)
    }))

  test('a failed exchange is tried again by the next call', () =>
    withApp(async scene => {
      const tokens = scene.tokens()
      scene.acme.github.faults.push({ kind: 'forbidden', match: { method: 'POST' } })
      expect((await failureOf(tokens())).code).toBe('GITHUB_FORBIDDEN')
      expect((await tokens()).reveal()).toMatch(/^ghs_/)
    }))
})

describe('an App without a token', () => {
  test('an App that is not installed on the repository is named', () =>
    withApp(async scene => {
      expect(await failureOf(scene.tokens(undefined, 'acme/elsewhere')())).toMatchObject({
        code: 'GITHUB_NOT_FOUND',
        message: `the GitHub App ${scene.app.id} is not installed on acme/elsewhere`,
        hint: expect.stringContaining('Install App; choose acme/elsewhere'),
      })
    }))

  test('a key of another App, and a clock that is wrong, are refused with both causes', () =>
    withApp(async scene => {
      const refused = {
        code: 'GITHUB_UNAUTHORIZED',
        hint: expect.stringMatching(/must be of one App.*clock of this machine/),
      }
      expect(await failureOf(scene.tokens('1')())).toMatchObject(refused)
      const { apps } = scene.acme.github
      for (const minutes of [-2, 10]) {
        const ahead = apps.now().getTime() + minutes * MINUTE_MS
        const { now } = apps
        apps.now = () => new Date(ahead)
        expect(await failureOf(scene.tokens()())).toMatchObject(refused)
        apps.now = now
      }
    }))
})
