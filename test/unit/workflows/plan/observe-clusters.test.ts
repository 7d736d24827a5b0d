import { describe, expect, test } from '@jest/globals'
import { failure } from '../../../../src/domain/problem.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import {
  closingOnError,
  missingRecords,
  observeClusters,
} from '../../../../src/workflows/plan/observe-clusters.ts'
import { clusterConfig, config } from '../../../build/effective.ts'
import { standIn } from '../../../build/stand-in.ts'

/** A cluster without records, and whether it was closed. */
function cluster(changes: Partial<Cluster> = {}) {
  const seen = { isClosed: false }
  const open = standIn<Cluster>({
    name: 'prod',
    server: 'https://127.0.0.1:1',
    serverCa: null,
    version: async () => 'v1.36.3',
    whoAmI: async () => ({ username: 'apply', groups: [] }),
    records: standIn<Cluster['records']>({ list: async () => ({ records: [], broken: [] }) }),
    close: async () => {
      seen.isClosed = true
    },
    ...changes,
  })
  return { seen, open }
}

function observe(open: Cluster) {
  const world = { clusters: { open: async () => open } }
  return observeClusters([clusterConfig()], config(), world)
}

describe('observeClusters', () => {
  test('a cluster that answers stays open', async () => {
    const { seen, open } = cluster()
    expect((await observe(open)).observed).toMatchObject([{ version: 'v1.36.3' }])
    expect(seen.isClosed).toBe(false)
  })

  test('a cluster that does not answer is closed', async () => {
    const { seen, open } = cluster({
      version: async () => {
        throw failure('CLUSTER_UNREACHABLE', 'gone')
      },
    })
    const { observed, unanswered } = await observe(open)
    expect([observed, unanswered.get('prod')?.code]).toEqual([[], 'CLUSTER_UNREACHABLE'])
    expect(seen.isClosed).toBe(true)
  })
})

describe('missingRecords', () => {
  const missing = async (read: Cluster['setupObjects']['read']) => {
    const setupObjects = standIn<Cluster['setupObjects']>({ read })
    const { open } = cluster({ kubectl: 'kubectl --context lab', setupObjects })
    return missingRecords((await observe(open)).observed, config())
  }

  test('a cluster without the namespace of its records gets the command that lists what may still work, and hears that its revocations may be lost', async () => {
    expect(await missing(async () => null)).toMatchObject([
      {
        code: 'CLUSTER_NOT_SET_UP',
        message: expect.stringContaining('there are no records'),
        hint: `to see them: kubectl --context lab get csr,rolebindings,clusterrolebindings -A -l countersign.dev/owner=acme-certs
if it existed before, its revocations are lost, too. Revoke again what was revoked: countersign revoke NAME`,
      },
    ])
  })

  test('a namespace of records that the login may not read counts as existing', async () => {
    expect(await missing(async () => 'hidden')).toEqual([])
  })
})

describe('closingOnError', () => {
  test('clusters are closed if the work throws', async () => {
    const { seen, open } = cluster()
    const work = closingOnError([{ cluster: open }], async () => {
      throw new Error('bug')
    })
    await expect(work).rejects.toThrow('bug')
    expect(seen.isClosed).toBe(true)
  })

  test('clusters stay open if the work does not throw', async () => {
    const { seen, open } = cluster()
    expect(await closingOnError([{ cluster: open }], async () => 1)).toBe(1)
    expect(seen.isClosed).toBe(false)
  })
})
