import { describe, expect, test } from '@jest/globals'
import { recordKeepProofs } from '../../../../src/workflows/issue/record-keep-proofs.ts'
import type { KeepProof } from '../../../../src/workflows/prove/prove.ts'
import type { Observed } from '../../../../src/workflows/plan/observe-clusters.ts'
import type { Claim, RequestRecord } from '../../../../src/domain/cluster/record.ts'
import { CountersignError } from '../../../../src/domain/problem.ts'
import { standIn } from '../../../build/stand-in.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { Records } from '../../../../src/ports/records.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { evidence } from '../../../build/evidence.ts'
import { NOW, requestRecord } from '../../../build/issued.ts'

const REQUEST = effective({ path: 'requests/people/jane.yaml', blob: '2'.repeat(40) })
const EVIDENCE = evidence({ path: REQUEST.path, blob: REQUEST.blob })
const CLAIM: Claim = {
  holder: 'another run',
  n: 2,
  objectName: 'cs-jane-2',
  deadline: NOW,
  grant: null,
}

const NOTHING_ISSUED = { current: null, until: null, renewAt: null }

function kept(record: RequestRecord | null = requestRecord()): KeepProof {
  const step = { ...issueStep(REQUEST), kind: 'keep', record, ...NOTHING_ISSUED } as const
  const proof = { kind: 'review', evidence: EVIDENCE, at: NOW, digest: 'd'.repeat(64) } as const
  return standIn<KeepProof>({ step, proof })
}

/** A cluster that writes records, or fails to. */
function observed(name: string, failure: Error | null = null) {
  const written: RequestRecord[] = []
  const write: Records['write'] = async record => {
    if (failure !== null) throw failure
    written.push(record)
    return { kind: 'written', record }
  }
  const records = standIn<Records>({ write })
  const cluster = standIn<Observed>({ cluster: standIn<Cluster>({ name, records }) })
  return { written, cluster }
}

describe('the proof of a changed file without a step', () => {
  test('the proof is written into the record of its cluster, with its path and bytes', async () => {
    const [other, prod] = [observed('other'), observed('prod')]
    expect(await recordKeepProofs([kept()], [other.cluster, prod.cluster])).toEqual([])
    expect(other.written).toEqual([])
    const { issued } = requestRecord()
    expect(prod.written).toMatchObject([
      {
        request: 'jane',
        issued: {
          path: REQUEST.path,
          blob: REQUEST.blob,
          effective: issued?.effective,
          proof: { kind: 'review', digest: 'd'.repeat(64), evidence: EVIDENCE },
        },
      },
    ])
  })

  test.each<[string, RequestRecord | null]>([
    ['that another run claimed', requestRecord(undefined, { claim: CLAIM })],
    ['without a certificate', requestRecord(undefined, { issued: null })],
    ['that does not exist', null],
  ])('the proof is not written into a record %s', async (_, record) => {
    const { written, cluster } = observed('prod')
    expect(await recordKeepProofs([kept(record)], [cluster])).toEqual([])
    expect(written).toEqual([])
  })

  test('the proof is not written where the cluster did not answer', async () => {
    const { written, cluster } = observed('other')
    expect(await recordKeepProofs([kept()], [cluster])).toEqual([])
    expect(written).toEqual([])
  })
})

test('a record that cannot be written is a warning', async () => {
  const problem = { code: 'CLUSTER_UNREACHABLE', at: null, message: 'gone', hint: null } as const
  const { cluster } = observed('prod', new CountersignError(problem))
  expect(await recordKeepProofs([kept()], [cluster])).toEqual([problem])
})

test('an error of the program is thrown', async () => {
  const { cluster } = observed('prod', new TypeError('a fault'))
  await expect(recordKeepProofs([kept()], [cluster])).rejects.toThrow('a fault')
})
