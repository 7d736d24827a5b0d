import { describe, expect, test } from '@jest/globals'
import {
  decodeRecord,
  encodeRecord,
} from '../../../../../src/adapters/kubernetes/objects/record-json.ts'
import type { RecordedProof } from '../../../../../src/domain/cluster/record.ts'
import { recordedApproval } from '../../../../../src/core/plan/certificate-history.ts'
import { withIssued } from '../../../../../src/core/plan/record-state.ts'
import { sinkTarget } from '../../../../../src/domain/request/sink.ts'
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
  return decoded === 'newer' ? null : decoded
}

describe('the JSON of a record', () => {
  test.each([
    ['of a proof at a terminal', { ...REVIEW, kind: 'terminal', evidence: null } as const],
    ['of a review, with its evidence', REVIEW],
  ])('the record %s is read as it was written', (_, proof) => {
    const record = recordOf(proof)
    expect(decodeRecord(encodeRecord(record), VERSION)).toEqual(record)
  })

  test('a record without evidence is read', () =>
    expect(decodedWith(undefined)?.issued?.proof.evidence).toBeNull())

  test('a record without keySince has a key as old as the certificate', () => {
    const record = recordOf(REVIEW)
    const json = JSON.parse(encodeRecord(record))
    delete json.issued.keySince
    const issuedAt = record.issued?.issuedAt
    expect(decodeRecord(JSON.stringify(json), VERSION)).toMatchObject({
      issued: { issuedAt, keySince: issuedAt },
    })
  })

  test('a record without beforeUntil has no previous certificate', () => {
    const record = recordOf(REVIEW)
    const json = JSON.parse(encodeRecord(record))
    delete json.issued.beforeUntil
    expect(decodeRecord(JSON.stringify(json), VERSION)).toEqual(record)
  })

  test('a record without a history has no earlier certificates', () => {
    const record = recordOf(REVIEW)
    const json = JSON.parse(encodeRecord(record))
    delete json.history
    expect(decodeRecord(JSON.stringify({ ...json, version: 2 }), VERSION)).toEqual(record)
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

  test('a certificate of a record from before approvals were kept has no names and no approval', () => {
    const old = recordOf(REVIEW)
    const record = old.issued === null ? old : withIssued(old, old.issued)
    const [first] = record.history
    if (first === undefined) throw new Error('no certificate')
    const json = JSON.parse(encodeRecord(record))
    const { subject: _subject, sans: _sans, approval: _approval, ...entry } = json.history[0]
    const text = JSON.stringify({ ...json, version: 4, history: [entry], approvals: undefined })
    const history = [{ ...first, subject: '', sans: [], approval: null }]
    expect(decodeRecord(text, VERSION)).toEqual({ ...record, history })
  })

  test('a record without written sinks has written all that are complete', () => {
    const record = recordOf(REVIEW)
    const json = JSON.parse(encodeRecord(record))
    delete json.issued.written
    const written = (incomplete: readonly string[]) => {
      const text = JSON.stringify({ ...json, issued: { ...json.issued, incomplete } })
      const decoded = decodeRecord(text, VERSION)
      return decoded === 'newer' ? null : decoded?.issued?.written
    }
    const targets = record.issued?.sinks.map(sinkTarget) ?? []
    expect(targets).not.toEqual([])
    expect(written([])).toEqual(targets)
    expect(written(targets)).toEqual([])
  })

  test('a withdrawn record without the emptied count has no attempts after the withdrawal', () => {
    const emptied = (withdrawnAt: string | null) => {
      const json = JSON.parse(encodeRecord(recordOf(REVIEW)))
      delete json.emptied
      const decoded = decodeRecord(JSON.stringify({ ...json, n: 3, withdrawnAt }), VERSION)
      return decoded === 'newer' ? null : decoded?.emptied
    }
    expect(emptied(null)).toBe(0)
    expect(emptied('2026-03-01T12:00:00Z')).toBe(3)
  })

  test.each([
    ['of another version', { ...evidence(), version: 3 }],
    ['with an unknown member', { ...evidence(), verdict: 'approved' }],
    ['as text', 'approved'],
  ])('a record with evidence %s is refused', (_, value) => expect(decodedWith(value)).toBeNull())
})
