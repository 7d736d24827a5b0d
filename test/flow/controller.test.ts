// The controller on the embedded cluster, with a simulated clock: when it makes passes, what it renews, and what it never does.
import { describe, expect, test } from '@jest/globals'
import { MERGE_PATCH } from '../build/api-client.ts'
import { personOf } from '../build/history/people.ts'
import { USUAL_PACE } from '../../src/core/control/lease-turn.ts'
import { configuration } from '../build/github-run.ts'
import { testWhole } from '../build/extent.ts'
import { HOUR, LEASE, LOOK, LOOPS, RECORD, scene } from '../build/controller-scene.ts'

const JANE = 'requests/people/jane.yaml'
const APPROVAL = {
  configuration: { required: 1, users: [personOf('owner')] },
  requests: { required: 1 },
}
const SHORT = { duration: '6h', renewBefore: '2h' }

test('it issues what was merged at its next look, renews to the minute, and looks at everything again and again', async () => {
  await scene(async ({ acme, clock, start, setNow }) => {
    const controller = await start()
    await clock.passes(LOOK)
    expect(controller.led).toEqual([true])
    setNow()
    // Due between two looks.
    acme.merges(1, { [JANE]: { ...SHORT, renewBefore: '2h10m' } })
    await clock.passes(LOOK)
    expect(controller.done()).toEqual(['issued jane'])
    const [issued] = controller.passes.slice(-1)
    expect(issued?.because).toBe('commit')
    await clock.passes(2 * HOUR)
    expect(controller.passes.slice(-2).map(({ because }) => because)).toEqual(['resync', 'resync'])
    await clock.passes(3 * HOUR)
    expect(controller.done()).toEqual(['issued jane', 'renewed jane'])
    const renewed = controller.passes.find(({ because }) => because === 'due')
    const late =
      (renewed?.at.getTime() ?? 0) -
      (controller.passes.find(({ dueAt }) => dueAt !== null)?.dueAt?.getTime() ?? 0)
    expect(late).toBeLessThanOrEqual(60_000)
    expect(controller.problems).toEqual([])
  })
})

describe('while GitHub does not answer', () => {
  const away = { kind: 'serverError', status: 503, times: 1_000_000 } as const

  test.each([
    ['without offlineGrace nothing is renewed', undefined, 3, 1],
    ['renewals go on, one after the other', '72h', 10, 4],
    ['renewals end with the grace', '5h', 14, 2],
  ])('%s', async (_, offlineGrace, hours, certificates) => {
    const approval = offlineGrace === undefined ? {} : { approval: { ...APPROVAL, offlineGrace } }
    await scene(async ({ acme, clock, start, setNow }) => {
      setNow()
      acme.merges(1, { [JANE]: SHORT })
      const controller = await start()
      await clock.passes(LOOK)
      expect(controller.done()).toEqual(['issued jane'])
      // A look before the renewal is due, so that the last proof is of now.
      await clock.passes(2 * HOUR)
      acme.github.faults.push(away)
      setNow()
      acme.merges(2, { 'requests/people/deployer.yaml': SHORT })
      await clock.passes(hours * HOUR)
      expect(controller.done()).toEqual([
        'issued jane',
        ...Array(certificates - 1).fill('renewed jane'),
      ])
      expect(controller.problems.at(-1)?.code).toBe('GITHUB_UNAVAILABLE')
      acme.github.faults.clear()
      await clock.passes(2 * LOOK)
      expect(controller.done()).toContain('issued deployer')
    }, approval)
  })

  test.each([[{ kind: 'forbidden' } as const], [{ kind: 'notFound' } as const]])(
    'an answer such as %j is no absence: nothing is renewed',
    async fault => {
      await scene(
        async ({ acme, clock, start, setNow }) => {
          setNow()
          acme.merges(1, { [JANE]: SHORT })
          const controller = await start()
          await clock.passes(2 * HOUR)
          acme.github.faults.push({ ...fault, times: 1_000_000 })
          await clock.passes(3 * HOUR)
          expect(controller.done()).toEqual(['issued jane'])
        },
        { approval: { ...APPROVAL, offlineGrace: '72h' } },
      )
    },
  )
})

