import { describe, expect, test } from '@jest/globals'
import type { Contributors } from '../../../../../src/core/approval/contributors/contributors.ts'
import type {
  Approvers,
  ProofFacts,
  Question,
} from '../../../../../src/core/approval/proof-facts.ts'
import {
  countFor,
  requiredBy,
  ruledReviewers,
} from '../../../../../src/core/approval/reviews/count-approvals.ts'
import type { ValidApproval } from '../../../../../src/core/approval/reviews/classify-reviews.ts'
import type { ApprovalRule } from '../../../../../src/domain/request/config.ts'
import type { BranchRules } from '../../../../../src/domain/proof/repository-facts.ts'
import {
  at,
  COLLEAGUE,
  evidencedApproval,
  approvers,
  OWNER,
  proofFacts,
  question,
  review,
  REVIEWER,
  rule,
  reviewerRights,
  STRANGER,
  usualEvidence,
} from '../../../../build/proof.ts'

const HANDS: Contributors = { people: new Map(), unattributed: null, hasUnknownPusher: false }
const branch = (requiredApprovals: number): BranchRules => ({
  requiredApprovals,
  requiredReviewers: [],
})

describe('approvals that a rule asks for', () => {
  interface Case {
    readonly by?: Partial<ApprovalRule>
    readonly asked?: Partial<Question>
    readonly hands?: Partial<Contributors>
    readonly branchRules?: BranchRules | null
  }

  test.each<[string, Case, number]>([
    ['as many as it says', { by: { required: 2 } }, 2],
    ['one at least', { by: { required: 0 } }, 1],
    ['as many as the branch asks for', { branchRules: branch(3) }, 3],
    [
      'as many as the rule says, where the branch asks for less',
      { by: { required: 2 }, branchRules: branch(1) },
      2,
    ],
    ['as many as the rule says, where rulesets cannot be read', { branchRules: null }, 1],
    ['one more for a file nobody can read', { asked: { extra: 1 } }, 2],
    [
      'one more where nobody stands behind a part',
      { hands: { unattributed: 'wrote commit h1' } },
      2,
    ],
    ['one more where nobody knows who pushed', { hands: { hasUnknownPusher: true } }, 2],
    [
      'one more, not two, for both',
      { hands: { unattributed: 'wrote commit h1', hasUnknownPusher: true } },
      2,
    ],
    [
      'one more for each of two reasons',
      { asked: { extra: 1 }, hands: { hasUnknownPusher: true } },
      3,
    ],
    [
      'one more than the branch asks for',
      { hands: { hasUnknownPusher: true }, branchRules: branch(2) },
      3,
    ],
  ])('%s', (_, { by = {}, asked = {}, hands = {}, branchRules = branch(0) }, expected) => {
    const named = { name: 'policy', rule: rule(by) }
    expect(
      requiredBy(named, question(asked), { ...HANDS, ...hands }, proofFacts({ branchRules })),
    ).toBe(expected)
  })
})

const valid = (changes: Partial<ValidApproval> = {}): ValidApproval => {
  return {
    reviewer: REVIEWER,
    review: review(),
    head: 'h1',
    headAge: 600,
    isOfMerged: true,
    bases: ['root'],
    ...changes,
  }
}

interface Counting {
  readonly by?: Partial<ApprovalRule>
  readonly each?: readonly ValidApproval[]
  readonly asked?: Partial<Question>
  readonly where?: Approvers
  readonly facts?: ProofFacts
}

function count({
  by = {},
  each = [valid()],
  asked = {},
  where = approvers(),
  facts = proofFacts(),
}: Counting) {
  const named = { name: 'policy', rule: rule(by) }
  return countFor(named, question(asked), { valid: each, lost: [], asking: [] }, where, facts)
}

