// Environment secrets over sockets: sealed for the current key, written one second apart, and an error code for each refusal.
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { githubSecrets } from '../../../src/adapters/github/write/environment-secrets.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { Clock } from '../../../src/ports/clock-port.ts'
import { createEnvironment, rotateEnvironmentKey } from '../../github-double/environments.ts'
import { found } from '../../github-double/refusal.ts'
import type { Permissions } from '../../github-double/server/tokens.ts'
import type { GithubSecrets } from '../../../src/ports/github-secrets.ts'
import { withoutCluster } from '../../build/at-acme.ts'
import { failureOf } from '../../build/connected.ts'
import type { Acme } from '../../build/github-run.ts'
import { openedSecret } from '../../build/sealed.ts'

const VALUE = 'what nobody may see Ω'
const TOKEN = 'ghs_of-the-app'
const place = { repository: 'acme/certs', environment: 'production', name: 'JANE' }

function secretsOf(
  acme: Acme,
  permissions: Permissions = { environments: 'write' },
  clock: Clock = systemClock,
): GithubSecrets {
  acme.github.tokens.set(TOKEN, { as: { app: 'countersign' }, permissions })
  const access = { apiUrl: acme.url, token: new Secret(TOKEN), version: '0.0.0' }
  return githubSecrets(access, clock, () => 0.5)
}

const withEnvironment = (act: (acme: Acme) => Promise<void>): Promise<void> =>
  withoutCluster(async acme => {
    createEnvironment(acme.stage.world.state, acme.stage.repository, 'production')
    await act(acme)
  })

const opened = (acme: Acme, name = 'JANE') =>
  openedSecret(acme.stage.repository, 'production', name)

const environmentOf = (acme: Acme) =>
  found(acme.stage.repository.environments.get('production'), 'it')

const writes = (acme: Acme): number =>
  acme.github.requests.filter(({ method }) => method === 'PUT').length

describe('a secret of an environment', () => {
  test('a secret is sealed for the key of the environment', () =>
    withEnvironment(async acme => {
      const secrets = secretsOf(acme)
      expect(await secrets.look(place)).toBeNull()
      const { sha256, keyId, updatedAt } = await secrets.put(place, new Secret(VALUE))
      expect(await opened(acme)).toBe(VALUE)
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(keyId).toBe(environmentOf(acme).key.id)
      expect(await secrets.look(place)).toEqual(updatedAt)
    }))

  test('a secret is deleted, and deleting it again succeeds', () =>
    withEnvironment(async acme => {
      const secrets = secretsOf(acme)
      await secrets.put(place, new Secret(VALUE))
      await secrets.remove(place)
      expect(await secrets.look(place)).toBeNull()
      await secrets.remove(place)
    }))

  test('a secret stays without the right to delete it', () =>
    withEnvironment(async acme => {
      await secretsOf(acme).put(place, new Secret(VALUE))
      const problem = await failureOf(secretsOf(acme, { environments: 'read' }).remove(place))
      expect(problem).toMatchObject({ code: 'GITHUB_FORBIDDEN' })
      expect(await opened(acme)).toBe(VALUE)
    }))

  test('a secret is sealed again if the key changes between read and write', () =>
    withEnvironment(async acme => {
      const { world, repository } = acme.stage
      const old = environmentOf(acme).key
      rotateEnvironmentKey(world.state, repository, 'production')
      const fresh = environmentOf(acme).key
      let looks = 0
      Object.defineProperty(environmentOf(acme), 'key', {
        get: () => (looks++ === 0 ? old : fresh),
      })
      const { keyId } = await secretsOf(acme).put(place, new Secret(VALUE))
      expect([keyId, await opened(acme), writes(acme)]).toEqual([fresh.id, VALUE, 2])
    }))

  test('a secret that somebody else deleted is absent', () =>
    withEnvironment(async acme => {
      const secrets = secretsOf(acme)
      await secrets.put(place, new Secret(VALUE))
      const url = `${acme.url}/repos/acme/certs/environments/production/secrets/JANE`
      const headers = { authorization: `bearer ${TOKEN}`, 'user-agent': 'somebody' }
      expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(204)
      expect(await secrets.look(place)).toBeNull()
    }))

  test('concurrent writes happen one second apart', () =>
    withEnvironment(async acme => {
      const slept: number[] = []
      const clock = {
        now: () => systemClock.now(),
        sleep: async (milliseconds: number) => {
          slept.push(milliseconds)
          expect(writes(acme)).toBe(slept.length)
        },
      }
      const secrets = secretsOf(acme, { environments: 'write' }, clock)
      const names = ['ONE', 'TWO', 'THREE']
      await Promise.all(names.map(name => secrets.put({ ...place, name }, new Secret(name))))
      expect(await Promise.all(names.map(name => opened(acme, name)))).toEqual(names)
      expect(slept).toEqual([1000, 1000, 1000])
    }))
})

describe('a refused write', () => {
  const refused = (acme: Acme, permissions: Permissions, where = place) =>
    failureOf(secretsOf(acme, permissions).look(where), [TOKEN, VALUE])

  test('the hint for a missing right names it', () =>
    withEnvironment(async acme => {
      const problem = await refused(acme, { environments: 'none' })
      expect(problem).toMatchObject({ code: 'GITHUB_FORBIDDEN' })
      expect(problem.hint).toContain('Environments: write')
    }))

  test('a token with read access is refused, and the secret stays unchanged', () =>
    withEnvironment(async acme => {
      const put = secretsOf(acme, { environments: 'read' }).put(place, new Secret(VALUE))
      expect((await failureOf(put, [TOKEN, VALUE])).code).toBe('GITHUB_FORBIDDEN')
      expect(await opened(acme)).toBeNull()
    }))

  test('the error for a missing environment names it', () =>
    withEnvironment(async acme => {
      const problem = await refused(acme, { environments: 'write' }, { ...place, environment: 'x' })
      expect(problem).toMatchObject({ code: 'GITHUB_NOT_FOUND' })
      expect(problem.message).toContain('there is no environment x in acme/certs')
    }))

  test('an unknown token is GITHUB_UNAUTHORIZED', () =>
    withEnvironment(async acme => {
      const access = { apiUrl: acme.url, token: new Secret('ghs_other'), version: '0.0.0' }
      const secrets = githubSecrets(access, systemClock, () => 0.5)
      expect((await failureOf(secrets.look(place))).code).toBe('GITHUB_UNAUTHORIZED')
    }))
})
