// A controller on the embedded cluster, which is restored while it runs: it remembers the cluster in its process.
import { expect, test } from '@jest/globals'
import { marksName } from '../../src/domain/cluster/cluster-marks.ts'
import { confirmedMarks } from '../../src/core/control/restored-cluster.ts'
import { HOUR, LOOK, RECORD, scene } from '../build/controller-scene.ts'
import { personOf } from '../build/history/people.ts'

const JANE = 'requests/people/jane.yaml'
const MARKS = `/api/v1/namespaces/apps/configmaps/${marksName('acme-certs')}`
const SHORT = { duration: '6h', renewBefore: '2h' }
const APPROVAL = {
  configuration: { required: 1, users: [personOf('owner')] },
  requests: { required: 1 },
}
/** The renewals go on without GitHub. */
const GRACE = { approval: { ...APPROVAL, offlineGrace: '72h' } }
const AWAY = { kind: 'serverError', status: 503, times: 1_000_000 } as const

test('a controller that renewed, and finds an older record, renews nothing until the restore is confirmed, also while GitHub is away', async () => {
  await scene(async ({ acme, clock, place, start, setNow, certificates }) => {
    const { admin } = place
    setNow()
    acme.merges(1, { [JANE]: SHORT })
    const controller = await start()
    await clock.passes(2 * LOOK)
    const backup = [(await admin.get(RECORD)).body, (await admin.get(MARKS)).body]
    await clock.passes(5 * HOUR)
    expect(controller.done()).toEqual(['issued jane', 'renewed jane'])
    expect(controller.problems).toEqual([])

    for (const [at, path] of [RECORD, MARKS].entries()) {
      const { metadata, ...object } = backup[at] ?? { metadata: { name: '' } }
      const { name, labels } = metadata
      expect((await admin.put(path, { ...object, metadata: { name, labels } })).code).toBe(200)
    }
    await clock.passes(2 * HOUR)
    expect(controller.problems.at(-1)).toMatchObject({ code: 'CLUSTER_RESTORED' })
    acme.github.faults.push(AWAY)
    await clock.passes(2 * HOUR)
    acme.github.faults.clear()
    await controller.stop()
    expect(await certificates()).toBe(2)

    // Its process ended, and with it the memory. What it found is in the cluster.
    const next = await start({ holder: 'two' })
    await clock.passes(2 * HOUR)
    expect(next.problems.map(({ code }) => code)).toContain('CLUSTER_RESTORED')
    expect([next.done(), await certificates()]).toEqual([[], 2])

    const { body } = await admin.get(MARKS)
    const stored = { ...JSON.parse(body.data['marks.json'] ?? ''), version: null }
    const { version: _, ...confirmed } = confirmedMarks(stored, () => 'abc')
    const data = { 'marks.json': JSON.stringify(confirmed) }
    expect((await admin.put(MARKS, { ...body, data })).code).toBe(200)
    await clock.passes(2 * HOUR)
    expect(next.done().length).toBeGreaterThan(0)
  }, GRACE)
})

test('a controller that has nothing to do writes no mark', async () => {
  await scene(async ({ acme, clock, place, start, setNow }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '72h' } })
    const controller = await start()
    await clock.passes(4 * LOOK)
    const before = (await place.admin.get(MARKS)).text
    await clock.passes(6 * HOUR)
    expect(controller.passes.length).toBeGreaterThan(5)
    expect((await place.admin.get(MARKS)).text).toBe(before)
  })
})

test('two controllers that lead in turn see no restore', async () => {
  await scene(
    async ({ acme, clock, start, setNow }) => {
      setNow()
      acme.merges(1, { [JANE]: SHORT })
      const one = await start({ holder: 'one' })
      const two = await start({ holder: 'two' })
      await clock.passes(6 * HOUR)
      await one.stop()
      clock.idle = 2
      await clock.passes(12 * HOUR)
      expect([...one.problems, ...two.problems]).toEqual([])
      expect([...one.done(), ...two.done()].length).toBeGreaterThan(3)
    },
    {},
    2,
  )
})