describe('an approval counts', () => {
  test('now, for who may approve', () => {
    const { valid: counted, lost, warnings } = count({})
    expect(counted).toMatchObject([{ ...valid(), eligibleAt: at(60) }])
    expect([...lost, ...warnings]).toEqual([])
  })

  test('once for each of several', () => {
    const each = [valid(), valid({ reviewer: COLLEAGUE })]
    expect(count({ each }).valid.map(({ reviewer }) => reviewer.login)).toEqual([
      'reviewer',
      'colleague',
    ])
  })

  test.each([
    [
      'who may not approve',
      { by: { users: [OWNER] } },
      'APPROVAL_REVIEWER_NOT_ELIGIBLE',
      'does not count: reviewer is not among those who may approve it',
    ],
    [
      'whom it cannot be said of',
      { facts: proofFacts({ reviewerRights: reviewerRights({ permission: () => null }) }) },
      'APPROVAL_RIGHTS_UNREADABLE',
      'cannot be counted: the rights of reviewer cannot be read',
    ],
  ] as const)('not for %s', (_, told, code, text) => {
    expect(count(told)).toEqual({
      valid: [],
      lost: [expect.objectContaining({ reviewer: REVIEWER, code, text })],
      warnings: [],
    })
  })
})

describe('a remark, and strictly a refusal, is', () => {
  const young = valid({ headAge: 59 })

  test.each<[string, ValidApproval, string | null, string | null]>([
    ['nothing of the usual approval', valid(), null, null],
    ['a head that was pushed a minute before: nothing', valid({ headAge: 60 }), null, null],
    [
      'a head that was pushed less than a minute before',
      young,
      'APPROVAL_HEAD_YOUNG',
      'APPROVAL_HEAD_YOUNG',
    ],
    [
      'a head of the very second',
      valid({ headAge: 0 }),
      'APPROVAL_HEAD_YOUNG',
      'APPROVAL_HEAD_YOUNG',
    ],
    ['a head of unknown age: nothing', valid({ headAge: null }), null, null],
    [
      'another commit than the merged one, only strictly',
      valid({ isOfMerged: false }),
      null,
      'APPROVAL_NOT_HEAD',
    ],
  ])('%s', (_, each, remark, fault) => {
    const usual = count({ each: [each] })
    expect(usual.valid.length).toBe(1)
    expect(usual.warnings.map(({ code }) => code)).toEqual(remark === null ? [] : [remark])
    const strict = count({ each: [each], where: approvers({ strict: true }) })
    expect(strict.lost.map(({ code }) => code)).toEqual(fault === null ? [] : [fault])
    expect(strict.valid.length).toBe(fault === null ? 1 : 0)
  })

  test('said in words', () => {
    expect(count({ each: [young] }).warnings[0]?.message).toBe(
      'jane: the approval of reviewer came 59 s after the push it was for',
    )
  })
})

const DAY = 24 * 60

describe('a reviewer who may no longer approve', () => {
  const left = (now: number, changes: Counting = {}): Counting => ({
    facts: {
      ...proofFacts({ reviewerRights: reviewerRights({ permission: () => 'none' }) }),
      now: at(now),
    },
    asked: { purpose: 'renewal', earlier: usualEvidence() },
    ...changes,
  })

  test('counts at renewals for thirty days after the last run that found them eligible', () => {
    const { valid: counted, warnings } = count(left(40 + 30 * DAY))
    expect(counted.map(({ eligibleAt }) => eligibleAt)).toEqual([at(40)])
    expect(warnings.map(({ code }) => code)).toEqual(['APPROVAL_REVIEWER_LEFT'])
  })

  test('is told with the days that are left', () => {
    expect(count(left(40 + 10 * DAY)).warnings[0]?.message).toBe(
      'jane: reviewer, who approved it, may no longer approve; renewals go on for 20 more days',
    )
  })

  test.each<[string, Counting]>([
    ['not a minute longer', left(41 + 30 * DAY)],
    ['not at a first issue', left(50, { asked: { purpose: 'issue', earlier: usualEvidence() } })],
    [
      'not for a configuration',
      left(50, { asked: { purpose: 'configuration', earlier: usualEvidence() } }),
    ],
    [
      'not for a rule that they never counted for',
      left(50, {
        asked: {
          purpose: 'renewal',
          earlier: usualEvidence({ approvals: [evidencedApproval({ rules: ['another'] })] }),
        },
      }),
    ],
    ['not without evidence', left(50, { asked: { purpose: 'renewal', earlier: null } })],
    [
      'not by evidence of another review',
      left(50, {
        asked: {
          purpose: 'renewal',
          earlier: usualEvidence({ approvals: [evidencedApproval({ review: 7 })] }),
        },
      }),
    ],
    [
      "not by evidence of somebody else's",
      left(50, {
        asked: {
          purpose: 'renewal',
          earlier: usualEvidence({
            approvals: [evidencedApproval({ reviewer: { id: 7, login: 'reviewer' } })],
          }),
        },
      }),
    ],
    [
      'not by evidence of the future',
      left(50, {
        asked: {
          purpose: 'renewal',
          earlier: usualEvidence({
            approvals: [evidencedApproval({ eligibleAt: at(51).toISOString() })],
          }),
        },
      }),
    ],
    [
      'not by evidence without a time',
      left(50, {
        asked: {
          purpose: 'renewal',
          earlier: usualEvidence({ approvals: [evidencedApproval({ eligibleAt: 'soon' })] }),
        },
      }),
    ],
    [
      'not where they never may approve again',
      left(50, { where: approvers({ never: [REVIEWER] }) }),
    ],
  ])('%s', (_, told) => {
    expect(count(told).lost.map(({ code }) => code)).toEqual(['APPROVAL_REVIEWER_NOT_ELIGIBLE'])
    expect(count(told).valid).toEqual([])
  })

  test('is refused strictly for what strictly is refused', () => {
    const told = left(50, {
      each: [valid({ isOfMerged: false })],
      where: approvers({ strict: true }),
    })
    expect(count(told).lost.map(({ code }) => code)).toEqual(['APPROVAL_NOT_HEAD'])
  })
})

