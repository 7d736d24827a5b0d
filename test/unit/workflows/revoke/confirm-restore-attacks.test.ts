// Attacks on what countersign restore looks at. A failing test is a claim of the pages that does not hold.
import { expect, test } from '@jest/globals'
import {
  NO_MARKS,
  confirmedMarks,
  lostByRestore,
} from '../../../../src/core/control/restored-cluster.ts'
import { failure } from '../../../../src/domain/problem.ts'
import type { Remembered } from '../../../../src/domain/cluster/cluster-marks.ts'
import type { Cluster, Clusters } from '../../../../src/ports/cluster.ts'
import type { AdministeredCluster } from '../../../../src/ports/administration.ts'
import { restoredMarks, revokeAgain } from '../../../../src/workflows/revoke/confirm-restore.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import { installation } from '../../../build/installation.ts'
import { clusterConfig } from '../../../build/effective.ts'
import { requestRecord } from '../../../build/issued.ts'
import type { GrantBinding } from '../../../../src/ports/grants.ts'
import { standIn } from '../../../build/stand-in.ts'

const LOST: Remembered = { marks: ['8.cc'], revoked: [] }

/** A login that may approve for every signer, and may not read or try the guard. */
const blind = standIn<AdministeredCluster>({
  name: 'prod',
  kubectl: 'kubectl',
  records: standIn<AdministeredCluster['records']>({
    list: async () => ({ records: [], broken: [], marks: { ...NO_MARKS, lost: LOST } }),
  }),
  lacks: async () => [],
  may: async () => false,
  whoAmI: async () => ({ username: 'jane', groups: [] }),
  signingRequests: standIn<AdministeredCluster['signingRequests']>({
    list: async () => {
      throw failure('CLUSTER_FORBIDDEN', 'no right to list')
    },
  }),
  setupObjects: standIn<AdministeredCluster['setupObjects']>({ read: async () => 'hidden' }),
  administration: standIn<AdministeredCluster['administration']>({
    staticPolicies: async () => null,
    tryGuard: async () => ({ kind: 'untried', why: 'RBAC does not let it' }),
  }),
})

test('a login that may not read the guard may not confirm, because the guard was not seen', async () => {
  const looked = await restoredMarks(blind, installation(), { approvers: [] })
  expect(looked.ok).toBe(false)
})

/** Clusters with one cluster, in which revocations can be written, and one broken record of another request. */
function clusters(parts: Partial<Cluster>): Clusters {
  const cluster = standIn<Cluster>({
    name: 'prod',
    whoAmI: async () => ({ username: 'admin', groups: [] }),
    now: async () => new Date(0),
    close: async () => undefined,
    bindingsOf: async () => [],
    records: standIn<Cluster['records']>({
      list: async () => ({ records: [], broken: [], marks: null }),
    }),
    revocations: standIn<Cluster['revocations']>({
      list: async () => ({ revocations: [], broken: [] }),
      add: async () => undefined,
    }),
    grants: standIn<Cluster['grants']>({ list: async () => [] }),
    ...parts,
  })
  return standIn<Clusters>({ open: async () => cluster })
}

const again = async (revoked: Remembered['revoked'], parts: Partial<Cluster> = {}) => {
  const failures: Problem[] = []
  const done = await revokeAgain(
    clusterConfig(),
    'acme',
    { marks: [], revoked },
    clusters(parts),
    failures,
  )
  return [...failures, ...done.flatMap(({ problems }) => problems)]
}

test('a lost revocation is written again', async () => {
  expect(await again([{ what: 'request', value: 'jane' }])).toEqual([])
})

test.failing.each([
  [{ what: 'request', value: 'Not A Name' } as const],
  [{ what: 'grant', value: 'system:masters' } as const],
])(
  'a remembered revocation of what is no name or grant (%j) does not end restore before the next one',
  async odd => {
    await expect(again([odd, { what: 'request', value: 'jane' }])).resolves.toBeDefined()
  },
)

test.failing(
  'a record of another request that cannot be read does not prevent the confirmation',
  async () => {
    const problem: Problem = { code: 'CLUSTER_RECORD', at: null, message: 'broken', hint: null }
    const found = await again([{ what: 'request', value: 'jane' }], {
      records: standIn<Cluster['records']>({
        list: async () => ({
          records: [],
          broken: [{ request: 'sam', cluster: 'prod', problem }],
          marks: null,
        }),
      }),
    })
    expect(found.filter(({ code }) => code.startsWith('CLUSTER_'))).toEqual([])
  },
)

test.failing('a revocation that does not end a binding prevents the confirmation', async () => {
  const grant = `countersign:acme:${'a'.repeat(20)}`
  const found = await again([{ what: 'grant', value: grant }], {
    records: standIn<Cluster['records']>({
      list: async () => ({ records: [requestRecord()], broken: [], marks: null }),
    }),
    grants: standIn<Cluster['grants']>({
      list: async () => [
        standIn<GrantBinding>({
          name: 'binding',
          namespace: 'apps',
          clusterRole: 'reader',
          grants: [grant],
          request: 'jane',
          isOfTheseRecords: true,
        }),
      ],
      unbind: async () => ({
        ok: false,
        problems: [{ code: 'ACCESS_FINALIZER', at: null, message: 'kept', hint: null }],
      }),
    }),
  })
  expect(found.some(({ code }) => code.startsWith('CLUSTER_'))).toBe(true)
})

test('a revocation that an approved change lifted, which no remembering run saw, is listed as gone and revoked again', () => {
  // A run at 2.bb remembers jane. The action without a memory lifted it and issued again. Then an older backup was restored.
  const remembered: Remembered = { marks: ['2.bb'], revoked: [{ what: 'request', value: 'jane' }] }
  expect(lostByRestore({ ...NO_MARKS, marks: ['1.aa'] }, remembered, [])?.revoked).toEqual(
    remembered.revoked,
  )
})

test.failing(
  'after a ConfigMap that was lost whole, a run that remembers an earlier change than the confirmed one is compared',
  () => {
    const confirmed = confirmedMarks(
      { ...NO_MARKS, lost: { marks: ['100.cc'], revoked: [] }, version: '1' },
      () => 'dd',
    )
    const other: Remembered = { marks: ['50.bb'], revoked: [{ what: 'request', value: 'sam' }] }
    expect(lostByRestore(confirmed, other, [])).not.toBeNull()
  },
)
