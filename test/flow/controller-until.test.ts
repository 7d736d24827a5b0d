// The controller and requests with an end: renewals while GitHub is away, and the pass after the end.
import { describe, expect, test } from '@jest/globals'
import { scene } from '../build/controller-scene.ts'

const JANE = 'requests/people/jane.yaml'
const MINUTE = 60
const APPROVAL = { configuration: { required: 1 }, requests: { required: 1 } }
const PACE = { look: 300, renew: 300, giveUp: 600, duration: 900 }
const SHORT = { duration: '3h', renewBefore: '1h' }

describe('while GitHub is away with a grace of eight hours', () => {
  test.each([
    ['in twelve hours', 12, 4],
    ['in six hours', 6, 2],
  ])('a request that ends %s is renewed until then', async (_, hours, renewals) => {
    await scene(
      async ({ acme, clock, start, setNow }) => {
        setNow()
        const until = new Date(clock.now().getTime() + hours * 3_600_000).toISOString()
        acme.merges(1, { [JANE]: { ...SHORT, until } })
        const controller = await start({ pace: PACE })
        await clock.passes(75 * MINUTE)
        expect(controller.done()).toEqual(['issued jane'])
        acme.github.faults.push({ kind: 'reset', when: 'before', times: 1_000_000 })
        await clock.passes(7 * 60 * MINUTE)
        expect(controller.done()).toEqual([
          'issued jane',
          ...Array.from({ length: renewals }, () => 'renewed jane'),
        ])
      },
      { approval: { ...APPROVAL, offlineGrace: '8h' }, rotation: { jitter: '0%' } },
    )
  })
})
