// A run that planned before another one issued or withdrew does not undo that: its plan is outdated.
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { until } from '../build/connected.ts'
import { deferred } from '../build/deferred.ts'
import { ownCluster } from '../build/own-cluster.ts'
import { requestText } from '../build/request-text.ts'
import type { Ran } from '../build/reuse/run.ts'

const { cluster, workshop, record, secret, end } = await ownCluster('overtaken')

afterEach(() => cluster.faults.clear())
afterAll(end)

const apply = (name: string): Promise<Ran> => workshop.run(['apply', '--yes', name])

/** A run with a slow claim; `meanwhile` runs before it. */
async function slow(name: string, meanwhile: () => Promise<void>): Promise<Ran> {
  const { promise: opened, resolve: open } = deferred()
  for (const method of ['POST', 'PUT'])
    cluster.faults.plan({ method, path: /configmaps(?!\?dryRun)/ }, { kind: 'hold', until: opened })
  const before = cluster.log.length
  const run = apply(name)
  const isClaiming = (): boolean =>
    cluster.log
      .slice(before)
      .some(({ method, path }) => method !== 'GET' && /configmaps(?!\?dryRun)/.test(path))
  await until(isClaiming)
  cluster.faults.clear()
  await meanwhile().finally(open)
  return run
}

test('a run does not replace a certificate that another run issued meanwhile', async () => {
  workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
  const ran = await slow('jane', async () => {
    workshop.edit('requests/jane.yaml', 'developers', 'viewers')
    expect((await apply('jane')).code).toBe(0)
  })
  expect(ran.stdout).toContain('CLUSTER_CLAIMED')
  expect(record('jane')).toMatchObject({ claim: null, n: 1, issued: { n: 1 } })
  expect(record('jane').issued.meaning).toContain('viewers')
})

test('a run does not undo a withdrawal of another run', async () => {
  workshop.write('requests/mark.yaml', requestText({ name: 'mark' }))
  expect((await apply('mark')).code).toBe(0)
  workshop.edit('requests/mark.yaml', 'developers', 'viewers')
  const ran = await slow('mark', async () => {
    workshop.edit('requests/mark.yaml', 'spec:\n', 'spec:\n  withdraw: true\n')
    expect((await apply('mark')).stdout).toContain('withdrawn')
  })
  expect(ran.stdout).toContain('CLUSTER_CLAIMED')
  expect(secret('mark')).toBeNull()
  expect(record('mark')).toMatchObject({ claim: null, withdrawnAt: expect.any(String) })
})
