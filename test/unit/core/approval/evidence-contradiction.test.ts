import { describe, expect, test } from '@jest/globals'
import { contradiction } from '../../../../src/core/approval/evidence-contradiction.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { PullRequest } from '../../../../src/domain/proof/pull-request.ts'
import {
  at,
  COLLEAGUE,
  evidencedApproval,
  pullRequest,
  question,
  review,
  usualEvidence,
} from '../../../build/proof.ts'

const USUAL = usualEvidence()
const told = (changes: Partial<Evidence['pullRequest']>): Partial<Evidence> => {
  return { pullRequest: { ...USUAL.pullRequest, ...changes } }
}
const approvals = (changes: Parameters<typeof evidencedApproval>[0]): Partial<Evidence> => {
  return { approvals: [evidencedApproval(changes)] }
}

const differs = (evidence: Partial<Evidence>, pull: Partial<PullRequest> = {}) =>
  contradiction(question({ recorded: usualEvidence(evidence) }), pullRequest(pull))

describe('evidence that agrees with GitHub', () => {
  test.each<[string, Partial<Evidence>, Partial<PullRequest>]>([
    ['where both say the same', {}, {}],
    ['where GitHub no longer knows the author', {}, { author: null }],
    ['where the record does not know the author', told({ author: null }), {}],
    ['where GitHub no longer knows the reviewer', {}, { reviews: [review({ author: null })] }],
    ['where the review was dismissed since', {}, { reviews: [review({ state: 'DISMISSED' })] }],
    [
      'where GitHub knows more reviews',
      {},
      { reviews: [review({ id: 7, author: COLLEAGUE }), review()] },
    ],
    ['where GitHub moved the commit of the review', {}, { reviews: [review({ commit: 'h9' })] }],
  ])('evidence agrees with GitHub %s', (_, evidence, pull) => {
    expect(differs(evidence, pull)).toBeNull()
  })

  test('missing evidence contradicts nothing', () => {
    expect(contradiction(question(), pullRequest())).toBeNull()
  })
})

describe('evidence that contradicts GitHub', () => {
  test.each<[string, Partial<Evidence>, Partial<PullRequest>]>([
    ['the file', { path: 'other' }, {}],
    ['the file', { blob: 'c' }, {}],
    ['the pull request', told({ number: 2 }), {}],
    ['the author', {}, { author: COLLEAGUE }],
    ['the merge commit', told({ mergeCommit: 'm2' }), {}],
    ['the time of the merge', told({ mergedAt: at(31).toISOString() }), {}],
    ['the merge commit, the time of the merge', {}, { merged: null }],
    ['the reviews', approvals({ review: 7 }), {}],
    ['the reviews', approvals({ at: at(21).toISOString() }), {}],
    ['the reviews', approvals({ reviewer: { id: COLLEAGUE.id, login: 'reviewer' } }), {}],
    ['the reviews', {}, { reviews: [review({ state: 'COMMENTED' })] }],
    ['the reviews', {}, { reviews: [review({ state: 'PENDING' })] }],
    ['the reviews', { approvals: [evidencedApproval(), evidencedApproval({ review: 7 })] }, {}],
  ])('evidence that differs in %s is refused (case %#)', (what, evidence, pull) => {
    expect(differs(evidence, pull)).toMatchObject({
      code: 'APPROVAL_EVIDENCE_DIFFERS',
      message: `the evidence that the record keeps for jane is not what GitHub says of ${what}`,
    })
  })
})
