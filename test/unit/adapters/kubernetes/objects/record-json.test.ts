import { describe, expect, test } from '@jest/globals'
import {
  decodeRecord,
  encodeRecord,
} from '../../../../../src/adapters/kubernetes/objects/record-json.ts'
import type { RecordedProof } from '../../../../../src/domain/cluster/record.ts'
import {
  recordedCertificates,
  recordedApproval,
} from '../../../../../src/core/plan/certificate-history.ts'
import { effective } from '../../../../build/effective.ts'
import { evidence } from '../../../../build/evidence.ts'
import { issuedRecord, requestRecord } from '../../../../build/issued.ts'

const VERSION = { resourceVersion: '1', uid: '00000000-0000-4000-8000-000000000001' }
const REVIEW: RecordedProof = {
  kind: 'review',
  by: 'reviewer',
  digest: '0'.repeat(64),
  evidence: evidence(),
}

function recordOf(proof: RecordedProof) {
  const request = effective()
  return requestRecord(request, { issued: issuedRecord(request, { proof }) })
}

/** The record with some JSON as the evidence of its proof, or without it (undefined). */
function decodedWith(value: unknown) {
  const json = JSON.parse(encodeRecord(recordOf(REVIEW)))
  json.issued.proof.evidence = value
  const decoded = decodeRecord(JSON.stringify(json), VERSION)
  return decoded === null || 'otherVersion' in decoded ? null : decoded
}

describe('the JSON of a record', () => {
  test.each(['\u001b[2J', '\u0007', '\u202e', '::error::x'])(
    'a record with the serial number or digest %j is none, so that no screen shows it',
    forged => {
      const record = recordOf(REVIEW)
      const [entry] = recordedCertificates(record)
      for (const change of [{ serial: forged }, { sha256: forged }])
        expect(
          decodeRecord(encodeRecord({ ...record, history: [{ ...entry!, ...change }] }), VERSION),
        ).toBeNull()
      const attempt = { n: 1, objectName: 'cs-jane-1', sha256: forged, notAfter: null }
      expect(decodeRecord(encodeRecord({ ...record, abandoned: [attempt] }), VERSION)).toBeNull()
    },
  )

  test.each([
    ['of a proof at a terminal', { ...REVIEW, kind: 'terminal', evidence: null } as const],
    ['of a review, with its evidence', REVIEW],
  ])('the record %s is read as it was written', (_, proof) => {
    const record = recordOf(proof)
    expect(decodeRecord(encodeRecord(record), VERSION)).toEqual(record)
  })

  test.each([1, 6, 8])('a record of version %d is read as another version', other => {
    const json = JSON.parse(encodeRecord(recordOf(REVIEW)))
    expect(decodeRecord(JSON.stringify({ ...json, version: other }), VERSION)).toEqual({
      otherVersion: other,
    })
  })

  test.each(['issued', 'history', 'approvals', 'failures', 'emptied', 'abandoned'])(
    'a record without %s is not read',
    member => {
      const json = JSON.parse(encodeRecord(recordOf(REVIEW)))
      delete json[member]
      expect(decodeRecord(JSON.stringify(json), VERSION)).toBeNull()
    },
  )

  test('the problem of the last failure is kept, and a record of an earlier version has none', () => {
    const failures = { count: 1, lastAt: new Date('2026-03-01'), effective: 'e' }
    const last = { code: 'CLUSTER_UNSIGNED', message: 'nobody signed' }
    for (const each of [failures, { ...failures, last }]) {
      const record = { ...recordOf(REVIEW), failures: each }
      expect(decodeRecord(encodeRecord(record), VERSION)).toEqual(record)
    }
  })

  test('an epoch and the digest of a key are kept', () => {
    const { issued, ...record } = recordOf(REVIEW)
    if (issued === null) throw new Error('no certificate')
    const whole = { ...record, issued: { ...issued, keySha256: '5'.repeat(64) }, epoch: 'f00d' }
    expect(decodeRecord(encodeRecord(whole), VERSION)).toEqual(whole)
  })

  test('a record with earlier certificates is read with the reason that ended each', () => {
    const facts = { n: 1, objectName: 'cs-1', serial: 'ab', sha256: 'cd', proof: 'ef' }
    const [notBefore, notAfter] = [new Date('2026-03-01'), new Date('2026-03-02')]
    const names = { subject: 'CN=jane', sans: ['DNS:jane.example.com'] }
    const approval = recordedApproval(effective(), REVIEW)
    const certificate = {
      ...facts,
      ...names,
      notBefore,
      notAfter,
      targets: ['file a.pem'],
      grant: null,
      approval,
    }
    const hows = ['renewed', 'reissued', 'withdrawn', 'abandoned'] as const
    const history = [
      { ...certificate, ended: null },
      ...hows.map(how => ({ ...certificate, ended: { how, at: notBefore } })),
      { ...certificate, ended: { how: 'revoked' as const, at: notBefore, by: 'owner' } },
      { ...certificate, approval: { ...approval, pullRequest: 8 }, ended: null },
      { ...certificate, approval: null, ended: null },
    ]
    const record = { ...recordOf(REVIEW), history }
    expect(decodeRecord(encodeRecord(record), VERSION)).toEqual(record)
    expect(JSON.parse(encodeRecord(record)).approvals).toHaveLength(2)
  })

  test.each([
    ['of another version', { ...evidence(), version: 2 }],
    ['with an unknown member', { ...evidence(), verdict: 'approved' }],
    ['as text', 'approved'],
  ])('a record with evidence %s is refused', (_, value) => expect(decodedWith(value)).toBeNull())
})
