// A run that planned before another one issued, or withdrew, does not undo that: what it set out to do is no longer what stands.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { startSandboxCluster } from '../../src/sandbox/cluster/cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/cluster/cluster.ts'
import { until } from '../build/connected.ts'
import { configure, requestText } from '../build/request-text.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/workshop.ts'

const MINUTE = 60_000
const SLOW_MS = 6000

let cluster: SandboxCluster
const workshop = new Workshop()

beforeAll(async () => {
  cluster = await startSandboxCluster({ authorities: 'two', namespaces: ['apps'] })
  workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  configure(workshop, { owner: 'overtaken', namespace: 'apps' })
})
afterEach(() => cluster.faults.clear())
afterAll(async () => {
  workshop.end()
  await cluster.close()
})

const secret = (name: string): unknown => cluster.objects.read('secrets', 'apps', `${name}-tls`)
const record = (name: string): any => {
  const map: any = cluster.objects.read('configmaps', 'apps', `countersign-overtaken-${name}`)
  return JSON.parse(map.data['record.json'])
}
const apply = (name: string): Promise<Ran> => workshop.run(['apply', '--yes', name])

/** A run whose claim is slow; what `meanwhile` does is done before it. */
async function slow(name: string, meanwhile: () => Promise<void>): Promise<Ran> {
  const delay = { kind: 'delay', milliseconds: SLOW_MS } as const
  for (const method of ['POST', 'PUT'])
    cluster.faults.plan({ method, path: /configmaps/ }, delay, 1)
  const before = cluster.log.length
  const run = apply(name)
  const isClaiming = (): boolean =>
    cluster.log
      .slice(before)
      .some(({ method, path }) => method !== 'GET' && path.includes('configmaps'))
  await until(isClaiming)
  cluster.faults.clear()
  await meanwhile()
  return run
}

test(
  'another meaning that was issued meanwhile stays',
  async () => {
    workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
    const ran = await slow('jane', async () => {
      workshop.edit('requests/jane.yaml', 'developers', 'viewers')
      expect((await apply('jane')).code).toBe(0)
    })
    expect(ran.stdout).toContain('CLUSTER_CLAIMED')
    expect(record('jane')).toMatchObject({ claim: null, n: 1, issued: { n: 1 } })
    expect(record('jane').issued.meaning).toContain('viewers')
  },
  MINUTE,
)

test(
  'a withdrawal meanwhile stays',
  async () => {
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
  },
  MINUTE,
)
