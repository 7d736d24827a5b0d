// The request for an OIDC token of GitHub: where it is possible, what is sent, and how each answer is read.
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  mintToken,
  tokenEndpoint,
} from '../../../../../src/adapters/kubernetes/login/github-oidc.ts'
import type { TokenEndpoint } from '../../../../../src/adapters/kubernetes/login/github-oidc.ts'
import { Secret } from '../../../../../src/domain/request/secret-value.ts'
import { APPLY_JOB } from '../../../../github-double/oidc/oidc-job.ts'
import { startOidcProvider } from '../../../../github-double/oidc/oidc.ts'
import { failureOf, quickClock } from '../../../../build/connected.ts'
import { answering, startOddServer } from '../../../../build/odd-server.ts'
import type { OddAnswer, OddServer } from '../../../../build/odd-server.ts'

const REQUEST_TOKEN = 'a-request-token-nobody-may-see'
const PERMISSION =
  'give the job this permission, and the job that calls it if it is a called workflow:\npermissions:\n  contents: read\n  id-token: write'
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const environment = (url: string, more: object = {}) => ({
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: url,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  ...more,
})

async function odd(answer: OddAnswer): Promise<OddServer & { endpoint: TokenEndpoint }> {
  const server = await startOddServer(answer)
  closing.push(() => server.close())
  return {
    ...server,
    endpoint: tokenEndpoint(environment(`${server.server}/token?api-version=2.0`), 'prod'),
  }
}

const tokenOf = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
const GOOD = tokenOf({ iat: 100, exp: 400 })

