import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { judgeApproval } from '../../../../src/core/approval/judge-approval.ts'
import { readCodeOwners } from '../../../../src/core/approval/reviews/code-owners.ts'
import type { Approval } from '../../../../src/core/approval/judge-approval.ts'
import type { Approvers, Question } from '../../../../src/core/approval/proof-facts.ts'
import type { Checked } from '../../../../src/domain/problem.ts'
import type { PullRequest, Review } from '../../../../src/domain/proof/pull-request.ts'
import {
  asked,
  at,
  AUTHOR,
  COLLEAGUE,
  evidencedApproval,
  approvers,
  JANE,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  review,
  REVIEWER,
  ROBOT,
  rule,
  reviewerRights,
  STRANGER,
  usualEvidence,
  USUAL_MOVES,
} from '../../../build/proof.ts'
import { valueOf } from '../../../build/request.ts'

interface Case {
  readonly about?: Question
  readonly pull?: Partial<PullRequest>
  readonly where?: Approvers
  readonly told?: Parameters<typeof proofFacts>[0]
}

function judged({
  about = question(),
  pull = {},
  where = approvers(),
  told = {},
}: Case): Checked<Approval> {
  return judgeApproval(about, where, proofFacts({ pulls: [pullRequest(pull)], ...told }))
}

const codes = (each: Case): readonly string[] => {
  const answer = judged(each)
  return answer.ok ? [] : answer.problems.map(({ code }) => code)
}
const message = (each: Case): string => {
  const answer = judged(each)
  return answer.ok ? '' : answer.problems[0].message
}
const countedLogins = (each: Case): readonly string[] =>
  valueOf(judged(each)).counted.map(({ reviewer }) => reviewer.login)

const both = [review(), review({ id: 502, author: COLLEAGUE })]
const STRICT = approvers({ strict: true })

