// No secret of a run is in its log (with debugging too), comments, summary, outputs or files.
import { describe, expect, test } from '@jest/globals'
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import type { ActionRan } from '../build/runner.ts'
import { kubeconfig } from '../build/workshop.ts'

const DEBUG = {
  RUNNER_DEBUG: '1',
  ACTIONS_STEP_DEBUG: 'true',
  ACTIONS_RUNNER_DEBUG: 'true',
  NODE_DEBUG: '',
}
const JANE = 'requests/people/jane.yaml'

/** A secret in every encoding that would expose it. */
function spellings(secret: string): readonly string[] {
  const key = /PRIVATE KEY/.test(secret) ? createPrivateKey(secret) : null
  const jwk = key === null ? {} : key.export({ format: 'jwk' })
  const scalars = [jwk.d, jwk.p, jwk.q].filter(part => part !== undefined)
  const raw = [
    secret,
    ...secret.split('\n').filter(line => line.length > 15 && !isPublic(line, key)),
    ...scalars,
    ...scalars.map(part => Buffer.from(part, 'base64url').toString('hex')),
    ...scalars.map(part => Buffer.from(part, 'base64url').toString('base64')),
  ]
  const encoded = raw.flatMap(text => [
    Buffer.from(text).toString('base64'),
    Buffer.from(text).toString('base64url'),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
  ])
  return [...new Set([...raw, ...encoded])]
}

/** The frame of a PEM, and lines with only the public half of the key, which the certificate holds too. */
function isPublic(line: string, key: KeyObject | null): boolean {
  if (line.startsWith('-----')) return true
  return (
    key !== null &&
    createPublicKey(key)
      .export({ type: 'spki', format: 'der' })
      .includes(Buffer.from(line, 'base64'))
  )
}

/** All output and files of a run, without the lines that ask the runner to mask a value. */
function shownBy(ran: ActionRan, { acme }: Scene): string {
  const comments = acme.stage.repository.pullRequests.flatMap(({ number }) => acme.comments(number))
  return [
    ran.stdout.replaceAll(/^::add-mask::.*$/gm, ''),
    ran.stderr,
    ran.summary,
    ran.outputText,
    ...ran.files.values(),
    ...comments.map(({ body }) => body),
  ].join('\n')
}

async function keysIn({ place }: Scene): Promise<readonly string[]> {
  const { body } = await place.admin.get(`/api/v1/namespaces/${place.namespace}/secrets`)
  return body.items.map(({ data }) => Buffer.from(data?.['tls.key'] ?? '', 'base64').toString())
}

function leaks(shown: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter(secret => spellings(secret).some(text => shown.includes(text)))
}

/** The values that the run asked the runner to mask. */
function masks({ stdout }: ActionRan): ReadonlySet<string> {
  return new Set([...stdout.matchAll(/^::add-mask::(.*)$/gm)].map(([, value = '']) => value))
}

describe('the secrets of a run', () => {
  const kinds = {
    'requests/people/mark.yaml': 'usual',
    'requests/people/rsa.yaml': { privateKey: { algorithm: 'RSA', size: 2048 } },
  }

  test.each(['plain', 'with debugging on'])('no output of a run holds its secrets: %s', how =>
    atAcme(async scene => {
      const { acme, place, cluster } = scene
      const [token, appToken] = [
        randomBytes(24).toString('hex'),
        `ghs_${randomBytes(18).toString('hex')}`,
      ]
      cluster.addToken(token, place.user)
      const env = {
        ...(how === 'plain' ? {} : DEBUG),
        KUBECONFIG_PROD: kubeconfig(place, { token }),
      }
      const inputs = { 'app-token': appToken }
      acme.does('author pushes to change-1', { [JANE]: 'usual', ...kinds })
      acme.does('author opens PR1 from change-1')
      const planned = await acme.plan(1, { env, inputs })
      acme.does('reviewer approves PR1')
      acme.does('author merges PR1 (squash)')
      const ran = await acme.apply({ env, inputs })
      expect([planned.code, ran.code]).toEqual([0, 0])
      const keys = await keysIn(scene)
      expect(keys).toHaveLength(3)
      for (const key of keys) expect(key).toContain('PRIVATE KEY')
      const secrets = [...keys, ...acme.tokens, token, appToken, place.credential.keyPem ?? '']
      for (const each of [planned, ran]) expect(leaks(shownBy(each, scene), secrets)).toEqual([])
      for (const secret of [acme.tokens[1] ?? '', appToken, token]) {
        expect(masks(ran)).toContain(secret)
        expect(ran.stdout.indexOf(secret)).toBe(
          ran.stdout.indexOf(`::add-mask::${secret}`) + '::add-mask::'.length,
        )
      }
    }),
  )

  test('no output of a failing run holds its secrets', () =>
    atAcme(async scene => {
      const { acme, place, cluster } = scene
      const token = randomBytes(24).toString('hex')
      cluster.addToken(token, place.user)
      acme.merges(1, { [JANE]: 'usual', ...kinds })
      const env = { ...DEBUG, KUBECONFIG_PROD: kubeconfig(place, { token }) }
      const secrets = [token, place.credential.keyPem ?? '', ...Object.values(env).slice(-1)]
      cluster.signerFaults({ otherKey: true })
      const otherKey = await acme.apply({ env })
      cluster.signerFaults({})
      cluster.faults.plan(
        { method: 'PATCH', path: '/api/v1/namespaces' },
        { kind: 'answer', code: 500 },
        1000,
      )
      // By hand, because a scheduled run would wait after the failed one.
      const hurried = { env, preload: ['test/build/skip-sleeps.mjs'] }
      const noSecret = await acme.apply(hurried, 'workflow_dispatch')
      cluster.faults.clear()
      cluster.removeToken(token)
      const noLogin = await acme.apply({ env })
      const broken = await acme.apply({ env: { ...env, KUBECONFIG_PROD: `x: ${token}\n- [` } })
      for (const ran of [otherKey, noSecret, noLogin, broken]) {
        expect(ran.code).toBe(2)
        expect(leaks(shownBy(ran, scene), [...secrets, ...acme.tokens])).toEqual([])
      }
    }))

  test('the job leaves nothing in the workspace, and only its user can read its files', () =>
    atAcme(async ({ acme }) => {
      acme.merges(1, { [JANE]: 'usual' })
      const ran = await acme.apply()
      expect([...ran.files.keys()].filter(path => !path.startsWith('runner/'))).toEqual([
        'temp/countersign-evidence.json',
        'temp/countersign-result.json',
      ])
      expect([
        ran.modes.get('temp/countersign-evidence.json'),
        ran.modes.get('temp/countersign-result.json'),
      ]).toEqual([0o600, 0o600])
    }))
})
