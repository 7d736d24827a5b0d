// A client that works with its access while the certificate is renewed: no call fails. The old key is refused when its binding is
// removed, at the latest at the end of its certificate.
import { describe, expect, test } from '@jest/globals'
import { Revoker, accessPlace, bindingsOfGrants, codeFor, pairOf } from '../build/access-place.ts'
import type { AccessPlace, Pair } from '../build/access-place.ts'
import { ApiClient } from '../build/api-client.ts'
import { withAcme } from '../build/at-acme.ts'
import { rows } from '../build/extent.ts'
import type { Acme } from '../build/github-run.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import type { GuardedKind } from '../build/guarded-cluster.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const READS = '/api/v1/namespaces/apps/configmaps'
const MINUTE_MS = 60_000

/** jane's certificate of one hour, which is renewed after a minute. */
interface Rotating {
  readonly at: AccessPlace
  /** Runs the action when so many minutes have passed for it. */
  readonly applies: (minutes: number) => Promise<void>
  readonly codeOf: (pair: Pair) => Promise<number>
}

async function rotating(
  kind: GuardedKind,
  clusterMinutes: () => number,
  act: (rotating: Rotating) => Promise<void>,
): Promise<void> {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
  const now = (): Date => new Date(Date.now() + clusterMinutes() * MINUTE_MS)
  const at = await accessPlace(kind, { roles: { 'cs-reader': rules }, embedded: { now } })
  try {
    const text = JSON.stringify(at.config).replace('"168h"', '"1h"').replace('"72h"', '"59m"')
    const files = { 'countersign.yaml': JSON.parse(text), 'policies/people.yaml': POLICY }
    await withAcme(at.place, { files }, async acme => {
      acme.merges(1, { [JANE]: { access: ACCESS } })
      await act({
        at,
        applies: minutes => appliesAfter(acme, minutes),
        codeOf: pair => codeFor(pair, READS, at.place),
      })
    })
  } finally {
    await at.end()
  }
}

async function appliesAfter(acme: Acme, minutes: number): Promise<void> {
  const ahead = minutes * MINUTE_MS
  acme.stage.world.state.now = new Date(Date.now() + ahead)
  const words = { env: { AHEAD_MS: String(ahead) }, preload: ['test/build/clock-ahead.mjs'] }
  const { code, stdout, stderr } = await acme.apply(words, minutes === 0 ? 'push' : 'schedule')
  expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, ''])
}

/** A client that reads the Secret before each call. */
class Client {
  readonly codes: number[] = []
  readonly #rotating: Rotating
  readonly #running: Promise<void>
  #ended = false

  constructor(rotatingNow: Rotating) {
    this.#rotating = rotatingNow
    this.#running = this.#run()
  }

  async end(): Promise<void> {
    this.#ended = true
    await this.#running
  }

  async #run(): Promise<void> {
    const { place } = this.#rotating.at
    let [pair, client] = [await pairOf(place, 'jane'), new ApiClient(place, {})]
    for (let first = true; !this.#ended; first = false) {
      const newest = await pairOf(place, 'jane')
      if (first || newest.certificatePem !== pair.certificatePem) {
        client.close()
        ;[pair, client] = [newest, new ApiClient(place, newest)]
      }
      this.codes.push((await client.get(READS)).code)
    }
    client.close()
  }
}

describe.each(GUARDED)('%s: rotation under load', kind => {
  test('no call of a client fails during renewals, and an old key is refused once its binding is removed', () =>
    rotating(
      kind,
      () => 0,
      async now => {
        const { at, applies, codeOf } = now
        const revoker = await Revoker.in(at)
        await applies(0)
        const [first] = await bindingsOfGrants(at.place)
        const old = await pairOf(at.place, 'jane')
        const client = new Client(now)
        for (const minutes of rows([7, 14], each => each === 7)) {
          const before = await pairOf(at.place, 'jane')
          await applies(minutes)
          expect((await pairOf(at.place, 'jane')).certificatePem).not.toBe(before.certificatePem)
          // Clients that still have the old pair go on working, until it ends.
          expect([await codeOf(before), await codeOf(old)]).toEqual([200, 200])
        }
        await revoker.revokes('--grant', first?.subjects?.[0]?.name ?? '')
        expect(await codeOf(old)).toBe(403)
        await applies(28)
        expect(await codeOf(old)).toBe(403)
        await client.end()
        revoker.end()
        process.stderr.write(`${kind}: ${client.codes.length} calls during renewals\n`)
        expect(client.codes.length).toBeGreaterThan(10)
        expect(new Set(client.codes)).toEqual(new Set([200]))
      },
    ))
})

test('an old key is refused at the end of its certificate, and the next run removes its binding', async () => {
  let minutes = 0
  const passed = (later: number): number => (minutes = later)
  await rotating(
    'embedded cluster',
    () => minutes,
    async ({ at, applies, codeOf }) => {
      await applies(0)
      const [first] = await bindingsOfGrants(at.place)
      const old = await pairOf(at.place, 'jane')
      await applies(passed(7))
      expect(await codeOf(old)).toBe(200)
      passed(62)
      expect(await codeOf(old)).toBe(401)
      expect(await bindingsOfGrants(at.place)).toHaveLength(2)
      await applies(62)
      expect(await bindingsOfGrants(at.place)).toHaveLength(2)
      expect(await bindingsOfGrants(at.place)).not.toContainEqual(first)
      expect(await codeOf(await pairOf(at.place, 'jane'))).toBe(200)
    },
  )
})