describe('approved bytes', () => {
  test('the answer holds everything that led to the approval', () => {
    const approval = valueOf(judged({}))
    expect(approval.pull.number).toBe(1)
    expect(approval.mergeSource.move?.kind).toBe('pullRequestMerge')
    expect([...approval.contributors.people.keys()]).toEqual([AUTHOR.id])
    expect(approval.counted.map(({ reviewer }) => reviewer.login)).toEqual(['reviewer'])
    expect(approval.rule.name).toBe('approval.requests')
    expect(approval.required).toBe(1)
    expect(approval.warnings).toEqual([])
  })

  test.each<[string, Case]>([
    ['in strict mode', { where: STRICT }],
    [
      'through the merge queue, in strict mode',
      {
        where: STRICT,
        told: {
          moves: [
            USUAL_MOVES[0] ?? move('0 branchCreation 0 > root'),
            move('30 mergeQueueMerge root > m1'),
          ],
        },
      },
    ],
    ['by two people', { about: asked({ required: 2 }), pull: { reviews: both } }],
    ['by a named person', { about: asked({ users: [REVIEWER] }) }],
    [
      'by the rule of one of two policies',
      {
        about: question({
          anyOf: [
            { name: 'one', rule: rule({ users: [OWNER] }) },
            { name: 'other', rule: rule({ users: [REVIEWER] }) },
          ],
        }),
      },
    ],
    [
      'though a person who may not approve asked for changes',
      {
        pull: {
          reviews: [review(), review({ id: 502, author: STRANGER, state: 'CHANGES_REQUESTED' })],
        },
      },
    ],
    [
      'as often as the branch requires',
      {
        pull: { reviews: both },
        told: { branchRules: { requiredApprovals: 2, requiredReviewers: [] } },
      },
    ],
  ])('bytes are approved %s', (_, each) => {
    expect(codes(each)).toEqual([])
  })

  test('bytes are approved by the rule of the policy that is met', () => {
    const about = question({
      anyOf: [
        { name: 'one', rule: rule({ users: [OWNER] }) },
        { name: 'other', rule: rule({ users: [REVIEWER] }) },
      ],
    })
    expect(valueOf(judged({ about })).rule.name).toBe('other')
  })

  test('the strictest rule sets the number of approvals', () => {
    const minimum = { name: 'approval.requests', rule: rule({ required: 2 }) }
    expect(
      valueOf(judged({ about: question({ minimum }), pull: { reviews: both } })).required,
    ).toBe(2)
    expect(
      valueOf(judged({ about: asked({ required: 2 }), pull: { reviews: both } })).required,
    ).toBe(2)
  })

  test('everybody who counts for the policy, the minimum or the ruleset is counted once', () => {
    const about = question({
      anyOf: [{ name: 'policy', rule: rule({ users: [REVIEWER] }) }],
      minimum: { name: 'minimum', rule: rule({ users: [COLLEAGUE, REVIEWER] }) },
    })
    const reviews = [...both, review({ id: 503, author: OWNER })]
    const team = { slug: 'pki', id: 71 }
    const told = {
      branchRules: {
        requiredApprovals: 0,
        requiredReviewers: [{ filePatterns: ['*'], minimumApprovals: 1, teamId: 71 }],
      },
      reviewerRights: reviewerRights({ isMember: (_, { id }) => id === OWNER.id }),
    }
    expect(
      countedLogins({ about, pull: { reviews }, told, where: approvers({}, { teams: [team] }) }),
    ).toEqual(['reviewer', 'colleague', 'owner'])
  })

  test('a reviewer who counts for the policy and for the minimum is counted with the names of both', () => {
    const about = question({
      anyOf: [{ name: 'policy', rule: rule({ users: [REVIEWER] }) }],
      minimum: { name: 'minimum', rule: rule({}) },
    })
    expect(valueOf(judged({ about })).counted.map(({ rules }) => rules)).toEqual([
      ['policy', 'minimum'],
    ])
  })

  test('a merge by a push is a warning', () => {
    const moves = [move('0 branchCreation 0 > root'), move('30 push root > m1 by colleague')]
    expect(valueOf(judged({ told: { moves } })).warnings).toEqual([
      {
        code: 'APPROVAL_MERGED_BY_PUSH',
        at: null,
        message: 'jane: colleague merged pull request #1 by a push',
        hint: null,
      },
    ])
  })

  test('a merge of unknown kind is a warning', () => {
    expect(valueOf(judged({ told: { moves: null } })).warnings[0]?.message).toBe(
      'jane: GitHub does not say how main came to hold pull request #1',
    )
  })

  test('two rules that give the same warning give it once', () => {
    const pull = { pushes: [move('19.30 branchCreation 0 > h1')] }
    expect(valueOf(judged({ pull })).warnings.map(({ code }) => code)).toEqual([
      'APPROVAL_HEAD_YOUNG',
    ])
  })
})

