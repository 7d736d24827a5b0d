// A month of the controller, with a simulated clock: it renews all the time, and what it keeps in memory does not grow.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from '@jest/globals'
import { HOUR, SIGNING_REQUESTS, scene } from '../build/controller-scene.ts'
import type { Scene } from '../build/controller-scene.ts'
import { testWhole } from '../build/extent.ts'
import type { RunningController } from '../build/controller-run.ts'

const DAYS = 30
const DAY = 24 * HOUR
const NAMES = ['jane', 'deployer']
const DAILY = { duration: '24h', renewBefore: '8h' }
/** Looks are seldom, so that a month takes half a minute. When something is due, it looks in between. */
const PACE = { look: 6 * HOUR, renew: 6 * HOUR, giveUp: 12 * HOUR, duration: 18 * HOUR }
/** The days after which memory is measured. The first week warms up. */
const EARLY = [6, 7, 8]
const LATE = [28, 29, 30]
/** Bytes. The time limits of calls are on the machine's clock, so those of many days exist at once: how many depends on its speed. */
const MARGIN = 3_000_000

testWhole(
  'a controller that renews two certificates each day for a month needs no more memory than after a week',
  async () => {
    await scene(async at => {
      at.setNow()
      at.acme.merges(
        1,
        Object.fromEntries(NAMES.map(name => [`requests/people/${name}.yaml`, DAILY])),
      )
      const controller = await at.start({ pace: PACE })
      const heaps = new Map<number, number>()
      let renewals = 0
      for (let day = 1; day <= DAYS; day++) {
        await at.clock.passes(DAY)
        expect(controller.problems).toEqual([])
        renewals += controller.done().filter(each => each.startsWith('renewed')).length
        await forget(at, controller)
        if ([...EARLY, ...LATE].includes(day)) heaps.set(day, usedHeap())
      }
      // Each is renewed at least 8 of its 24 hours before its end.
      expect(renewals).toBeGreaterThanOrEqual(NAMES.length * DAYS)
      const least = (days: readonly number[]) => Math.min(...days.map(day => heaps.get(day) ?? 0))
      expect(least(LATE) - least(EARLY)).toBeLessThan(MARGIN)
    })
  },
)

/** Drops what the test and the doubles keep of the past: it is not the memory of the controller. */
async function forget(
  { acme, cluster, clock, place }: Scene,
  controller: RunningController,
): Promise<void> {
  controller.passes.length = 0
  acme.github.forget()
  Reflect.set(cluster.log, 'length', 0)
  const { items } = (await place.admin.get(SIGNING_REQUESTS)).body
  for (const { metadata } of items) {
    // Kubernetes deletes them after an hour.
    const age = clock.now().getTime() - Date.parse(metadata.creationTimestamp)
    if (age > HOUR * 1000) await place.admin.delete(`${SIGNING_REQUESTS}/${metadata.name}`)
  }
  cluster.expireWatches()
}

function usedHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
