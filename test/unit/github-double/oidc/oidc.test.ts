// The OIDC provider of the GitHub double, held to what GitHub documents; its keys are tried with node:crypto.
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
  // The certificate has to be good today, whatever the tokens say.
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

describe('the issuer', () => {
  test('shows the key that signs, and no other once it is replaced', async () => {
    const before = github.mint(APPLY_JOB, 'x')
    expect(await isSignedByShown(before)).toBe(true)
    github.replaceKey()
    expect(await isSignedByShown(before)).toBe(false)
    expect(await isSignedByShown(github.mint(APPLY_JOB, 'x'))).toBe(true)
  })

  test('shows nothing of the private key', async () => {
    const [key] = await shownKeys()
    expect(Object.keys(key ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })
})

describe('a job', () => {
  test('gets a token for the audience it asks for, signed and live', async () => {
    const answer = await ask(github.jobEnvironment(APPLY_JOB), '&audience=prod')
    const { value } = (await answer.json()) as { value: string }
    expect(await isSignedByShown(value)).toBe(true)
    expect(part(value, 0)).toMatchObject({ typ: 'JWT', alg: 'RS256' })
    const claims = part(value, 1) as Record<'iat' | 'nbf' | 'exp', number>
    expect(claims).toMatchObject({ iss: github.issuer, aud: 'prod', ...jobClaims(APPLY_JOB) })
    expect([claims.exp - claims.iat, claims.iat - claims.nbf]).toEqual([300, 600])
  })

  test('that names no audience gets one for the owner', async () => {
    const answer = await ask(github.jobEnvironment(APPLY_JOB), '')
    const { value } = (await answer.json()) as { value: string }
    expect(part(value, 1)['aud']).toBe('https://github.com/acme')
  })

  test('gets nothing with the request token of nobody', async () => {
    const answer = await ask(github.jobEnvironment(APPLY_JOB), '&audience=prod', 'x')
    expect(answer.status).toBe(401)
  })

  test('gets claims of its own job only', async () => {
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

  test('gets an old token, or one with other claims, where a test wants it', () => {
    const claims = part(github.mint(APPLY_JOB, 'prod', { ref: 'refs/heads/x' }, NOW), 1)
    expect(claims).toMatchObject({ iat: SECONDS, exp: SECONDS + 300, ref: 'refs/heads/x' })
  })
})

describe('the subject', () => {
  test.each<[string, Partial<OidcJob>, string]>([
    ['of an environment', {}, 'repo:acme@900/certs@5001:environment:countersign'],
    ['of an environment, older', { subject: 'names' }, 'repo:acme/certs:environment:countersign'],
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
  ])('%s', (_, changes, sub) => expect(jobClaims({ ...APPLY_JOB, ...changes })['sub']).toBe(sub))
})

describe('the claims', () => {
  test('are all strings', () => {
    for (const value of Object.values(jobClaims(APPLY_JOB))) expect(typeof value).toBe('string')
  })

  test('lack the environment where the job names none', () =>
    expect(jobClaims({ ...APPLY_JOB, environment: null })).not.toHaveProperty('environment'))

  test('tell the called workflow beside the running one', () => {
    const calledWorkflow = 'acme/shared/.github/workflows/apply.yml@refs/heads/main'
    expect(jobClaims({ ...APPLY_JOB, calledWorkflow })).toMatchObject({
      job_workflow_ref: calledWorkflow,
      workflow_ref: 'acme/certs/.github/workflows/countersign.yml@refs/heads/main',
    })
  })
})
