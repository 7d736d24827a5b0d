import { describe, expect, test } from '@jest/globals'
import { isTakenBack, mayEnd } from '../../../../../src/core/approval/reviews/revoked-approvals.ts'
import type { Question } from '../../../../../src/core/approval/proof-facts.ts'
import type { Account } from '../../../../../src/domain/proof/account.ts'
import type { Dismissal, PullRequest } from '../../../../../src/domain/proof/pull-request.ts'
import {
  ANYBODY,
  asked,
  at,
  COLLEAGUE,
  approvers,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  review,
  REVIEWER,
  ROBOT,
  rule,
  usualEvidence,
} from '../../../../build/proof.ts'

const may = (account: Account, about: Question): boolean =>
  mayEnd(account, about, approvers({ configuration: rule({ users: [OWNER] }) }), proofFacts())

describe('a first issue, a configuration and a past version can be ended by', () => {
  test.each(['issue', 'configuration', 'past'] as const)(
    'everybody whom a rule could count (%s)',
    purpose => {
      expect(may(COLLEAGUE, question({ purpose }))).toBe(true)
      expect(may(ROBOT, question({ purpose }))).toBe(false)
      const named = { name: 'floor', rule: rule({ users: [REVIEWER] }) }
      const closed = asked({ users: [REVIEWER] }, { purpose, floor: named })
      expect(may(REVIEWER, closed)).toBe(true)
      expect(may(COLLEAGUE, closed)).toBe(false)
    },
  )
})

describe('a renewal', () => {
  const renewal: Partial<Question> = { purpose: 'renewal', earlier: usualEvidence() }
  const floor = { name: 'floor', rule: ANYBODY }

  test.each<[string, Account, Question, boolean]>([
    ['is ended by a reviewer who was counted', REVIEWER, question(renewal), true],
    [
      'is ended by a reviewer who was counted, whoever a rule names today',
      REVIEWER,
      asked({ users: [COLLEAGUE] }, renewal),
      true,
    ],
    [
      'is ended by a person whom a rule names',
      COLLEAGUE,
      asked({ users: [COLLEAGUE] }, { ...renewal, floor }),
      true,
    ],
    [
      'is not ended by a person who could only count for a rule that names nobody',
      OWNER,
      asked({ users: [COLLEAGUE] }, { ...renewal, floor }),
      false,
    ],
    [
      'is ended by an owner of the configuration, where no rule names anybody',
      OWNER,
      question(renewal),
      true,
    ],
    [
      'is not ended by others who can write, where no rule names anybody',
      COLLEAGUE,
      question(renewal),
      false,
    ],
  ])('%s', (_, account, about, expected) => {
    expect(may(account, about)).toBe(expected)
  })
})

describe('a counted approval', () => {
  /** By somebody without a say, after the merge. */
  const dismissal: Dismissal = { review: 501, at: at(40), by: ROBOT, was: 'APPROVED' }
  const isEnded = (changes: Partial<PullRequest>): boolean =>
    isTakenBack(
      501,
      pullRequest(changes),
      question({ purpose: 'renewal', earlier: usualEvidence() }),
      approvers({ configuration: rule({ users: [OWNER] }) }),
      proofFacts(),
    )
  const dismissed = [review({ state: 'DISMISSED' })]

  test('outlives a dismissal by somebody without a say, and no other', () => {
    expect(isEnded({ reviews: dismissed, dismissals: [dismissal] })).toBe(false)
    expect(isEnded({ reviews: dismissed, dismissals: [{ ...dismissal, by: OWNER }] })).toBe(true)
  })

  test.each<[string, Partial<PullRequest>]>([
    ['is gone', { reviews: [] }],
    ['says something else', { reviews: [review({ state: 'CHANGES_REQUESTED' })] }],
  ])('is taken back where its review %s, whoever dismissed it', (_, changes) => {
    expect(isEnded({ ...changes, dismissals: [dismissal] })).toBe(true)
  })

  test('stands where GitHub still says APPROVED', () => {
    expect(isEnded({ dismissals: [{ ...dismissal, by: OWNER }] })).toBe(false)
  })

  test.each<[string, readonly Dismissal[]]>([
    ['no dismissal is listed', []],
    ['only one of another review is', [{ ...dismissal, review: 502 }]],
    ['nobody is named who dismissed it', [{ ...dismissal, by: null }]],
    ['it was dismissed before the merge', [{ ...dismissal, at: at(29) }]],
    ['it was dismissed in the second of the merge', [{ ...dismissal, at: at(30) }]],
  ])('is taken back where %s', (_, dismissals) => {
    expect(isEnded({ reviews: dismissed, dismissals })).toBe(true)
  })

  test('is taken back where the review said something else when it was dismissed', () => {
    const other = { ...dismissal, was: 'CHANGES_REQUESTED' } as const
    expect(isEnded({ reviews: dismissed, dismissals: [dismissal, other] })).toBe(true)
  })
})
