// The controller on the embedded cluster when something else fails: GitHub, the Lease, the state of the cluster, the API server.
import { describe, expect, test } from '@jest/globals'
import type { Pace } from '../../src/core/control/lease-turn.ts'
import { MERGE_PATCH } from '../build/api-client.ts'
import { HOUR, LEASE, scene } from '../build/controller-scene.ts'
import type { RunningController } from '../build/controller-run.ts'
import type { Scene } from '../build/controller-scene.ts'
import type { Audit } from '../../src/sandbox/api/api-server.ts'
import type { Fault } from '../../src/sandbox/planned-faults.ts'
import { rows } from '../build/extent.ts'
import { standingIn } from '../build/place.ts'

const JANE = 'requests/people/jane.yaml'
const DEPLOYER = 'requests/people/deployer.yaml'
const READER = 'requests/people/reader.yaml'
const MINUTE = 60
/** A look each ten minutes. */
const TEN: Pace = { look: 600, renew: 600, giveUp: 1200, duration: 1800 }
const SHORT = { duration: '3h', renewBefore: '1h' }
const DAILY = { duration: '24h', renewBefore: '8h' }
const APPROVAL = { configuration: { required: 1 }, requests: { required: 1 } }
/** A look each five minutes, so there is a pass each quarter of an hour. */
const PACE = { look: 300, renew: 300, giveUp: 600, duration: 900 }

