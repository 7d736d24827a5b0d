// A request with an end: its certificate ends by then, is not renewed, and its bindings go.
import { describe, expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { accessPlace, bindingsOfGrants, codeFor, pairOf } from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import type { GuardedKind } from '../build/guarded-cluster.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }], maxUntil: '4h' }
const READS = '/api/v1/namespaces/apps/configmaps'
const MINUTE_MS = 60_000

interface Scene {
  readonly at: AccessPlace
  readonly acme: Acme
  /** Runs the action when so many minutes have passed for it; its exit code and whole output. */
  readonly applies: (minutes: number) => Promise<readonly [number, string]>
}

/** jane may read for as many minutes. */
async function ending(
  kind: GuardedKind,
  minutes: number,
  passed: () => number,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
  const now = (): Date => new Date(Date.now() + passed() * MINUTE_MS)
  const at = await accessPlace(kind, { roles: { 'cs-reader': rules }, embedded: { now } })
  try {
    const files = { 'countersign.yaml': at.config, 'policies/people.yaml': POLICY }
    await withAcme(at.place, { files }, async acme => {
      const until = new Date(Date.now() + minutes * MINUTE_MS).toISOString()
      acme.merges(1, { [JANE]: { access: ACCESS, until } })
      await act({ at, acme, applies: later => applied(acme, later) })
    })
  } finally {
    await at.end()
  }
}

async function applied(acme: Acme, minutes: number): Promise<readonly [number, string]> {
  const ahead = minutes * MINUTE_MS
  acme.stage.world.state.now = new Date(Date.now() + ahead)
  const words = { env: { AHEAD_MS: String(ahead) }, preload: ['test/build/clock-ahead.mjs'] }
  const { code, stdout, stderr } = await acme.apply(words, minutes === 0 ? 'push' : 'schedule')
  return [code ?? -1, stdout + stderr]
}

async function lastsSeconds({ place }: AccessPlace): Promise<number> {
  const { certificatePem } = await pairOf(place, 'jane')
  return (Date.parse(new X509Certificate(certificatePem).validTo) - Date.now()) / 1000
}

test.each(GUARDED)('%s: a certificate ends before its request, and is not renewed', kind =>
  ending(
    kind,
    30,
    () => 0,
    async ({ at, applies }) => {
      expect(await applies(0)).toEqual([0, expect.anything()])
      expect(await codeFor(await pairOf(at.place, 'jane'), READS, at.place)).toBe(200)
      const { certificatePem } = await pairOf(at.place, 'jane')
      const seconds = await lastsSeconds(at)
      expect(seconds).toBeLessThanOrEqual(30 * 60)
      expect(seconds).toBeGreaterThan(20 * 60)
      for (const minutes of [18, 25, 29])
        expect(await applies(minutes)).toEqual([0, expect.anything()])
      expect((await pairOf(at.place, 'jane')).certificatePem).toBe(certificatePem)
    },
  ),
)

describe('after the end', () => {
  test('the login is refused, and the next run removes the bindings, issues nothing and says so', async () => {
    let minutes = 0
    await ending(
      'embedded cluster',
      30,
      () => minutes,
      async ({ at, applies }) => {
        await applies(0)
        const old = await pairOf(at.place, 'jane')
        expect(await bindingsOfGrants(at.place)).toHaveLength(1)
        minutes = 30
        expect(await codeFor(old, READS, at.place)).toBe(401)
        const [code, output] = await applies(30)
        expect([code, output]).toEqual([0, expect.stringContaining('1 unchanged')])
        expect(await bindingsOfGrants(at.place)).toEqual([])
        expect((await pairOf(at.place, 'jane')).certificatePem).toBe(old.certificatePem)
      },
    )
  })

  test('a request that is merged too late is refused, and nothing is issued', () =>
    ending(
      'embedded cluster',
      10,
      () => 0,
      async ({ at, applies }) => {
        const [code, output] = await applies(0)
        expect([code, output]).toEqual([1, expect.stringContaining('REQUEST_UNTIL')])
        expect(await bindingsOfGrants(at.place)).toEqual([])
        await expect(pairOf(at.place, 'jane')).rejects.toThrow()
      },
    ))

  test('an end beyond the policy is refused', () =>
    ending(
      'embedded cluster',
      241,
      () => 0,
      async ({ applies }) => {
        const [code, output] = await applies(0)
        expect([code, output]).toEqual([1, expect.stringContaining('POLICY_UNTIL')])
      },
    ))
})
