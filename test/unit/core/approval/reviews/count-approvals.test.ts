import { describe, expect, test } from '@jest/globals'
import type { Contributors } from '../../../../../src/core/approval/contributors/landing-contributors.ts'
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

const NOBODY_ELSE: Contributors = {
  people: new Map(),
  otherPullPeople: new Map(),
  unattributed: null,
  hasUnknownPusher: false,
}
const branch = (requiredApprovals: number): BranchRules => ({
  requiredApprovals,
  requiredReviewers: [],
})

describe('the number of approvals that a rule requires', () => {
  interface Case {
    readonly by?: Partial<ApprovalRule>
    readonly asked?: Partial<Question>
    readonly contributors?: Partial<Contributors>
    readonly branchRules?: BranchRules | null
  }

  test.each<[string, Case, number]>([
    ['the number in the rule', { by: { required: 2 } }, 2],
    ['one approval at least', { by: { required: 0 } }, 1],
    ['the number that the branch requires', { branchRules: branch(3) }, 3],
    [
      'the number in the rule, where the branch requires fewer',
      { by: { required: 2 }, branchRules: branch(1) },
      2,
    ],
    ['the number in the rule, where rulesets cannot be read', { branchRules: null }, 1],
    ['one more for a file that cannot be read', { asked: { extraApprovals: 1 } }, 2],
    [
      'one more where a part has no person',
      { contributors: { unattributed: 'wrote commit h1' } },
      2,
    ],
    ['one more where a pusher is unknown', { contributors: { hasUnknownPusher: true } }, 2],
    [
      'one more, not two, for both',
      { contributors: { unattributed: 'wrote commit h1', hasUnknownPusher: true } },
      2,
    ],
    [
      'one more for each of two reasons',
      { asked: { extraApprovals: 1 }, contributors: { hasUnknownPusher: true } },
      3,
    ],
    [
      'one more than the branch requires',
      { contributors: { hasUnknownPusher: true }, branchRules: branch(2) },
      3,
    ],
  ])(
    'a rule requires %s',
    (_, { by = {}, asked = {}, contributors = {}, branchRules = branch(0) }, expected) => {
      const named = { name: 'policy', rule: rule(by) }
      expect(
        requiredBy(
          named,
          question(asked),
          { ...NOBODY_ELSE, ...contributors },
          proofFacts({ branchRules }),
        ),
      ).toBe(expected)
    },
  )
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

describe('a counted approval', () => {
  test('an approval of a person who may approve counts now', () => {
    const { valid: counted, lost, warnings } = count({})
    expect(counted).toMatchObject([{ ...valid(), eligibleAt: at(60) }])
    expect([...lost, ...warnings]).toEqual([])
  })

  test('the approvals of several people count once each', () => {
    const each = [valid(), valid({ reviewer: COLLEAGUE })]
    expect(count({ each }).valid.map(({ reviewer }) => reviewer.login)).toEqual([
      'reviewer',
      'colleague',
    ])
  })

  test('strict mode refuses a head of unknown age for a withdrawal, as approval-rule.md says', () => {
    const each = valid({ headAge: null, review: review({ id: 501 }) })
    const asked = { purpose: 'withdrawal' } as const
    const strict = count({ each: [each], asked, where: approvers({ strict: true }) })
    expect(strict.lost.map(({ code }) => code)).toEqual(['APPROVAL_HEAD_YOUNG'])
  })

  test.each([
    [
      'a person who may not approve',
      { by: { users: [OWNER] } },
      'APPROVAL_REVIEWER_NOT_ELIGIBLE',
      'does not count: reviewer is not among those who may approve it',
    ],
    [
      'a person with unknown rights',
      { facts: proofFacts({ reviewerRights: reviewerRights({ permission: () => null }) }) },
      'APPROVAL_RIGHTS_UNREADABLE',
      'cannot be counted: the rights of reviewer cannot be read',
    ],
  ] as const)('an approval does not count for %s', (_, told, code, text) => {
    expect(count(told)).toEqual({
      valid: [],
      lost: [expect.objectContaining({ reviewer: REVIEWER, code, text })],
      warnings: [],
    })
  })
})

describe('a warning that strict mode refuses', () => {
  const young = valid({ headAge: 59 })

  test.each<[string, ValidApproval, string | null, string | null]>([
    ['the usual approval has no warning', valid(), null, null],
    ['a head that was pushed a minute before has no warning', valid({ headAge: 60 }), null, null],
    [
      'a head that was pushed less than a minute before has a warning',
      young,
      'APPROVAL_HEAD_YOUNG',
      'APPROVAL_HEAD_YOUNG',
    ],
    [
      'a head that was pushed in the same second has a warning',
      valid({ headAge: 0 }),
      'APPROVAL_HEAD_YOUNG',
      'APPROVAL_HEAD_YOUNG',
    ],
    [
      'a head of unknown age is refused in strict mode only',
      valid({ headAge: null }),
      null,
      'APPROVAL_HEAD_YOUNG',
    ],
    [
      'another commit than the merged one is refused in strict mode only',
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

  test.each<[string, Partial<Question>]>([
    ['that a run counted before', { recorded: usualEvidence() }],
    ['of configuration', { purpose: 'configuration' }],
    ['of an earlier version', { purpose: 'past' }],
  ])('strict mode accepts a head of unknown age for an approval %s', (_, asked) => {
    const each = valid({ headAge: null, review: review({ id: 501 }) })
    const strict = count({ each: [each], asked, where: approvers({ strict: true }) })
    expect(strict.lost).toEqual([])
  })

  test('the warning says how old the head was', () => {
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
    asked: { purpose: 'renewal', recorded: usualEvidence() },
    ...changes,
  })

  test('the approval counts at renewals for thirty days after the last run that found the reviewer eligible', () => {
    const { valid: counted, warnings } = count(left(40 + 30 * DAY))
    expect(counted.map(({ eligibleAt }) => eligibleAt)).toEqual([at(40)])
    expect(warnings.map(({ code }) => code)).toEqual(['APPROVAL_REVIEWER_LEFT'])
  })

  test.each<[string, Partial<ApprovalRule>]>([
    ['of nobody', {}],
    ['of the reviewer', { users: [{ id: REVIEWER.id, login: REVIEWER.login }] }],
  ])('the approval counts for a rule %s under another name', (_, by) => {
    const recorded = usualEvidence({ approvals: [evidencedApproval({ rules: ['another'] })] })
    expect(count(left(50, { by, asked: { purpose: 'renewal', recorded } })).valid.length).toBe(1)
  })

  test('the approval of a past version counts where the members of its team cannot be read', () => {
    const unread = reviewerRights({ permission: () => 'write', isMember: () => null })
    const facts = { ...proofFacts({ reviewerRights: unread }), now: at(50) }
    const by = { teams: [{ slug: 'pki', id: 71 }] }
    const codesFor = (purpose: 'past' | 'renewal', rules: readonly string[]) => {
      const recorded = usualEvidence({ approvals: [evidencedApproval({ rules })] })
      return count({ by, facts, asked: { purpose, recorded } }).lost.map(({ code }) => code)
    }
    expect(codesFor('past', ['policy', 'team 71'])).toEqual([])
    const unreadable = ['APPROVAL_TEAM_UNREADABLE']
    expect(codesFor('renewal', ['policy', 'team 71'])).toEqual(unreadable)
    // The policy asked for another team when the reviewer counted.
    expect(codesFor('past', ['policy', 'team 72'])).toEqual(unreadable)
  })

  test('the warning names the days that are left', () => {
    expect(count(left(40 + 10 * DAY)).warnings[0]?.message).toBe(
      'jane: reviewer, who approved it, may no longer approve; renewals continue for 20 more days',
    )
  })

  test.each<[string, Counting]>([
    ['a minute after the grace period', left(41 + 30 * DAY)],
    ['at a first issue', left(50, { asked: { purpose: 'change', recorded: usualEvidence() } })],
    [
      'for a configuration',
      left(50, { asked: { purpose: 'configuration', recorded: usualEvidence() } }),
    ],
    [
      'for a rule of a team that it never counted for',
      left(50, {
        by: { teams: [{ slug: 'pki', id: 71 }] },
        asked: {
          purpose: 'renewal',
          recorded: usualEvidence({ approvals: [evidencedApproval({ rules: ['another'] })] }),
        },
      }),
    ],
    ['without evidence', left(50, { asked: { purpose: 'renewal', recorded: null } })],
    [
      'by evidence of another review',
      left(50, {
        asked: {
          purpose: 'renewal',
          recorded: usualEvidence({ approvals: [evidencedApproval({ review: 7 })] }),
        },
      }),
    ],
    [
      'by evidence of another reviewer',
      left(50, {
        asked: {
          purpose: 'renewal',
          recorded: usualEvidence({
            approvals: [evidencedApproval({ reviewer: { id: 7, login: 'reviewer' } })],
          }),
        },
      }),
    ],
    [
      'by evidence from the future',
      left(50, {
        asked: {
          purpose: 'renewal',
          recorded: usualEvidence({
            approvals: [evidencedApproval({ eligibleAt: at(51).toISOString() })],
          }),
        },
      }),
    ],
    [
      'by evidence without a time',
      left(50, {
        asked: {
          purpose: 'renewal',
          recorded: usualEvidence({ approvals: [evidencedApproval({ eligibleAt: 'soon' })] }),
        },
      }),
    ],
    [
      'where the reviewer is in approval.never',
      left(50, { where: approvers({ never: [REVIEWER] }) }),
    ],
  ])('the approval does not count %s', (_, told) => {
    expect(count(told).lost.map(({ code }) => code)).toEqual(['APPROVAL_REVIEWER_NOT_ELIGIBLE'])
    expect(count(told).valid).toEqual([])
  })

  test('the approval is refused in strict mode for the same reasons as any other', () => {
    const told = left(50, {
      each: [valid({ isOfMerged: false })],
      where: approvers({ strict: true }),
    })
    expect(count(told).lost.map(({ code }) => code)).toEqual(['APPROVAL_NOT_HEAD'])
  })
})

describe('reviews that a ruleset requires', () => {
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

  test('the required reviews are those of the team', () => {
    const [only, ...others] = ruled(['jane'], 1)
    expect(others).toEqual([])
    expect(only?.required).toBe(1)
    expect(only?.named).toEqual({
      name: 'the rulesets, for the team with the id 71',
      rule: { required: 1, users: [], teams: [{ slug: 'pki', id: 71 }], codeOwners: false },
    })
    expect(only?.counted.valid.map(({ reviewer }) => reviewer.login)).toEqual(['reviewer'])
  })

  test.each<[string, readonly string[], number, number]>([
    ['with one matching pattern', ['mark', 'jane'], 2, 1],
    ['without patterns', [], 1, 1],
    ['with no matching pattern', ['mark'], 1, 0],
    ['with a minimum of zero', ['jane'], 0, 0],
  ])('the ruleset requires its reviews %s', (_, patterns, minimum, expected) => {
    expect(ruled(patterns, minimum).map(({ required }) => required)).toEqual(
      expected === 0 ? [] : [minimum],
    )
  })

  test('the required reviews cannot be counted where the team cannot be read', () => {
    expect(ruled(['jane'], 1, null)[0]?.counted.lost[0]?.code).toBe('APPROVAL_TEAM_UNREADABLE')
  })

  test('a required team that the configuration does not name is shown by its id', () => {
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

  test('no reviews are required where rulesets cannot be read', () => {
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