describe('while GitHub does not answer, with a grace of 72 h,', () => {
  const away = { kind: 'serverError', status: 503, times: 1_000_000 } as const
  const grace = { approval: { ...APPROVAL, offlineGrace: '72h' } }
  const SOON = { duration: '4h', renewBefore: '1h' }

  test('an earlier refusal of GitHub ended the proofs', async () => {
    await scene(async ({ acme, clock, start, setNow }) => {
      setNow()
      acme.merges(1, { [JANE]: SOON })
      const controller = await start()
      await clock.passes(4 * LOOK)
      acme.github.faults.push({ kind: 'forbidden', times: 1_000_000 })
      await clock.passes(LOOK)
      acme.github.faults.clear()
      acme.github.faults.push(away)
      await clock.passes(4 * HOUR)
      expect(controller.done()).toEqual(['issued jane'])
    }, grace)
  })

  test('a change of the configuration whose approval was taken back ended the proofs', async () => {
    await scene(async ({ acme, clock, start, setNow }) => {
      setNow()
      acme.merges(1, { [JANE]: SHORT })
      acme.does('author pushes to longer', {
        'policies/people.yaml': { constraints: { maxDuration: '900h' } },
      })
      acme.does('author opens PR2 from longer')
      acme.does('owner approves PR2')
      acme.does('author merges PR2 (squash)')
      const controller = await start()
      // The pass after the issue proves the renewal.
      await clock.passes(2 * HOUR)
      expect(controller.done()).toEqual(['issued jane'])
      setNow()
      acme.does('owner dismisses the review of owner on PR2')
      await clock.passes(HOUR + LOOK)
      expect(controller.problems.map(({ code }) => code)).toContain('APPROVAL_NO_TRUST_ROOT')
      acme.github.faults.push(away)
      await clock.passes(3 * HOUR)
      expect(controller.done()).toEqual(['issued jane'])
    }, grace)
  })

  test('a newer commit ended the proofs, although its pass failed', async () => {
    await scene(async ({ acme, clock, start, setNow }) => {
      setNow()
      acme.merges(1, { [JANE]: SOON })
      let fails = false
      const controller = await start({
        beforeOpen: () => {
          if (fails) throw new TypeError('a bug')
        },
      })
      await clock.passes(4 * LOOK)
      setNow()
      acme.merges(2, { 'requests/people/deployer.yaml': SOON })
      fails = true
      await clock.passes(LOOK)
      acme.github.faults.push(away)
      await clock.passes(4 * HOUR)
      expect(controller.problems.map(({ code }) => code)).toContain('RUN_BUG')
      expect(controller.done()).toEqual(['issued jane'])
    }, grace)
  })

  test('evidence says when GitHub was asked, and a renewal that fails waits before it is tried again', async () => {
    await scene(async ({ acme, clock, cluster, place, start, setNow }) => {
      setNow()
      acme.merges(1, { [JANE]: SOON })
      // Looks at which a failed renewal is not tried again.
      const controller = await start({
        pace: { look: 600, renew: 600, giveUp: 1200, duration: 1800 },
      })
      await clock.passes(2400)
      acme.github.faults.push(away)
      await clock.passes(3 * HOUR)
      expect(controller.done()).toEqual(['issued jane', 'renewed jane'])
      const { body } = await place.admin.get(RECORD)
      const { evidence } = JSON.parse(body['data']?.['record.json'] ?? '{}').issued.proof
      const dates = [evidence.decidedAt, evidence.approvals[0].eligibleAt]
      expect(dates.filter(each => new Date(each) > clock.now())).toEqual([])
      cluster.signerFaults({ otherKey: true })
      await clock.passes(3 * HOUR)
      const failed = controller.done().filter(each => each.startsWith('failed jane'))
      expect(failed.length).toBe(1)
    }, grace)
  })

  test('limits.maxRenew is the most of one look', async () => {
    await scene(
      async ({ acme, clock, start, setNow }) => {
        setNow()
        acme.merges(1, { [JANE]: SOON, 'requests/people/deployer.yaml': SOON })
        const controller = await start()
        await clock.passes(4 * LOOK)
        acme.github.faults.push(away)
        await clock.passes(3 * HOUR)
        const offline = controller.passes.filter(({ isOffline }) => isOffline)
        expect(offline.map(({ steps }) => steps.length)).toEqual([1, 1])
      },
      { ...grace, limits: { maxRenew: 1 }, rotation: { jitter: '0%' } },
    )
  })

  test('a clock that differs from that of the API server stops renewals', async () => {
    await scene(async ({ acme, clock, start, setNow }) => {
      setNow()
      acme.merges(1, { [JANE]: SOON })
      let fast = 0
      const controller = await start({ fastSeconds: () => fast })
      await clock.passes(4 * LOOK)
      acme.github.faults.push(away)
      fast = -120
      await clock.passes(4 * HOUR)
      expect(controller.done()).toEqual(['issued jane'])
      expect(controller.problems.map(({ code }) => code)).toContain('CONTROLLER_CLOCK')
    }, grace)
  })
})

testWhole('a certificate of ten minutes is renewed before its end, again and again', async () => {
  await scene(async ({ acme, clock, start, setNow }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '10m' } })
    const controller = await start({ callsPerHour: 5000, pace: USUAL_PACE })
    await clock.passes(HOUR / 2)
    const issued = controller.passes.flatMap(({ steps, at }) =>
      steps.flatMap(step => (step.kind === 'issued' ? [{ at, end: step.notAfter }] : [])),
    )
    expect(issued.length).toBeGreaterThan(4)
    const late = issued.filter(({ at }, n) => n > 0 && at > (issued[n - 1]?.end ?? at))
    expect(late).toEqual([])
  })
})