describe('unapproved bytes', () => {
  test.each<[string, Case, readonly string[]]>([
    ['without a review', { pull: { reviews: [] } }, ['APPROVAL_MISSING']],
    [
      'with a comment only',
      { pull: { reviews: [review({ state: 'COMMENTED' })] } },
      ['APPROVAL_MISSING'],
    ],
    [
      'with an approval of their author only',
      { pull: { reviews: [review({ author: AUTHOR })] } },
      ['APPROVAL_SELF'],
    ],
    [
      'with an approval of a bot only',
      { pull: { reviews: [review({ author: ROBOT })] } },
      ['APPROVAL_REVIEWER_NOT_ELIGIBLE'],
    ],
    [
      'with an approval of a person who cannot write only',
      { pull: { reviews: [review({ author: STRANGER })] } },
      ['APPROVAL_REVIEWER_NOT_ELIGIBLE'],
    ],
    [
      'with one approval where two are required',
      { about: asked({ required: 2 }) },
      ['APPROVAL_MISSING'],
    ],
    [
      'with two approvals of one person where two are required',
      {
        about: asked({ required: 2 }),
        pull: { reviews: [review(), review({ id: 502, at: at(25) })] },
      },
      ['APPROVAL_MISSING'],
    ],
    [
      'where the minimum requires more',
      { about: question({ minimum: { name: 'minimum', rule: rule({ required: 2 }) } }) },
      ['APPROVAL_MISSING'],
    ],
    [
      'where the policy requires another reviewer',
      { about: asked({ users: [OWNER] }) },
      ['APPROVAL_REVIEWER_NOT_ELIGIBLE'],
    ],
    [
      'where the branch requires more',
      { told: { branchRules: { requiredApprovals: 2, requiredReviewers: [] } } },
      ['APPROVAL_MISSING'],
    ],
    [
      'where a ruleset requires others',
      {
        told: {
          branchRules: {
            requiredApprovals: 0,
            requiredReviewers: [{ filePatterns: ['jane'], minimumApprovals: 1, teamId: 71 }],
          },
        },
      },
      ['APPROVAL_REVIEWER_NOT_ELIGIBLE'],
    ],
    [
      'with one approval where the file cannot be read',
      { about: question({ extraApprovals: 1 }) },
      ['APPROVAL_MISSING'],
    ],
    [
      'with one approval where a bot pushed them',
      { pull: { pushes: [move('10 branchCreation 0 > h1 by robot[bot]')] } },
      ['APPROVAL_UNATTRIBUTED'],
    ],
    [
      'with one approval where the pusher is unknown',
      { pull: { pushes: null } },
      ['APPROVAL_PUSHER_UNKNOWN'],
    ],
    [
      'where a person who may approve asked for changes',
      {
        pull: {
          reviews: [review(), review({ id: 502, author: OWNER, state: 'CHANGES_REQUESTED' })],
        },
      },
      ['APPROVAL_CHANGES_REQUESTED'],
    ],
    [
      'where the pull request is too large',
      { pull: { isTooLarge: true, commits: [] } },
      ['APPROVAL_TOO_LARGE'],
    ],
    [
      'where the record contradicts GitHub',
      { about: question({ recorded: usualEvidence({ blob: 'c' }) }) },
      ['APPROVAL_EVIDENCE_DIFFERS'],
    ],
    ['that were pushed directly', { told: { linked: {} } }, ['APPROVAL_DIRECT_PUSH']],
  ])('bytes are refused %s', (_, each, expected) => {
    expect(codes(each)).toEqual(expected)
  })

  test.each<[string, Case, readonly string[]]>([
    [
      'that were merged by a push',
      { told: { moves: [move('0 branchCreation 0 > root'), move('30 push root > m1')] } },
      ['APPROVAL_MERGED_BY_PUSH'],
    ],
    [
      'where GitHub does not say how they were merged',
      { told: { moves: null } },
      ['APPROVAL_MERGED_BY_PUSH'],
    ],
    ['where no moves can be read', { told: { moves: null } }, ['APPROVAL_MERGED_BY_PUSH']],
    [
      'where the head was younger than a minute',
      { pull: { pushes: [move('19.30 branchCreation 0 > h1')] } },
      ['APPROVAL_HEAD_YOUNG'],
    ],
  ])('strict mode refuses bytes %s', (_, each, expected) => {
    expect(codes(each)).toEqual([])
    expect(codes({ ...each, where: STRICT })).toEqual(expected)
  })

  test('the message names the first of several rules that are not met', () => {
    const about = question({
      anyOf: [{ name: 'policy', rule: rule({ users: [OWNER] }) }],
      minimum: { name: 'minimum', rule: rule({ required: 3 }) },
    })
    expect(message({ about })).toContain('needs 1 approval of owner (policy)')
  })
})

describe('the message of a direct push', () => {
  test.each<[string, Case, string]>([
    [
      'who pushed',
      {
        told: {
          linked: {},
          moves: [move('0 branchCreation 0 > root'), move('30 push root > m1 by colleague')],
        },
      },
      'jane was changed by m1, which colleague brought to main without a pull request',
    ],
    [
      'a push by an unknown account',
      { told: { linked: {}, moves: null } },
      'jane was changed by m1, which an unknown account brought to main without a pull request',
    ],
    [
      'a removal',
      { about: question({ blob: null }), told: { linked: {}, moves: null } },
      'jane was removed by m1, which an unknown account brought to main without a pull request',
    ],
    [
      'the pull requests that hold the commit and did not bring it',
      { pull: { base: 'next' } },
      'jane was changed by m1, which owner brought to main without a pull request (#1 holds that commit, and did not bring it)',
    ],
  ])('the message of a direct push names %s', (_, each, expected) => {
    expect(message(each)).toBe(expected)
  })
})

