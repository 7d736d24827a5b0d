import { expect, test } from '@jest/globals'
import { NO_MARKS } from '../../../../src/core/control/restored-cluster.ts'
import type { ClusterMarks } from '../../../../src/domain/cluster/cluster-marks.ts'
import type { AdministeredCluster } from '../../../../src/ports/administration.ts'
import { restoredMarks } from '../../../../src/workflows/revoke/confirm-restore.ts'
import { installation } from '../../../build/installation.ts'
import { standIn } from '../../../build/stand-in.ts'

const LOST = { marks: ['8.cc'], revoked: [] }

/** A cluster without a guard. `mayNot`: the signers that the login may not approve for. */
function cluster(marks: ClusterMarks | null, mayNot: readonly string[] = []): AdministeredCluster {
  return standIn<AdministeredCluster>({
    name: 'prod',
    kubectl: 'kubectl',
    may: async () => true,
    records: standIn<AdministeredCluster['records']>({
      list: async () => ({ records: [], broken: [], marks }),
    }),
    lacks: async rights => rights.filter(({ name = '' }) => mayNot.includes(name)),
    setupObjects: standIn<AdministeredCluster['setupObjects']>({ read: async () => null }),
  })
}

const looked = (each: AdministeredCluster) => restoredMarks(each, installation(), { approvers: [] })

test.each([
  ['without marks', null],
  ['that no run found restored', { ...NO_MARKS, marks: ['1.aa'] }],
])('nothing is confirmed in a cluster %s', async (_, marks) => {
  expect(await looked(cluster(marks))).toEqual({ ok: true, value: null })
})

test('a cluster without the guard is not confirmed, and the command that installs it is printed', async () => {
  expect(await looked(cluster({ ...NO_MARKS, lost: LOST }))).toMatchObject({
    ok: false,
    problems: [
      {
        code: 'CLUSTER_RESTORED',
        message: expect.stringContaining('the admission guard is not installed'),
        hint: expect.stringContaining('countersign manifests guard --cluster prod'),
      },
    ],
  })
})

test('a login that may approve for some of the signers only may not confirm', async () => {
  const [signer] = installation().signers
  const found = await looked(cluster({ ...NO_MARKS, lost: LOST }, [signer.name]))
  expect(found).toMatchObject({
    ok: false,
    problems: [
      {
        code: 'CLUSTER_FORBIDDEN',
        message: `this login may not approve for ${signer.name}, so it may not confirm`,
      },
      { code: 'CLUSTER_RESTORED' },
    ],
  })
})