test('an error in a pass ends no controller', async () => {
  await scene(async ({ acme, clock, start, setNow }) => {
    setNow()
    acme.merges(1, { [JANE]: SHORT })
    const errors = [new TypeError('a bug')]
    const controller = await start({
      beforeOpen: () => {
        const error = errors.pop()
        if (error !== undefined) throw error
      },
    })
    await clock.passes(2 * LOOK)
    expect(controller.problems.map(({ code }) => code)).toEqual(['RUN_BUG'])
    expect(controller.done()).toEqual(['issued jane'])
  })
})

testWhole('passes that fail take no more calls than those that end well', async () => {
  await scene(async ({ acme, clock, place, start, setNow }) => {
    const controller = await start({ callsPerHour: 10 })
    await clock.passes(LOOK)
    setNow()
    const changed = configuration(place, { limits: { maxIssue: 3 } })
    acme.does('author pushes to main', { 'countersign.yaml': changed })
    await clock.passes(5 * HOUR)
    expect(controller.problems.length).toBeGreaterThan(1)
    expect(controller.problems.length).toBeLessThan(20)
  })
})

describe('several controllers', () => {
  test('one leads, and another one takes over when it ends; each certificate is issued once', async () => {
    await scene(
      async ({ acme, clock, start, setNow, certificates }) => {
        const one = await start({ holder: 'one' })
        const two = await start({ holder: 'two' })
        setNow()
        acme.merges(1, { [JANE]: SHORT })
        await clock.passes(2 * LOOK)
        expect([one, two].filter(each => each.led.at(-1) === true)).toHaveLength(1)
        const [leader, other] = one.led.at(-1) === true ? [one, two] : [two, one]
        expect([leader.done(), other.done()]).toEqual([['issued jane'], []])
        await leader.stop()
        clock.idle = LOOPS
        await clock.passes(5 * HOUR)
        expect(other.led.at(-1)).toBe(true)
        expect(other.done()).toEqual(['renewed jane'])
        expect(await certificates()).toBe(2)
      },
      {},
      2,
    )
  })

  test('a leader that lost the Lease writes nothing, and goes on when it has it again', async () => {
    await scene(async ({ acme, clock, place, start, setNow }) => {
      const controller = await start()
      await clock.passes(LOOK)
      await place.admin.patch(LEASE, { spec: { holderIdentity: 'two' } }, MERGE_PATCH)
      setNow()
      acme.merges(1, { [JANE]: SHORT })
      await clock.passes(LOOK)
      expect(controller.done()).toEqual([])
      expect(controller.led.at(-1)).toBe(false)
      await clock.passes(2 * HOUR)
      expect(controller.led.at(-1)).toBe(true)
      expect(controller.done()).toEqual(['issued jane'])
    })
  })
})

describe('commits', () => {
  test('a branch that no longer contains the commit acted on before is refused, until the Lease is deleted', async () => {
    await scene(async ({ acme, clock, place, start, setNow }) => {
      setNow()
      acme.does('author pushes to other', { 'README.md': 'Other words.' })
      const controller = await start()
      acme.merges(1, { [JANE]: SHORT })
      await clock.passes(LOOK)
      expect(controller.done()).toEqual(['issued jane'])
      const { body } = await place.admin.get(LEASE)
      const { metadata } = body
      const annotations = { 'countersign.dev/commit': acme.stage.tip('other') }
      await place.admin.put(LEASE, { ...body, metadata: { ...metadata, annotations } })
      await clock.passes(HOUR)
      expect(controller.problems.at(-1)).toMatchObject({
        code: 'CONTROLLER_COMMIT',
        hint: expect.stringContaining(
          'kubectl delete lease countersign-acme-certs-controller --namespace apps',
        ),
      })
      const passes = controller.passes.length
      await place.admin.delete(LEASE)
      await clock.passes(HOUR)
      expect(controller.passes.length).toBeGreaterThan(passes)
      expect(controller.done()).toEqual(['issued jane'])
    })
  })
})

test('a certificate that is too short for the calls is refused with the numbers', async () => {
  await scene(async ({ acme, clock, start, setNow }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '1h', renewBefore: '10m' } })
    const controller = await start({ callsPerHour: 30 })
    await clock.passes(HOUR)
    expect(controller.done()[0]).toBe('refused jane CONTROLLER_BUDGET')
    const [first] = controller.passes[0]?.steps ?? []
    expect(JSON.stringify(first)).toMatch(/renewed 10m before its end, and 30 calls an hour/)
  })
})

test('a clock that differs from that of the API server stops everything', async () => {
  await scene(async ({ acme, clock, start, setNow }) => {
    setNow()
    acme.merges(1, { [JANE]: SHORT })
    const controller = await start({ fastSeconds: () => 120 })
    await clock.passes(HOUR)
    expect(controller.done()).toEqual([])
    expect(controller.problems.at(-1)?.code).toBe('CONTROLLER_CLOCK')
  })
})
