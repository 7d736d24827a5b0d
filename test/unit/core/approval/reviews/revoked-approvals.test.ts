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

describe('a dismissal of an issue, a configuration or a past version', () => {
  test.each(['change', 'configuration', 'past'] as const)(
    'any person whom a rule could count may revoke an approval (%s)',
    purpose => {
      expect(may(COLLEAGUE, question({ purpose }))).toBe(true)
      expect(may(ROBOT, question({ purpose }))).toBe(false)
      const named = { name: 'minimum', rule: rule({ users: [REVIEWER] }) }
      const closed = asked({ users: [REVIEWER] }, { purpose, minimum: named })
      expect(may(REVIEWER, closed)).toBe(true)
      expect(may(COLLEAGUE, closed)).toBe(false)
    },
  )
})

describe('a dismissal at a renewal', () => {
  const renewal: Partial<Question> = { purpose: 'renewal', recorded: usualEvidence() }
  const minimum = { name: 'minimum', rule: ANYBODY }

  test('a person whom a rule or the configuration named at the merge may revoke it, and a barred one may not', () => {
    const { anyOf } = asked({ users: [COLLEAGUE] })
    const then = (configuration: Account, never: readonly Account[] = []) => ({
      anyOf,
      minimum,
      approvers: approvers({ configuration: rule({ users: [configuration] }), never }),
    })
    const today = asked({ users: [REVIEWER] }, { ...renewal, minimum })
    expect(may(COLLEAGUE, today)).toBe(false)
    expect(may(COLLEAGUE, { ...today, otherRules: then(OWNER) })).toBe(true)
    expect(may(COLLEAGUE, { ...today, otherRules: then(OWNER, [COLLEAGUE]) })).toBe(false)
    const open = question({ ...renewal, minimum })
    const openThen = { ...then(COLLEAGUE), anyOf: open.anyOf }
    expect(may(COLLEAGUE, { ...open, otherRules: openThen })).toBe(true)
  })

  test.each<[string, Account, Question, boolean]>([
    ['a counted reviewer may revoke it', REVIEWER, question(renewal), true],
    [
      'a counted reviewer may revoke it, whomever a rule names today',
      REVIEWER,
      asked({ users: [COLLEAGUE] }, renewal),
      true,
    ],
    [
      'a person whom a rule names may revoke it',
      COLLEAGUE,
      asked({ users: [COLLEAGUE] }, { ...renewal, minimum }),
      true,
    ],
    [
      'a person who could count only for a rule that names nobody may not revoke it',
      OWNER,
      asked({ users: [COLLEAGUE] }, { ...renewal, minimum }),
      false,
    ],
    [
      'an owner of the configuration may revoke it where no rule names anybody',
      OWNER,
      question(renewal),
      true,
    ],
    [
      'another person who can write may not revoke it where no rule names anybody',
      COLLEAGUE,
      question(renewal),
      false,
    ],
  ])('%s', (_, account, about, expected) => {
    expect(may(account, about)).toBe(expected)
  })
})

describe('a counted approval', () => {
  /** By a person who may not approve, after the merge. */
  const dismissal: Dismissal = { review: 501, at: at(40), by: ROBOT, was: 'APPROVED' }
  const isEnded = (changes: Partial<PullRequest>): boolean =>
    isTakenBack(
      501,
      pullRequest(changes),
      question({ purpose: 'renewal', recorded: usualEvidence() }),
      approvers({ configuration: rule({ users: [OWNER] }) }),
      proofFacts(),
    )
  const dismissed = [review({ state: 'DISMISSED' })]

  test('a dismissal by a person who may not approve does not end the approval, and another does', () => {
    expect(isEnded({ reviews: dismissed, dismissals: [dismissal] })).toBe(false)
    expect(isEnded({ reviews: dismissed, dismissals: [{ ...dismissal, by: OWNER }] })).toBe(true)
  })

  test.each<[string, Partial<PullRequest>]>([
    ['is gone', { reviews: [] }],
    ['says something else', { reviews: [review({ state: 'CHANGES_REQUESTED' })] }],
  ])('an approval is revoked where its review %s', (_, changes) => {
    expect(isEnded({ ...changes, dismissals: [dismissal] })).toBe(true)
  })

  test('an approval is valid where GitHub still says APPROVED', () => {
    expect(isEnded({ dismissals: [{ ...dismissal, by: OWNER }] })).toBe(false)
  })

  test.each<[string, readonly Dismissal[]]>([
    ['no dismissal is listed', []],
    ['only a dismissal of another review is listed', [{ ...dismissal, review: 502 }]],
    ['the dismissal has no author', [{ ...dismissal, by: null }]],
    ['it was dismissed before the merge', [{ ...dismissal, at: at(29) }]],
    ['it was dismissed in the second of the merge', [{ ...dismissal, at: at(30) }]],
  ])('an approval is revoked where %s', (_, dismissals) => {
    expect(isEnded({ reviews: dismissed, dismissals })).toBe(true)
  })

  test('an approval is revoked where the review had another state when it was dismissed', () => {
    const other = { ...dismissal, was: 'CHANGES_REQUESTED' } as const
    expect(isEnded({ reviews: dismissed, dismissals: [dismissal, other] })).toBe(true)
  })
})