describe('the token endpoint of a job', () => {
  const refusalOf = (variables: Readonly<Record<string, string>>) =>
    failureOf(
      Promise.resolve().then(() => tokenEndpoint(variables, 'prod')),
      [REQUEST_TOKEN],
    )

  test('the token endpoint is the one that the runner names', () => {
    const endpoint = tokenEndpoint(environment('https://run.example.com/7/?api-version=2.0'), 'x')
    expect(endpoint.url.href).toBe('https://run.example.com/7/?api-version=2.0')
    expect(endpoint.requestToken.reveal()).toBe(REQUEST_TOKEN)
  })

  test.each([
    ['address', { ACTIONS_ID_TOKEN_REQUEST_URL: '' }],
    ['request token', { ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' }],
  ])(
    'a job without the %s has no token endpoint, and the hint names the permission',
    async (_, more) => {
      expect(await refusalOf(environment('https://run.example.com/', more))).toEqual({
        code: 'CONFIG_AUTH_UNSUPPORTED',
        at: null,
        message: 'clusters.prod.auth is githubOidc, and GitHub offers this job no OIDC token',
        hint: PERMISSION,
      })
    },
  )

  test('a terminal has no token endpoint, and the hint names --kubeconfig', async () => {
    expect(await refusalOf({})).toEqual({
      code: 'CONFIG_AUTH_UNSUPPORTED',
      at: null,
      message: 'clusters.prod.auth is githubOidc, which works only in a job of GitHub Actions',
      hint: 'here log in with --kubeconfig FILE, which wins over the configuration',
    })
  })

  test.each(['http://run.example.com/', 'http://127.0.0.1.example.com/', 'ftp://127.0.0.1/'])(
    'the endpoint %s is refused, since others could read the token',
    async url => {
      const problem = await refusalOf(environment(url))
      expect(problem.code).toBe('CONFIG_SERVER_INSECURE')
      expect(problem.message).toMatch(/, where GitHub's OIDC tokens are asked for, is not https$/)
    },
  )

  test.each(['run.example.com', 'https://user:word@run.example.com/'])(
    'the endpoint %s is invalid',
    async url => {
      expect((await refusalOf(environment(url))).code).toBe('CONFIG_AUTH_UNSUPPORTED')
    },
  )
})

describe('an OIDC token', () => {
  const mint = (endpoint: TokenEndpoint, clock = quickClock()) =>
    mintToken(endpoint, 'prod & more', clock)

  test('a token is requested with the request token, and has the requested audience', async () => {
    const provider = await startOidcProvider()
    closing.push(() => provider.close())
    const minted = await mint(tokenEndpoint(provider.jobEnvironment(APPLY_JOB), 'prod'))
    expect(minted.claims.all.get('aud')).toBe('prod & more')
    expect(minted.claims.expiresAt - minted.claims.issuedAt).toBe(300)
  })

  test('a token is requested in one request, with the query of the endpoint', async () => {
    const headers: (string | undefined)[] = []
    const server = await odd((request, response) => {
      headers.push(request.headers.authorization, request.headers['user-agent'])
      answering(200, { value: GOOD })(request, response)
    })
    expect((await mint(server.endpoint)).token.reveal()).toBe(GOOD)
    expect(server.asked).toEqual(['GET /token?api-version=2.0&audience=prod+%26+more'])
    expect(headers).toEqual([`Bearer ${REQUEST_TOKEN}`, 'countersign'])
  })

  test.each([429, 500, 503])('a token is requested again after status %i', async status => {
    let tries = 0
    const server = await odd((request, response) => {
      const answer = ++tries < 3 ? answering(status, 'busy') : answering(200, { value: GOOD })
      answer(request, response)
    })
    const clock = quickClock()
    expect((await mint(server.endpoint, clock)).token.reveal()).toBe(GOOD)
    expect(clock.slept).toEqual([1000, 2000])
  })

  test('a missing token is reported after four tries', async () => {
    const server = await odd(answering(503, 'busy'))
    expect(await failureOf(mint(server.endpoint), [REQUEST_TOKEN])).toEqual({
      code: 'GITHUB_UNREACHABLE',
      at: null,
      message: `${server.server} gives no OIDC token: HTTP 503`,
      hint: 'nothing is lost, run it again',
    })
    expect(server.asked).toHaveLength(4)
  })

  test('a token is requested again where the connection breaks', async () => {
    let tries = 0
    const server = await odd((request, response) => {
      if (++tries === 1) response.destroy()
      else answering(200, { value: GOOD })(request, response)
    })
    expect((await mint(server.endpoint)).token.reveal()).toBe(GOOD)
  })

  test('a token cannot be requested where no server listens', async () => {
    const endpoint = { url: new URL('http://127.0.0.1:1/'), requestToken: new Secret('x') }
    const problem = await failureOf(mint(endpoint))
    expect(problem.code).toBe('GITHUB_UNREACHABLE')
    expect(problem.message).toMatch(/^http:\/\/127\.0\.0\.1:1 gives no OIDC token: ./)
  })

  test.each([400, 401, 403, 404])(
    'a refusal with status %i is reported at once, with the permission',
    async status => {
      const server = await odd(answering(status, { message: 'no' }))
      expect(await failureOf(mint(server.endpoint), [REQUEST_TOKEN])).toEqual({
        code: 'CLUSTER_UNAUTHORIZED',
        at: null,
        message: `GitHub gives this job no OIDC token (HTTP ${status})`,
        hint: PERMISSION,
      })
      expect(server.asked).toHaveLength(1)
    },
  )

  test('a redirect is not followed', async () => {
    const other = await odd(answering(200, { value: GOOD }))
    const server = await odd((_, response) => {
      response.writeHead(302, { location: `${other.server}/token` }).end()
    })
    expect((await failureOf(mint(server.endpoint))).code).toBe('CLUSTER_UNAUTHORIZED')
    expect(other.asked).toEqual([])
  })

  test.each([
    ['text', 'secret-text'],
    ['an empty object', {}],
    ['an empty value', { value: '' }],
    ['a value that is not a token', { value: 'secret-text' }],
    ['a token without an end', { value: tokenOf({ iat: 1, note: 'secret-text' }) }],
  ])('the answer %s is refused', async (_, body) => {
    const server = await odd(answering(200, body))
    const problem = await failureOf(mint(server.endpoint), ['secret-text'])
    expect(problem.code).toBe('GITHUB_ANSWER')
    expect(problem.message).toBe(`${server.server} answered something that is no OIDC token`)
  })
})
