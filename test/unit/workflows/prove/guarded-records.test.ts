// Whether a run saw the guard on the records of a cluster.
import { expect, test } from '@jest/globals'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { guardInForce } from '../../../../src/workflows/prove/guarded-records.ts'
import { clusterConfig, config } from '../../../build/effective.ts'
import { standIn } from '../../../build/stand-in.ts'

type Read = Cluster['setupObjects']['read']
type Stored = 'as printed' | 'another' | 'hidden' | 'missing'

function answered(object: Parameters<Read>[0], stored: Stored): Awaited<ReturnType<Read>> {
  if (stored === 'missing') return null
  if (stored === 'hidden') return 'hidden'
  const metadata = {
    ...object.metadata,
    uid: 'uid',
    resourceVersion: '1',
    creationTimestamp: '2026-10-01T00:00:00Z',
  }
  return { ...object, metadata, ...(stored === 'another' ? { spec: {} } : {}) }
}

/** The answer for prod, asked twice, and the names that the cluster was asked for. */
async function guarded(stored: Stored, name = 'prod') {
  const asked: string[] = []
  const settings = clusterConfig({
    signers: [
      {
        name: 'kubernetes.io/kube-apiserver-client',
        certificateAuthority: null,
        retiring: null,
        maxDurationSeconds: 3600,
      },
    ],
  })
  const read: Read = async object => {
    asked.push(object.metadata.name)
    return answered(object, stored)
  }
  const cluster = standIn<Cluster>({
    name: settings.name,
    setupObjects: standIn<Cluster['setupObjects']>({ read }),
  })
  const identity = { username: 'robot', groups: ['robots'] }
  const observed = [{ cluster, settings, version: '', identity, records: [], broken: [] }]
  const rules = { config: config({ clusters: [settings] }), policies: null }
  const isGuarded = guardInForce(observed, rules, new Date('2026-11-01T00:00:00Z'))
  const answers = [await isGuarded(name), await isGuarded(name)]
  return { answers, asked }
}

test('the printed policy of records and its binding are a guard, and a cluster is asked once', async () => {
  const { answers, asked } = await guarded('as printed')
  expect(answers).toEqual([true, true])
  expect(asked).toEqual(['countersign-acme-certs-records', 'countersign-acme-certs-records'])
})

test.each<Stored>(['missing', 'hidden', 'another'])(
  'no guard is seen where the stored policy is %s',
  async stored => {
    expect((await guarded(stored)).answers).toEqual([false, false])
  },
)

test('a cluster that did not answer has no guard', async () => {
  expect((await guarded('as printed', 'lab')).answers).toEqual([false, false])
})