describe('bytes that were put back', () => {
  const commits = `
    root: README=r
    h1 < root: jane=b
    m1 < root h1: jane=b
    m2 < m1: jane=c
  `
  const moves = [...USUAL_MOVES, move('40 push m1 > m2')]
  const forced = {
    commits,
    tip: 'm1',
    moves: [...moves, move('50 forcePush m2 > m1 by colleague')],
  }

  test('bytes that a force push put back are refused', () => {
    const about = question({ landing: { commit: 'm1', before: 'm2' } })
    expect(codes({ about, told: forced })).toEqual(['APPROVAL_HISTORY_REWRITTEN'])
    expect(message({ about, told: forced })).toBe('jane was set by a force push of main to m1')
  })

  test('the message names who forced a commit', () => {
    const anew = {
      commits: `${commits}\n x < root: jane=b`,
      tip: 'x',
      moves: [...moves, move('50 forcePush m2 > x by colleague')],
      linked: { x: [1] },
    }
    expect(
      message({ about: question({ landing: { commit: 'x', before: 'm2' } }), told: anew }),
    ).toBe('jane was set by a force push of main to x by colleague')
  })
})

describe('several pull requests of one commit', () => {
  const second = (changes: Partial<PullRequest>) =>
    pullRequest({ number: 2, author: COLLEAGUE, ...changes })

  test('one approved pull request of several is enough', () => {
    expect(codes({ told: { pulls: [pullRequest(), second({})] } })).toEqual([])
    expect(codes({ told: { pulls: [pullRequest(), second({ reviews: [] })] } })).toEqual([])
    expect(codes({ told: { pulls: [pullRequest({ reviews: [] }), second({})] } })).toEqual([])
    expect(
      codes({ told: { pulls: [pullRequest({ reviews: [] }), second({ reviews: [] })] } }),
    ).toEqual(['APPROVAL_MISSING'])
  })

  test('a request for changes on any of several pull requests refuses the bytes', () => {
    const asking = second({ reviews: [review({ id: 502, state: 'CHANGES_REQUESTED' })] })
    expect(codes({ told: { pulls: [pullRequest(), asking] } })).toEqual([
      'APPROVAL_CHANGES_REQUESTED',
    ])
  })
})

describe('rulesets that cannot be read', () => {
  test('bytes are refused where rulesets cannot be read', () => {
    expect(codes({ told: { branchRules: null } })).toEqual(['APPROVAL_RULES_UNREADABLE'])
  })
})

describe('a counted reviewer who left', () => {
  const recorded = usualEvidence()
  const about = question({
    purpose: 'renewal',
    recorded,
    anyOf: [{ name: 'policy', rule: rule({ users: [OWNER] }) }],
  })

  test('another rule does not restart the grace period of a reviewer who left', () => {
    const approval = valueOf(judged({ about }))
    expect(approval.counted.map(({ eligibleAt }) => eligibleAt)).toEqual([at(40)])
    expect(approval.warnings.map(({ code }) => code)).toEqual(['APPROVAL_REVIEWER_LEFT'])
  })

  test('a reviewer who left is a warning, also where only the minimum has lost them', () => {
    const other = question({
      purpose: 'renewal',
      recorded,
      minimum: { name: 'minimum', rule: rule({ users: [OWNER] }) },
    })
    const approval = valueOf(judged({ about: other }))
    expect(approval.counted.map(({ eligibleAt }) => eligibleAt)).toEqual([at(40)])
    expect(approval.warnings.map(({ code }) => code)).toEqual(['APPROVAL_REVIEWER_LEFT'])
  })

  test('the grace period starts at the time that the evidence names', () => {
    const late = usualEvidence({
      approvals: [evidencedApproval({ eligibleAt: at(50).toISOString() })],
    })
    expect(valueOf(judged({ about: { ...about, recorded: late } })).counted[0].eligibleAt).toEqual(
      at(50),
    )
  })
})

