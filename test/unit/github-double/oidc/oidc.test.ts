// The OIDC provider of the GitHub double, compared with GitHub's documentation; its keys are checked with node:crypto.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createPublicKey, verify } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { get } from 'node:https'
import { APPLY_JOB, jobClaims } from '../../../github-double/oidc/oidc-job.ts'
import type { OidcJob } from '../../../github-double/oidc/oidc-job.ts'
import { startOidcProvider } from '../../../github-double/oidc/oidc.ts'
import type { OidcProvider } from '../../../github-double/oidc/oidc.ts'

const NOW = new Date('2026-08-01T12:00:00Z')
const SECONDS = NOW.getTime() / 1000
let github: OidcProvider
beforeAll(async () => {
  // The certificate must be valid today, whatever the tokens say.
  github = await startOidcProvider()
})
afterAll(() => github.close())

const part = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8')) as Record<
    string,
    unknown
  >

/** JSON over TLS, with the provider's CA and no other. */
function fetched(url: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    get(url, { ca: github.caPem, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.on('end', () => resolve(JSON.parse(text) as Record<string, unknown>))
    }).on('error', reject)
  })
}

async function shownKeys(): Promise<readonly JsonWebKey[]> {
  const discovery = await fetched(`${github.issuer}/.well-known/openid-configuration`)
  expect(discovery['issuer']).toBe(github.issuer)
  return (await fetched(String(discovery['jwks_uri'])))['keys'] as JsonWebKey[]
}

async function isSignedByShown(token: string): Promise<boolean> {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const jwk = (await shownKeys()).find(key => key['kid'] === part(token, 0)['kid'])
  if (jwk === undefined) return false
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const signed = Buffer.from(`${header}.${payload}`)
  return verify('sha256', signed, key, Buffer.from(signature, 'base64url'))
}

function ask(environment: Readonly<Record<string, string>>, query: string, token?: string) {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: own } = environment
  return fetch(`${url}${query}`, { headers: { authorization: `bearer ${token ?? own}` } })
}

describe('the issuer of OIDC tokens', () => {
  test('the issuer publishes the signing key, and no other after it is replaced', async () => {
    const before = github.mint(APPLY_JOB, 'x')
    expect(await isSignedByShown(before)).toBe(true)
    github.replaceKey()
    expect(await isSignedByShown(before)).toBe(false)
    expect(await isSignedByShown(github.mint(APPLY_JOB, 'x'))).toBe(true)
  })

  test('the issuer publishes no part of the private key', async () => {
    const [key] = await shownKeys()
    expect(Object.keys(key ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })
})

describe('a job with an OIDC token', () => {
  test('a job gets a signed and valid token for the requested audience', async () => {
    const answer = await ask(github.jobEnvironment(APPLY_JOB), '&audience=prod')
    const { value } = (await answer.json()) as { value: string }
    expect(await isSignedByShown(value)).toBe(true)
    expect(part(value, 0)).toMatchObject({ typ: 'JWT', alg: 'RS256' })
    const claims = part(value, 1) as Record<'iat' | 'nbf' | 'exp', number>
    expect(claims).toMatchObject({ iss: github.issuer, aud: 'prod', ...jobClaims(APPLY_JOB) })
    expect([claims.exp - claims.iat, claims.iat - claims.nbf]).toEqual([300, 600])
  })

  test('a job without an audience gets a token for the owner', async () => {
    const answer = await ask(github.jobEnvironment(APPLY_JOB), '')
    const { value } = (await answer.json()) as { value: string }
    expect(part(value, 1)['aud']).toBe('https://github.com/acme')
  })

  test('a job with an unknown request token gets no token', async () => {
    const answer = await ask(github.jobEnvironment(APPLY_JOB), '&audience=prod', 'x')
    expect(answer.status).toBe(401)
  })

  test('a job gets only its own claims', async () => {
    const other = { ...APPLY_JOB, repositoryId: 5002 }
    const environments = [APPLY_JOB, other].map(job => github.jobEnvironment(job))
    const ids = await Promise.all(
      environments.map(async environment => {
        const answer = await ask(environment, '&audience=prod')
        return part(((await answer.json()) as { value: string }).value, 1)['repository_id']
      }),
    )
    expect(ids).toEqual(['5001', '5002'])
  })

  test('a test gets an old token, or one with other claims', () => {
    const claims = part(github.mint(APPLY_JOB, 'prod', { ref: 'refs/heads/x' }, NOW), 1)
    expect(claims).toMatchObject({ iat: SECONDS, exp: SECONDS + 300, ref: 'refs/heads/x' })
  })
})

describe('the subject of a token', () => {
  test.each<[string, Partial<OidcJob>, string]>([
    ['of an environment', {}, 'repo:acme@900/certs@5001:environment:countersign'],
    [
      'of an environment, with names only',
      { subject: 'names' },
      'repo:acme/certs:environment:countersign',
    ],
    ['of a branch', { environment: null }, 'repo:acme@900/certs@5001:ref:refs/heads/main'],
    [
      'of a pull request',
      { environment: null, pullRequest: { head: 'topic', base: 'main' } },
      'repo:acme@900/certs@5001:pull_request',
    ],
    [
      'of an environment with a colon in its name',
      { environment: 'a:b' },
      'repo:acme@900/certs@5001:environment:a%3Ab',
    ],
  ])('the token has the subject %s', (_, changes, sub) =>
    expect(jobClaims({ ...APPLY_JOB, ...changes })['sub']).toBe(sub),
  )
})

describe('the claims of a job', () => {
  test('the claims are all strings', () => {
    for (const value of Object.values(jobClaims(APPLY_JOB))) expect(typeof value).toBe('string')
  })

  test('the claims have no environment where the job has none', () =>
    expect(jobClaims({ ...APPLY_JOB, environment: null })).not.toHaveProperty('environment'))

  test('the claims name the called workflow and the running one', () => {
    const calledWorkflow = 'acme/shared/.github/workflows/apply.yml@refs/heads/main'
    expect(jobClaims({ ...APPLY_JOB, calledWorkflow })).toMatchObject({
      job_workflow_ref: calledWorkflow,
      workflow_ref: 'acme/certs/.github/workflows/countersign.yml@refs/heads/main',
    })
  })
})
