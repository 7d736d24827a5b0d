import { describe, expect, test } from '@jest/globals'
import type { Contributors } from '../../../../src/core/approval/contributors/landing-contributors.ts'
import { missing } from '../../../../src/core/approval/approval-refusal.ts'
import type { RejectedApproval } from '../../../../src/core/approval/reviews/classify-reviews.ts'
import type { Code } from '../../../../src/domain/problem-codes.ts'
import type { ApprovalRule } from '../../../../src/domain/request/config.ts'
import {
  at,
  COLLEAGUE,
  OWNER,
  pullRequest,
  question,
  review,
  REVIEWER,
  rule,
} from '../../../build/proof.ts'

const NOBODY_ELSE: Contributors = {
  people: new Map(),
  otherPullPeople: new Map(),
  unattributed: null,
  hasUnknownPusher: false,
}

interface Case {
  readonly by?: Partial<ApprovalRule>
  readonly required?: number
  readonly counted?: number
  readonly lostHere?: readonly RejectedApproval[]
  readonly lostBefore?: readonly RejectedApproval[]
  readonly contributors?: Partial<Contributors>
}

function told({
  by = {},
  required = 1,
  counted = 0,
  lostHere = [],
  lostBefore = [],
  contributors = {},
}: Case) {
  const each = {
    reviewer: OWNER,
    review: review(),
    head: 'h1',
    headAge: null,
    isOfMerged: true,
    bases: ['root'],
    eligibleAt: at(60),
    rules: [],
  }
  const valid = Array.from({ length: counted }, () => each)
  return missing(
    {
      named: { name: 'policy people', rule: rule(by) },
      required,
      counted: { valid, lost: lostHere, warnings: [] },
    },
    {
      question: question(),
      pull: pullRequest(),
      contributors: { ...NOBODY_ELSE, ...contributors },
      said: { valid: [], lost: lostBefore, asking: [] },
    },
  )
}

const lost = (code: Code, text = 'is lost', reviewer = REVIEWER): RejectedApproval => ({
  reviewer,
  code,
  text,
})

describe('the message of a refusal', () => {
  test.each<[string, Case, string]>([
    [
      'how many approvals are needed',
      {},
      'jane needs 1 approval of a person with write access who did not contribute on pull request #1',
    ],
    [
      'who has to approve, and by which rule',
      { by: { users: [OWNER], teams: [{ slug: 'pki', id: 71 }], codeOwners: true } },
      'jane needs 1 approval of owner or team pki or the code owners (policy people) on pull request #1',
    ],
    [
      'how many approvals count',
      { required: 3, counted: 2 },
      'jane needs 3 approvals of a person with write access who did not contribute on pull request #1 and has 2',
    ],
    [
      'why each approval does not count',
      {
        lostHere: [lost('APPROVAL_NOT_HEAD', 'was late')],
        lostBefore: [lost('APPROVAL_SELF', 'does not count', COLLEAGUE)],
      },
      'jane needs 1 approval of a person with write access who did not contribute on pull request #1; the approval of reviewer was late; the approval of colleague does not count',
    ],
    [
      'why one more approval is needed',
      { contributors: { unattributed: 'wrote commit h1' } },
      'jane needs 1 approval of a person with write access who did not contribute on pull request #1; one more than usual, since no person is known who wrote commit h1',
    ],
    [
      'that the pusher is unknown',
      { contributors: { hasUnknownPusher: true } },
      'jane needs 1 approval of a person with write access who did not contribute on pull request #1; one more than usual, since GitHub does not say who pushed it',
    ],
  ])('the message says %s', (_, each, message) => {
    expect(told(each).message).toBe(message)
  })

  test('the hint says how to get an approval, and names app-token for an unreadable team', () => {
    expect(told({}).hint).toBe(
      'as a person, open a pull request with a diff that shows every unapproved line, and have it approved. To show a whole file, remove it in one pull request and add it in the next',
    )
    expect(told({ lostHere: [lost('APPROVAL_TEAM_UNREADABLE')] }).hint).toContain('app-token')
    const self = told({ lostBefore: [lost('APPROVAL_SELF')] })
    expect(self.hint).toContain('have it approved by a person who did not contribute. To show')
    const unnamed = { ...lost('APPROVAL_TEAM_UNREADABLE'), isUnnamed: true }
    expect(told({ lostHere: [unnamed] }).hint).toContain('name the team')
    expect(told({ lostBefore: [lost('APPROVAL_HIDDEN')] }).hint).toContain('no attributes hide it')
  })
})

describe('the code of a refusal', () => {
  test.each<[string, Case, Code]>([
    ['approvals are missing', {}, 'APPROVAL_MISSING'],
    ['approvals are missing, though there is one', { required: 2, counted: 1 }, 'APPROVAL_MISSING'],
    [
      'no person is known, where else there were enough',
      { required: 2, counted: 1, contributors: { unattributed: 'wrote' } },
      'APPROVAL_UNATTRIBUTED',
    ],
    [
      'no person is known, before that the pusher is unknown',
      { required: 2, counted: 1, contributors: { unattributed: 'wrote', hasUnknownPusher: true } },
      'APPROVAL_UNATTRIBUTED',
    ],
    [
      'the pusher is unknown',
      { required: 2, counted: 1, contributors: { hasUnknownPusher: true } },
      'APPROVAL_PUSHER_UNKNOWN',
    ],
    [
      'there are no approvals, before all of that',
      { contributors: { unattributed: 'wrote', hasUnknownPusher: true } },
      'APPROVAL_MISSING',
    ],
    [
      'an approval does not count, before all of that',
      {
        required: 2,
        counted: 1,
        lostBefore: [lost('APPROVAL_SELF')],
        contributors: { unattributed: 'wrote' },
      },
      'APPROVAL_SELF',
    ],
    [
      'the approval nearest to the merge does not count',
      {
        lostHere: [lost('APPROVAL_REVIEWER_NOT_ELIGIBLE')],
        lostBefore: [lost('APPROVAL_AFTER_MERGE'), lost('APPROVAL_OTHER_CONTENT')],
      },
      'APPROVAL_OTHER_CONTENT',
    ],
    [
      'a team cannot be read, before everything',
      { lostHere: [lost('APPROVAL_EXPIRED'), lost('APPROVAL_TEAM_UNREADABLE')] },
      'APPROVAL_TEAM_UNREADABLE',
    ],
  ])('the code says that %s', (_, each, code) => {
    expect(told(each).code).toBe(code)
  })
})