/** One review of each of some people, with some of the reasons why it may not count. */
const PEOPLE = [AUTHOR, OWNER, REVIEWER, COLLEAGUE, STRANGER, ROBOT]
const reviews = fc
  .array(
    fc.record({
      state: fc.constantFrom<Review['state']>(
        'APPROVED',
        'CHANGES_REQUESTED',
        'DISMISSED',
        'COMMENTED',
        'PENDING',
      ),
      minute: fc.constantFrom(5, 15, 20, 29, 30, 31),
      commit: fc.constantFrom('h1', 'root', 'lost', null),
    }),
    { minLength: PEOPLE.length, maxLength: PEOPLE.length },
  )
  .map(said =>
    said.map(({ state, minute, commit }, index) =>
      review({ id: 500 + index, author: PEOPLE[index] ?? null, state, at: at(minute), commit }),
    ),
  )
const rules = fc.record({
  required: fc.integer({ min: 1, max: 3 }),
  users: fc.subarray([OWNER, REVIEWER, COLLEAGUE, AUTHOR]),
})
const pulls = fc.constantFrom<Partial<PullRequest>>(
  {},
  { pushes: null },
  { author: null },
  { pushes: [move('10 branchCreation 0 > h1 by colleague')] },
  { commits: [made('h1', ['root'], { authors: [null] })] },
)

const isApproved = (
  said: readonly Review[],
  by: Parameters<typeof rule>[0],
  pull: Partial<PullRequest>,
): boolean => judged({ about: asked(by), pull: { ...pull, reviews: said } }).ok

describe('any reviews', () => {
  test('removing an approval never approves a refused file', () => {
    fc.assert(
      fc.property(reviews, rules, pulls, fc.nat(), (said, by, pull, pick) => {
        const approvals = said.filter(({ state }) => state === 'APPROVED')
        fc.pre(approvals.length > 0 && !isApproved(said, by, pull))
        const taken = approvals[pick % approvals.length]
        expect(
          isApproved(
            said.filter(each => each !== taken),
            by,
            pull,
          ),
        ).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('a request for changes never approves a refused file, and one of a person who may approve refuses any file', () => {
    fc.assert(
      fc.property(reviews, rules, pulls, fc.constantFrom(...PEOPLE), (said, by, pull, who) => {
        const others = said.filter(({ author }) => author !== who)
        const asking = [
          ...others,
          review({ id: 600, author: who, state: 'CHANGES_REQUESTED', at: at(25) }),
        ]
        if (!isApproved(others, by, pull)) expect(isApproved(asking, by, pull)).toBe(false)
        if (who !== STRANGER && who !== ROBOT) expect(isApproved(asking, by, pull)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('nobody approves their own bytes, and nobody counts twice', () => {
    fc.assert(
      fc.property(reviews, rules, pulls, (said, by, pull) => {
        const answer = judged({
          about: asked(by),
          pull: {
            ...pull,
            reviews: [...said, ...said.map(each => ({ ...each, id: each.id + 50 }))],
          },
        })
        if (!answer.ok) return
        const { counted, contributors, required } = answer.value
        const ids = counted.map(({ reviewer }) => reviewer.id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(ids.length).toBeGreaterThanOrEqual(required)
        expect(ids.filter(id => contributors.people.has(id))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('requiring one more approval never approves a refused file', () => {
    fc.assert(
      fc.property(reviews, rules, pulls, (said, by, pull) => {
        if (!isApproved(said, by, pull))
          expect(isApproved(said, { ...by, required: by.required + 1 }, pull)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})

test('a fault in CODEOWNERS refuses files of the path whose owners have to approve, wherever the version was', () => {
  const text = 'other/ nobody!\n* @owner\n'
  const where = approvers({}, { users: [OWNER], codeOwners: readCodeOwners('CODEOWNERS', text) })
  const about = (rulePath: string): Question => asked({ codeOwners: true }, { rulePath })
  const reviews = [review({ author: OWNER })]
  const told = { pulls: [pullRequest({ reviews })] }
  expect(codes({ about: about(JANE), where, told })).toEqual([])
  expect(codes({ about: about('other/jane'), where, told })).toEqual(['APPROVAL_CODE_OWNERS'])
})