describe('while GitHub is away for an hour', () => {
  const MANY = { times: 1_000_000 }
  // The renewal of jane is due in the first quarter of the hour, that of deployer in the last one.
  const cases = [
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
  ] as const
  test.each(rows(cases, (_, index) => index === 1))(
    '%s: nothing but these renewals happens, and it goes on by itself',
    async (_, offlineGrace, fault, code, renewed) => {
      await scene(
        async ({ acme, clock, start, setNow, certificates }) => {
          setNow()
          acme.merges(1, { [JANE]: SHORT, [READER]: DAILY })
          const controller = await start({ pace: PACE })
          await clock.passes(40 * MINUTE)
          setNow()
          acme.merges(2, { [DEPLOYER]: SHORT })
          await clock.passes(75 * MINUTE)
          expect(controller.done().toSorted()).toEqual([
            'issued deployer',
            'issued jane',
            'issued reader',
          ])
          acme.github.faults.push({ ...fault, ...MANY })
          setNow()
          acme.merges(3, {
            'requests/people/robot.yaml': SHORT,
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
  // The first mark, before the commit is written into the Lease.
  'POST configmaps',
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

test.each(
  rows(WRITES.map((write, index) => [index + 1, write] as const).slice(3), ([count]) =>
    [7, 9].includes(count),
  ),
)(
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
        const one = await start({ holder: 'one', pace: TEN })
        await clock.passes(20 * MINUTE)
        expect(written).toEqual(WRITES.slice(0, count))
        expect(written.at(-1)).toBe(write)
        expect(one.led.at(-1)).toBe(false)
        clock.idle *= 2
        const two = await start({ holder: 'two', pace: TEN })
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

const STATE = [
  '/api/v1/namespaces/apps/configmaps',
  '/api/v1/namespaces/apps/secrets',
  '/apis/coordination.k8s.io/v1/namespaces/apps/leases',
]

/** Puts back the objects of an earlier time: those that came later are gone. Returns what it does now. */
async function backup({ place: { admin } }: Scene): Promise<() => Promise<void>> {
  const read = () => Promise.all(STATE.map(async path => (await admin.get(path)).body.items))
  const saved = await read()
  return async () => {
    for (const [index, items] of (await read()).entries())
      for (const { metadata } of items) await admin.delete(`${STATE[index]}/${metadata.name}`)
    for (const [index, items] of saved.entries())
      for (const { metadata, ...object } of items) {
        const { uid: _, resourceVersion: __, ...kept } = metadata
        await admin.created(STATE[index] ?? '', { ...object, metadata: kept })
      }
  }
}

describe('a cluster that is restored from an older backup', () => {
  /** `check` gets the controller that runs after the restore, and what it had done before. */
  const restored = async (
    restarts: boolean,
    check: (at: Scene, second: RunningController, before: number) => Promise<void>,
  ): Promise<void> => {
    await scene(
      async at => {
        const { acme, clock, start, setNow } = at
        setNow()
        acme.merges(1, { [JANE]: SHORT, [READER]: SHORT })
        const first = await start({ holder: 'one', pace: TEN })
        await clock.passes(30 * MINUTE)
        const restore = await backup(at)
        setNow()
        acme.merges(2, { [DEPLOYER]: SHORT, [READER]: { ...SHORT, withdraw: true } })
        await clock.passes(100 * MINUTE)
        expect(first.done().toSorted()).toEqual([
          'issued deployer',
          'issued jane',
          'issued reader',
          'renewed jane',
          'withdrawn reader',
        ])
        if (restarts) await first.stop()
        await restore()
        const second = restarts ? await start({ holder: 'two', pace: TEN }) : first
        const before = restarts ? 0 : first.done().length
        // The Lease names the controller that was stopped: another one waits first.
        await clock.passes(HOUR)
        await check(at, second, before)
      },
      { rotation: { jitter: '0%' } },
    )
  }

  test('while the controller runs: it remembers the cluster, and does nothing there', () =>
    restored(false, async ({ place, certificates }, second, before) => {
      expect(second.done().slice(before)).toEqual([])
      expect(new Set(second.problems.map(({ code }) => code))).toEqual(
        new Set(['CLUSTER_RESTORED']),
      )
      expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls', 'reader-tls'] })
      expect(await certificates()).toBe(4)
    }))

  test('while no controller runs: nothing remembers the cluster, and the next pass ends whole, and does nothing twice', () =>
    restored(true, async ({ acme, place, certificates }, second, before) => {
      // The record of deployer and its Secret are gone, the certificate of jane is the first one again.
      expect(second.done().slice(before).toSorted()).toEqual([
        'issued deployer',
        'renewed jane',
        'withdrawn reader',
      ])
      expect(second.passes.at(-1)?.steps.map(({ kind }) => kind)).toEqual(['kept', 'kept'])
      expect(second.problems).toEqual([])
      expect(await standingIn(place)).toMatchObject({ secrets: ['deployer-tls', 'jane-tls'] })
      expect(await certificates()).toBe(6)
      const lease = await place.admin.get(LEASE)
      expect(JSON.stringify(lease.body)).toContain(acme.stage.tip('main'))
    }))

  test('and GitHub that is restored to another past with it: the commit of the Lease is still the oldest that counts', async () => {
    await scene(async at => {
      const { acme, clock, start, setNow } = at
      setNow()
      acme.does('author pushes to other', { 'README.md': 'Other words.' })
      acme.does('remember other as rewritten')
      acme.merges(1, { [JANE]: DAILY })
      const controller = await start({ pace: TEN })
      await clock.passes(HOUR)
      const restore = await backup(at)
      setNow()
      acme.merges(2, { [DEPLOYER]: DAILY })
      await clock.passes(HOUR)
      await restore()
      acme.does('owner moves main to rewritten')
      const done = controller.done().length
      await clock.passes(HOUR)
      expect(controller.done().length).toBe(done)
      expect(controller.problems.at(-1)?.code).toBe('CONTROLLER_COMMIT')
    })
  })
})

describe('an API server that fails in the middle of a pass', () => {
  /** Runs `act` right after the write with this number, before its answer arrives. */
  const afterWrite = (count: number, act: (at: Scene) => void) => {
    const run: { at: Scene | null; left: number } = { at: null, left: count }
    const audit: Audit = call => {
      if (writeOf(call) === null || run.at === null) return
      run.left--
      if (run.left === 0) act(run.at)
    }
    return { run, audit }
  }

  test.each([
    ['no longer knows the token', 'CLUSTER_UNAUTHORIZED', null],
    ['no longer gives it the rights', 'CLUSTER_FORBIDDEN', 'nobody'],
  ])(
    'it %s: the controller reports that, goes on, and ends whole when it has it again',
    async (_, code, user) => {
      // After the request for a certificate was created.
      const { run, audit } = afterWrite(6, at => at.setLogin(user))
      await scene(
        async at => {
          run.at = at
          const { acme, clock, place, start, setNow, setLogin } = at
          setNow()
          acme.merges(1, { [JANE]: DAILY })
          const controller = await start({ pace: TEN })
          await clock.passes(HOUR)
          expect(run.left).toBe(0)
          expect(controller.problems.map(each => each.code)).toContain(code)
          expect(await standingIn(place)).toMatchObject({ secrets: [] })
          setLogin(place.user)
          const { length } = controller.problems
          await clock.passes(2 * HOUR)
          expect(controller.problems.slice(length)).toEqual([])
          expect(controller.led.at(-1)).toBe(true)
          expect(controller.done().at(-1)).toBe('issued jane')
          expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
        },
        {},
        1,
        audit,
      )
    },
  )

  const WATCH = { path: /[?&]watch=1/ }
  const never = new Promise(() => undefined)
  test.each<[string, { readonly fault?: Fault; readonly times?: number; readonly ends?: boolean }]>(
    [
      ['ends the watch with 410', { ends: true }],
      [
        'cuts the connections of the first watches',
        { fault: { kind: 'reset', when: 'before' }, times: 2 },
      ],
      ['never answers a watch', { fault: { kind: 'hold', until: never }, times: 1000 }],
    ],
  )(
    'it %s while a step waits: the certificate is issued once',
    async (_, { fault, times = 0, ends = false }) => {
      // After the approval: then only the signature is missing.
      const { run, audit } = afterWrite(7, ({ cluster }) => {
        if (ends) cluster.expireWatches()
        cluster.signerFaults({})
      })
      await scene(
        async at => {
          const { acme, clock, cluster, place, start, setNow, certificates } = at
          cluster.signerFaults({ isSilent: true })
          if (fault !== undefined) cluster.faults.plan(WATCH, fault, times)
          run.at = at
          setNow()
          acme.merges(1, { [JANE]: DAILY })
          const controller = await start({ longestWaitMs: 1000, pace: TEN })
          await clock.passes(HOUR)
          expect(run.left).toBeLessThanOrEqual(0)
          expect(controller.done()).toEqual(['issued jane'])
          expect(controller.problems).toEqual([])
          expect(await certificates()).toBe(1)
          expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
        },
        {},
        1,
        audit,
      )
    },
  )
})
