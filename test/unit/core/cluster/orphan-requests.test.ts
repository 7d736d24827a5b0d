import { describe, expect, test } from '@jest/globals'
import {
  isUndecided,
  orphanProblem,
  orphanRequests,
} from '../../../../src/core/cluster/orphan-requests.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { Condition, SigningRequest } from '../../../../src/domain/cluster/signing-request.ts'
import { recordedCertificate } from '../../../../src/core/plan/certificate-history.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { authority, pemOf } from '../../../build/issued.ts'

const CREATED = new Date('2026-03-01T12:00:00Z')
const LATER = new Date('2026-03-01T13:00:00Z')
const RECORDS = { cluster: 'prod', recordNamespace: 'countersign' }
const APPROVED = condition('Approved')

const MARKS = {
  'countersign.dev/cluster': RECORDS.cluster,
  'countersign.dev/records': RECORDS.recordNamespace,
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
const leaf = authority().issue()
const entry = recordedCertificate(leaf, {
  n: 1,
  objectName: 'cs-jane-01234567-1',
  targets: [],
  proof: '',
  grant: null,
  approval: null,
})
const CLAIM = { ...attempt, holder: 'run', deadline: LATER, grant: null }
const ABANDONED = { ...attempt, sha256: null, notAfter: null }

interface Case {
  readonly object?: Partial<SigningRequest>
  readonly records?: readonly RequestRecord[]
  readonly isBroken?: boolean
}

function isOrphan({ object: changes = {}, records = [], isBroken = false }: Case): boolean {
  const problem = { code: 'CLUSTER_RECORD', at: null, message: '', hint: null } as const
  const broken = isBroken ? [{ request: 'jane', cluster: 'prod', problem }] : []
  const known = { records, broken, username: 'countersign', place: RECORDS, before: LATER }
  return orphanRequests([object(changes)], known).length === 1
}

describe('an orphaned CertificateSigningRequest', () => {
  test.each<[string, Case]>([
    ['without a record', {}],
    ['with an approval and without a record', { object: { conditions: [APPROVED] } }],
    [
      'with a certificate and without a record',
      { object: { conditions: [APPROVED], certificate: 'x' } },
    ],
    ['without a decision, with a record of a later attempt', { records: [record({ n: 5 })] }],
    [
      'with an approval and a name that the record does not know',
      { object: { conditions: [APPROVED] }, records: [record({ n: 5, history: [entry] })] },
    ],
    ['with the marks of these records', { object: { annotations: MARKS } }],
    [
      'with a Denied condition that is not true',
      { object: { conditions: [condition('Denied', 'False')] } },
    ],
  ])('a CertificateSigningRequest %s is an orphan', (_, given) => {
    expect(isOrphan(given)).toBe(true)
  })

  test.each<[string, Case]>([
    ['that the record claims', { records: [record({ n: 2, claim: CLAIM })] }],
    ['that the record lists as abandoned', { records: [record({ n: 3, abandoned: [ABANDONED] })] }],
    ['that may be in an unreadable record', { isBroken: true }],
    [
      'that was issued and replaced since',
      {
        object: { conditions: [APPROVED], certificate: 'x' },
        records: [record({ n: 5, history: [{ ...entry, ...attempt }] })],
      },
    ],
    [
      'with a certificate that a rebuilt record has under another name',
      {
        object: { conditions: [APPROVED], certificate: pemOf(leaf) },
        records: [record({ n: 5, history: [entry] })],
      },
    ],
    [
      'that the records of another cluster may list',
      { object: { annotations: { ...MARKS, 'countersign.dev/cluster': 'east' } } },
    ],
    [
      'that records in another namespace may list',
      { object: { annotations: { ...MARKS, 'countersign.dev/records': 'others' } } },
    ],
    ['that another user created', { object: { username: 'somebody' } }],
    ['that is young enough for a running apply', { object: { createdAt: LATER } }],
    ['that is denied', { object: { conditions: [condition('Denied')] } }],
    ['that failed', { object: { conditions: [APPROVED, condition('Failed')] } }],
    ['with another name than apply gives', { object: { name: 'cs-jane-2' } }],
  ])('a CertificateSigningRequest %s is no orphan', (_, given) => {
    expect(isOrphan(given)).toBe(false)
  })
})

describe('the problem of an orphan', () => {
  test('the hint for an undecided orphan says that apply denies it', () => {
    expect(isUndecided(object())).toBe(true)
    expect(orphanProblem(object(), LATER)?.hint).toContain('apply denies it')
  })

  test('the hint for an approved orphan says how to delete it', () => {
    const { hint } = orphanProblem(object({ conditions: [APPROVED] }), LATER) ?? {}
    expect(hint).toContain('kubectl delete csr cs-jane-01234567-2')
  })

  test('the message for a signed orphan names the certificate and its end, until it has expired', () => {
    const leaf = authority().issue()
    const signed = object({ conditions: [APPROVED], certificate: pemOf(leaf) })
    const { message } = orphanProblem(signed, new Date(leaf.notAfter.getTime() - 1)) ?? {}
    expect(message).toContain(`SHA-256 ${leaf.sha256}, until ${leaf.notAfter.toISOString()}`)
    expect(orphanProblem(signed, leaf.notAfter)).toBeNull()
  })

  test('the message for an orphan with an unreadable certificate says so', () => {
    const signed = object({ conditions: [APPROVED], certificate: 'x' })
    expect(orphanProblem(signed, LATER)?.message).toContain('nobody can read')
  })
})
