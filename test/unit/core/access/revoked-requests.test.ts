import { describe, expect, test } from '@jest/globals'
import {
  liftedBy,
  revocationsOf,
  revokedAccess,
  revocationsOfHolder,
  revokedProblem,
} from '../../../../src/core/access/revoked-requests.ts'
import type { Revocation } from '../../../../src/domain/cluster/revocation.ts'
import type { ApprovalProof } from '../../../../src/domain/proof/approved.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { approvedStep } from '../../../build/approved.ts'
import { effective, subject } from '../../../build/effective.ts'
import { evidence, OWNER, REVIEWER } from '../../../build/evidence.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { valueOf } from '../../../build/request.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

const EVIDENCE = evidence()
const MERGED = new Date(EVIDENCE.pullRequest.mergedAt)
const REVIEW: ApprovalProof = { kind: 'review', evidence: EVIDENCE, at: NOW, digest: '' }

function revocation(changes: Partial<Revocation> = {}): Revocation {
  return {
    what: 'request',
    value: 'jane',
    by: 'owner',
    at: MERGED,
    name: 'r',
    uid: 'u',
    ...changes,
  }
}

const [APPROVAL] = EVIDENCE.approvals
const APPROVED = new Date(APPROVAL?.at ?? '')

test('a change that was approved and merged after the revocation lifts it', () => {
  expect(liftedBy(REVIEW, revocation({ at: secondsAfter(APPROVED, -1) }))).toBe(true)
})

test('a change that was approved before the revocation and merged after it does not lift it', () => {
  expect(liftedBy(REVIEW, revocation({ at: APPROVED }))).toBe(false)
  expect(liftedBy(REVIEW, revocation({ at: secondsAfter(MERGED, -1) }))).toBe(false)
})

test('a change that landed before the revocation, or at the same moment, does not lift it', () => {
  expect(liftedBy(REVIEW, revocation())).toBe(false)
  expect(liftedBy(REVIEW, revocation({ at: secondsAfter(MERGED, 1) }))).toBe(false)
})

test('a change that was merged before the revocation and approved after it does not lift it', () => {
  const at = secondsAfter(MERGED, 60).toISOString()
  const approvals = EVIDENCE.approvals.map(each => ({ ...each, at }))
  const late: ApprovalProof = { ...REVIEW, evidence: evidence({ approvals }) }
  expect(liftedBy(late, revocation({ at: secondsAfter(MERGED, 30) }))).toBe(false)
})

test('a person at a terminal lifts no revocation', () => {
  expect(liftedBy(approvedStep().proof, revocation({ at: new Date(0) }))).toBe(false)
})

test('the revocations of a request are those of its name', () => {
  const others = [revocation({ value: 'robot' }), revocation({ what: 'grant' })]
  expect(revocationsOf('jane', [...others, revocation()])).toEqual([revocation()])
})

test('an old approval beside a new one does not lift a revocation', () => {
  const [approval] = EVIDENCE.approvals
  if (approval === undefined) throw new Error('no approval')
  const at = secondsAfter(new Date(approval.at), -1)
  const later = { ...approval, at: secondsAfter(at, 2).toISOString() }
  const older = { ...approval, at: secondsAfter(at, -1).toISOString() }
  const lifts = (...approvals: readonly (typeof approval)[]): boolean =>
    liftedBy({ ...REVIEW, evidence: { ...EVIDENCE, approvals } }, revocation({ at }))
  expect(lifts(later, later)).toBe(true)
  expect(lifts(later, older)).toBe(false)
})

describe('a request of another name', () => {
  const proofOf = (people: typeof EVIDENCE.contributors): ApprovalProof => ({
    ...REVIEW,
    evidence: evidence({
      contributors: people,
      pullRequest: { ...EVIDENCE.pullRequest, author: people[0] ?? null },
    }),
  })
  const jane = effective({ name: 'jane' })
  const { kind, digest } = REVIEW
  const proof = { kind, by: 'reviewer', digest, evidence: EVIDENCE }
  const records = [requestRecord(jane, { issued: issuedRecord(jane, { proof }) })]
  const other = effective({ name: 'robot' })
  const found = (request: typeof other, by: ApprovalProof, known = records) =>
    revocationsOfHolder(request, by, known, [revocation()])

  test('it is of the same holder if its common name is', () => {
    const renamed = { ...other, subject: jane.subject }
    expect(found(renamed, proofOf([OWNER]))).toHaveLength(1)
    expect(found(renamed, approvedStep().proof)).toHaveLength(1)
  })

  test('it may be of the same holder if one person wrote both', () => {
    expect(found(other, REVIEW)).toHaveLength(1)
    expect(found(other, proofOf([REVIEWER]))).toEqual([])
  })

  test('a review has to be later if nothing is recorded of the revoked request', () => {
    expect(found(other, proofOf([REVIEWER]), [])).toHaveLength(1)
    expect(found(other, approvedStep().proof, [])).toEqual([])
  })
})

test('the name of the login that revoked is quoted and cut: anybody who may create ConfigMaps can write one', () => {
  const by = `owner\n::error::\u{202E}${'x'.repeat(100_000)}`
  const { message } = revokedProblem(revocation({ by }), null)
  expect(message).toContain(String.raw`by "owner\n::error::\u{202e}xxx`)
  expect(message.length).toBeLessThan(300)
})

test('of a revoked request with an own key the key is named first: raising reissue would not help', () => {
  const group = `countersign:acme-certs:${'a'.repeat(20)}`
  const pkcs10 = valueOf(readPkcs10(opensslRequest({ subject: `/O=${group}/CN=jane` }).der))
  const access = [{ clusterRole: 'view', namespaces: null }]
  const own = effective({
    key: { kind: 'own', pkcs10 },
    subject: subject(`O=${group}`, 'CN=jane'),
    access,
  })
  const all = [revocation(), revocation({ what: 'grant', value: group })]
  expect(revokedAccess(own, null, all)?.hint).toContain('countersign new jane --own-key --rekey')
  expect(revokedAccess(own, null, all.slice(0, 1))?.hint).toContain('raise reissue')
  expect(revokedAccess(effective({ access }), null, all)?.hint).toContain('raise reissue')
  expect(revokedAccess(effective(), null, all)).toBeNull()
  expect(revokedAccess(effective({ name: 'joe', access }), null, all)).toBeNull()
})

test('of a revoked request with a changed file no approval is denied that nobody was asked about', () => {
  const access = [{ clusterRole: 'view', namespaces: null }]
  const record = requestRecord(effective({ access, blob: 'a'.repeat(40) }))
  const all = [revocation()]
  const changed = revokedAccess(effective({ access, blob: 'b'.repeat(40) }), record, all)
  expect(changed?.message).toMatch(
    /: its changed file issues only if it was approved and merged after that$/,
  )
  const same = revokedAccess(effective({ access, blob: 'a'.repeat(40) }), record, all)
  expect(same?.message).toContain('no approved change of its file came after that')
})
