// The controller on the embedded cluster when something else fails: GitHub, the Lease, the state of the cluster, the API server.
import { describe, expect, test } from '@jest/globals'
import { MERGE_PATCH } from '../build/api-client.ts'
import { HOUR, LEASE, scene } from '../build/controller-scene.ts'
import type { Scene } from '../build/controller-scene.ts'
import type { Audit } from '../../src/sandbox/api/api-server.ts'
import { standingIn } from '../build/place.ts'

const JANE = 'requests/people/jane.yaml'
const DEPLOYER = 'requests/people/deployer.yaml'
const READER = 'requests/people/reader.yaml'
const MINUTE = 60
const DAILY = { duration: '24h', renewBefore: '8h' }
const APPROVAL = { configuration: { required: 1 }, requests: { required: 1 } }
/** A look each five minutes, so there is a pass each quarter of an hour. */
const PACE = { look: 300, renew: 300, giveUp: 600, duration: 900 }

describe('while GitHub is away for an hour', () => {
  const MANY = { times: 1_000_000 }
  // The renewal of jane is due in the first quarter of the hour, that of deployer in the last one.
  test.each([
    [
      'without offlineGrace, and connections break',
      '0s',
      { kind: 'reset', when: 'before' },
      'GITHUB_UNREACHABLE',
      [],
    ],
    [
      'with a grace of 30 minutes, and it answers 503',
      '30m',
      { kind: 'serverError', status: 503 },
      'GITHUB_UNAVAILABLE',
      ['jane'],
    ],
    [
      'with a grace of 2 hours, and only GraphQL answers 502',
      '2h',
      { kind: 'serverError', status: 502, match: { operation: 'graphql' } },
      'GITHUB_TIMEOUT',
      ['jane', 'deployer'],
    ],
  ] as const)(
    '%s: nothing but these renewals happens, and it goes on by itself',
    async (_, offlineGrace, fault, code, renewed) => {
      const life = { duration: '3h', renewBefore: '1h' }
      await scene(
        async ({ acme, clock, start, setNow, certificates }) => {
          setNow()
          acme.merges(1, { [JANE]: life, [READER]: DAILY })
          const controller = await start({ pace: PACE })
          await clock.passes(40 * MINUTE)
          setNow()
          acme.merges(2, { [DEPLOYER]: life })
          await clock.passes(75 * MINUTE)
          expect(controller.done().toSorted()).toEqual([
            'issued deployer',
            'issued jane',
            'issued reader',
          ])
          acme.github.faults.push({ ...fault, ...MANY })
          setNow()
          acme.merges(3, {
            'requests/people/robot.yaml': life,
            [READER]: { ...DAILY, withdraw: true },
          })
          const before = controller.done().length
          await clock.passes(HOUR)
          expect(controller.done().slice(before)).toEqual(renewed.map(name => `renewed ${name}`))
          expect(new Set(controller.problems.map(({ code }) => code))).toEqual(new Set([code]))
          acme.github.faults.clear()
          const problems = controller.problems.length
          await clock.passes(30 * MINUTE)
          const late = ['jane', 'deployer'].filter(name => !renewed.some(each => each === name))
          expect(
            controller
              .done()
              .slice(before + renewed.length)
              .toSorted(),
          ).toEqual(
            ['issued robot', ...late.map(name => `renewed ${name}`), 'withdrawn reader'].toSorted(),
          )
          expect(controller.problems.length).toBe(problems)
          expect(await certificates()).toBe(6)
        },
        { approval: { ...APPROVAL, offlineGrace }, rotation: { jitter: '0%' } },
      )
    },
  )
})

/** Each write of a controller that starts and issues one certificate, in order. */
const WRITES = [
  'POST leases',
  // These two replace only the version that was read.
  'PUT leases',
  'PUT leases',
  'POST configmaps',
  'POST certificatesigningrequests',
  'PUT certificatesigningrequests',
  'PUT configmaps',
  'PATCH secrets',
  'PUT configmaps',
]

test.each(WRITES.map((write, index) => [index + 1, write] as const).slice(2))(
  'a leader that loses the Lease after its write %i, %s, writes no more, and the next leader ends whole',
  async (count, write) => {
    const written: string[] = []
    const run: { at: Scene | null } = { at: null }
    const audit: Audit = call => {
      const said = writeOf(call)
      if (said === null) return
      written.push(said)
      const { at } = run
      if (written.length !== count || at === null) return
      // The Lease is read before each write: this read waits until another one has it.
      const taken = at.place.admin.patch(LEASE, { spec: { holderIdentity: 'two' } }, MERGE_PATCH)
      at.cluster.faults.plan(
        { method: 'GET', path: LEASE, user: at.place.user },
        { kind: 'hold', until: taken },
      )
    }
    await scene(
      async at => {
        run.at = at
        const { acme, clock, place, start, setNow } = at
        setNow()
        acme.merges(1, { [JANE]: DAILY })
        const one = await start({ holder: 'one' })
        await clock.passes(20 * MINUTE)
        expect(written).toEqual(WRITES.slice(0, count))
        expect(written.at(-1)).toBe(write)
        expect(one.led.at(-1)).toBe(false)
        clock.idle *= 2
        const two = await start({ holder: 'two' })
        await clock.passes(HOUR)
        expect(two.led).toEqual([true])
        expect(two.done()).toEqual(count < WRITES.length ? ['issued jane'] : [])
        expect(two.passes.at(-1)?.steps).toMatchObject([{ kind: 'kept' }])
        expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
      },
      {},
      1,
      audit,
    )
  },
)

/** `PUT leases` for a call of a controller that writes something. */
function writeOf({ method, path, user }: Parameters<Audit>[0]): string | null {
  if (method === 'GET' || user !== 'countersign' || path.includes('dryRun')) return null
  const resource = /\/(leases|configmaps|certificatesigningrequests|secrets)\b/.exec(path)?.[1]
  return resource === undefined ? null : `${method} ${resource}`
}
