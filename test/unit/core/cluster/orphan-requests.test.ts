import { describe, expect, test } from '@jest/globals'
import {
  isUndecided,
  orphanProblem,
  orphanRequests,
} from '../../../../src/core/cluster/orphan-requests.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { Condition, SigningRequest } from '../../../../src/domain/cluster/signing-request.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { authority, pemOf } from '../../../build/issued.ts'

const CREATED = new Date('2026-03-01T12:00:00Z')
const LATER = new Date('2026-03-01T13:00:00Z')
const KEEPER = { cluster: 'prod', recordNamespace: 'countersign' }
const APPROVED = condition('Approved')

const MARKS = {
  'countersign.dev/cluster': KEEPER.cluster,
  'countersign.dev/records': KEEPER.recordNamespace,
}

function condition(type: string, status = 'True'): Condition {
  return { type, status, reason: 'CountersignApproved', message: '' }
}

function object(changes: Partial<SigningRequest> = {}): SigningRequest {
  return {
    name: 'cs-jane-01234567-2',
    version: { uid: 'u', resourceVersion: '1' },
    labels: {},
    annotations: {},
    createdAt: CREATED,
    request: '',
    signerName: 'kubernetes.io/kube-apiserver-client',
    usages: [],
    expirationSeconds: 3600,
    username: 'countersign',
    groups: [],
    conditions: [],
    certificate: null,
    ...changes,
  }
}

function record(changes: Partial<RequestRecord> = {}): RequestRecord {
  return { ...newRecord('jane', 'prod'), ...changes }
}

const attempt = { n: 2, objectName: 'cs-jane-01234567-2' }
const CLAIM = { ...attempt, holder: 'run', deadline: LATER }
const ABANDONED = { ...attempt, sha256: null, notAfter: null }

interface Case {
  readonly object?: Partial<SigningRequest>
  readonly records?: readonly RequestRecord[]
  readonly isBroken?: boolean
}

function isOrphan({ object: changes = {}, records = [], isBroken = false }: Case): boolean {
  const problem = { code: 'CLUSTER_RECORD', at: null, message: '', hint: null } as const
  const broken = isBroken ? [{ request: 'jane', cluster: 'prod', problem }] : []
  const known = { records, broken, username: 'countersign', keeper: KEEPER, before: LATER }
  return orphanRequests([object(changes)], known).length === 1
}

describe('a CertificateSigningRequest of ours', () => {
  test.each<[string, Case]>([
    ['without a record', {}],
    ['that is approved, without a record', { object: { conditions: [APPROVED] } }],
    ['that is signed, without a record', { object: { conditions: [APPROVED], certificate: 'x' } }],
    ['that is undecided, beside a record that went on', { records: [record({ n: 5 })] }],
    [
      'that is approved under a number the record does not know yet',
      { object: { conditions: [APPROVED] }, records: [record({ n: 1 })] },
    ],
    ['that names these records', { object: { annotations: MARKS } }],
    ['whose denial is not true', { object: { conditions: [condition('Denied', 'False')] } }],
  ])('%s is an orphan', (_, given) => {
    expect(isOrphan(given)).toBe(true)
  })

  test.each<[string, Case]>([
    ['that the record claims', { records: [record({ n: 2, claim: CLAIM })] }],
    ['that the record lists as abandoned', { records: [record({ n: 3, abandoned: [ABANDONED] })] }],
    ['that a record which nobody can read may know', { isBroken: true }],
    [
      'that was issued and replaced since',
      { object: { conditions: [APPROVED], certificate: 'x' }, records: [record({ n: 5 })] },
    ],
    [
      'that the records of another cluster know',
      { object: { annotations: { ...MARKS, 'countersign.dev/cluster': 'east' } } },
    ],
    [
      'that records in another namespace know',
      { object: { annotations: { ...MARKS, 'countersign.dev/records': 'others' } } },
    ],
    ['that somebody else made', { object: { username: 'somebody' } }],
    ['that is young enough for a run at work', { object: { createdAt: LATER } }],
    ['that is denied', { object: { conditions: [condition('Denied')] } }],
    ['that failed', { object: { conditions: [APPROVED, condition('Failed')] } }],
    ['of another name than apply gives', { object: { name: 'cs-jane-2' } }],
  ])('%s is none', (_, given) => {
    expect(isOrphan(given)).toBe(false)
  })
})

describe('what is said of an orphan', () => {
  test('that is undecided: apply denies it', () => {
    expect(isUndecided(object())).toBe(true)
    expect(orphanProblem(object(), LATER)?.hint).toContain('apply denies it')
  })

  test('that is approved: what keeps it from being signed', () => {
    const { hint } = orphanProblem(object({ conditions: [APPROVED] }), LATER) ?? {}
    expect(hint).toContain('kubectl delete csr cs-jane-01234567-2')
  })

  test('that is signed: SHA-256 and end of its certificate, until it has ended', () => {
    const leaf = authority().issue()
    const signed = object({ conditions: [APPROVED], certificate: pemOf(leaf) })
    const { message } = orphanProblem(signed, new Date(leaf.notAfter.getTime() - 1)) ?? {}
    expect(message).toContain(`SHA-256 ${leaf.sha256}, until ${leaf.notAfter.toISOString()}`)
    expect(orphanProblem(signed, leaf.notAfter)).toBeNull()
  })

  test('whose certificate nobody can read is not kept back', () => {
    const signed = object({ conditions: [APPROVED], certificate: 'x' })
    expect(orphanProblem(signed, LATER)?.message).toContain('nobody can read')
  })
})