describe('reviews that a ruleset asks for', () => {
  const ruled = (
    filePatterns: readonly string[],
    minimumApprovals: number,
    member: boolean | null = true,
  ) => {
    const facts = proofFacts({
      branchRules: {
        requiredApprovals: 0,
        requiredReviewers: [{ filePatterns, minimumApprovals, teamId: 71 }],
      },
      reviewerRights: reviewerRights({
        isMember: ({ id }, { id: who }) => (id === 71 && who === REVIEWER.id ? member : false),
      }),
    })
    const said = {
      valid: [valid(), valid({ reviewer: STRANGER }), valid({ reviewer: COLLEAGUE })],
      lost: [],
      asking: [],
    }
    return ruledReviewers(
      question(),
      said,
      approvers({}, { teams: [{ slug: 'pki', id: 71 }] }),
      facts,
    )
  }

  test('are those of its team', () => {
    const [only, ...others] = ruled(['jane'], 1)
    expect(others).toEqual([])
    expect(only?.required).toBe(1)
    expect(only?.named).toEqual({
      name: 'the ruleset of main',
      rule: { required: 1, users: [], teams: [{ slug: 'pki', id: 71 }], codeOwners: false },
    })
    expect(only?.counted.valid.map(({ reviewer }) => reviewer.login)).toEqual(['reviewer'])
  })

  test.each<[string, readonly string[], number, number]>([
    ['for one of its patterns', ['mark', 'jane'], 2, 1],
    ['for every file where it has none', [], 1, 1],
    ['not for other files', ['mark'], 1, 0],
    ['not where it asks for none', ['jane'], 0, 0],
  ])('%s', (_, patterns, minimum, expected) => {
    expect(ruled(patterns, minimum).map(({ required }) => required)).toEqual(
      expected === 0 ? [] : [minimum],
    )
  })

  test('cannot be counted where the team cannot be read', () => {
    expect(ruled(['jane'], 1, null)[0]?.counted.lost[0]?.code).toBe('APPROVAL_TEAM_UNREADABLE')
  })

  test('of a team that nobody names are of nobody', () => {
    const facts = proofFacts({
      branchRules: {
        requiredApprovals: 0,
        requiredReviewers: [{ filePatterns: ['*'], minimumApprovals: 1, teamId: 72 }],
      },
    })
    const [only] = ruledReviewers(
      question(),
      { valid: [valid()], lost: [], asking: [] },
      approvers(),
      facts,
    )
    expect(only?.named.rule.teams).toEqual([{ id: 72, slug: 'with the id 72' }])
  })

  test('are none where rulesets cannot be read', () => {
    expect(
      ruledReviewers(
        question(),
        { valid: [], lost: [], asking: [] },
        approvers(),
        proofFacts({ branchRules: null }),
      ),
    ).toEqual([])
  })
})
