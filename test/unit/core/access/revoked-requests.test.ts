import { expect, test } from '@jest/globals'
import { liftedBy, revocationsOf } from '../../../../src/core/access/revoked-requests.ts'
import type { Revocation } from '../../../../src/domain/cluster/revocation.ts'
import type { ApprovalProof } from '../../../../src/domain/proof/approved.ts'
import { approvedStep } from '../../../build/approved.ts'
import { evidence } from '../../../build/evidence.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'

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

test('a person at a terminal lifts no revocation', () => {
  expect(liftedBy(approvedStep().proof, revocation({ at: new Date(0) }))).toBe(false)
})

test('the revocations of a request are those of its name', () => {
  const others = [revocation({ value: 'joe' }), revocation({ what: 'grant' })]
  expect(revocationsOf('jane', [...others, revocation()])).toEqual([revocation()])
})
