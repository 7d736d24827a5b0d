import { describe, expect, test } from '@jest/globals'
import { missingApprovals } from '../../../../src/core/approval/missing-approvals.ts'
import type { Question } from '../../../../src/core/approval/proof-facts.ts'
import type { ApprovalNeed } from '../../../../src/domain/proof/step-need.ts'
import type { PullRequest } from '../../../../src/domain/proof/pull-request.ts'
import {
  COLLEAGUE,
  approvers,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  review,
  ROBOT,
  rule,
} from '../../../build/proof.ts'

const WORKFLOW = '.github/workflows/countersign.yaml'
const LISTED = approvers({ bots: [{ login: ROBOT.login, id: ROBOT.id }] })

function needOf(
  about: Question,
  changes: Partial<PullRequest> = {},
  where = approvers(),
  told: Parameters<typeof proofFacts>[0] = {},
): ApprovalNeed {
  const pull = pullRequest({ merged: null, ...changes })
  return missingApprovals(about, pull, where, proofFacts({ pulls: [pull], ...told }))
}

describe('the missing approvals of an open pull request', () => {
  test('missing approvals name the rule, the number it requires, and the counted reviewers', () => {
    expect(needOf(question())).toMatchObject({
      rule: 'approval.requests',
      required: 1,
      counted: [{ login: 'reviewer' }],
      more: [],
    })
  })

  test('missing approvals are those of the rule that lacks fewest', () => {
    const anyOf = [
      { name: 'three', rule: rule({ required: 3 }) },
      { name: 'two', rule: rule({ required: 2 }) },
    ] as const
    expect(needOf(question({ anyOf: [...anyOf] })).rule).toBe('two')
  })

  test('missing approvals are those of the minimum where only the minimum is not met', () => {
    const minimum = { name: 'minimum', rule: rule({ users: [OWNER] }) }
    expect(needOf(question({ minimum }))).toMatchObject({ rule: 'minimum', users: ['owner'] })
  })

  test('missing approvals name the reviewers who ask for changes', () => {
    const reviews = [review(), review({ id: 502, author: COLLEAGUE, state: 'CHANGES_REQUESTED' })]
    expect(needOf(question(), { reviews }).asking).toEqual(['colleague'])
  })

  test('a person without a say who asks for changes is not listed', () => {
    const named = { name: 'owner', rule: rule({ users: [OWNER] }) }
    const about = question({ anyOf: [named], minimum: named })
    const reviews = [
      review({ id: 501, author: OWNER, state: 'CHANGES_REQUESTED' }),
      review({ id: 502, author: COLLEAGUE, state: 'CHANGES_REQUESTED' }),
    ]
    expect(needOf(about, { reviews }).asking).toEqual(['owner'])
  })

  test('a bot needs one more approval, except for a listed bot that changes only pins of actions', () => {
    const background = { proved: { blob: 'p', commit: 'root' }, since: [] }
    const about = question({ path: WORKFLOW, background })
    const commits = [made('h1', ['root'], { authors: [ROBOT], committer: ROBOT })]
    const pushes = [move(`10 branchCreation 0 > h1 by ${ROBOT.login}`)]
    const text = (pin: string) => `jobs:\n  apply:\n    - uses: actions/checkout@${pin}\n`
    const told = {
      commits: `root: ${WORKFLOW}=p\n h1 < root: ${WORKFLOW}=b\n m1 < root h1: ${WORKFLOW}=b`,
      textOf: (blob: string) => text(blob === 'p' ? 'v4' : 'v5'),
    }
    const ofBot = { author: ROBOT, commits, pushes }
    expect(needOf(about, ofBot, LISTED, told)).toMatchObject({ required: 1, more: [] })
    expect(needOf(about, ofBot, approvers(), told)).toMatchObject({
      required: 2,
      more: ['no person is known who opened pull request #1'],
    })
  })
})
