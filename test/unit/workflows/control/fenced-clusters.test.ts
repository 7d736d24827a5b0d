// The clusters that a controller opens.
import { expect, test } from '@jest/globals'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { fencedClusters } from '../../../../src/workflows/control/fenced-clusters.ts'
import { clusterConfig } from '../../../build/effective.ts'

const SERVER = 'https://prod.example'
const CONFIG = clusterConfig({ name: 'prod', recordNamespace: 'apps' })

test.each([
  ['the owner', { owner: 'other' }],
  ['the namespace of the records', { recordNamespace: 'other' }],
  ['the API server', { server: 'https://other.example' }],
])('a changed configuration with another value for %s writes nothing', async (_, changed) => {
  const closed: string[] = []
  const { owner, recordNamespace, server } = {
    owner: 'acme',
    recordNamespace: 'apps',
    server: SERVER,
    ...changed,
  }
  const cluster = { server, close: async () => void closed.push(server) } as unknown as Cluster
  const only = { name: 'prod', owner: 'acme', recordNamespace: 'apps', server: SERVER }
  const clusters = fencedClusters({ open: async () => cluster }, only, async () => undefined)
  await expect(clusters.open({ ...CONFIG, recordNamespace }, owner)).rejects.toMatchObject({
    problem: { code: 'CONTROLLER_MOVED' },
  })
  expect(closed).toEqual([server])
})
