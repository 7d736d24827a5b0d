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

describe('the need of an open pull request', () => {
  test('names the rule, how many it asks for, and who was counted', () => {
    expect(needOf(question())).toMatchObject({
      rule: 'approval.requests',
      required: 1,
      counted: [{ login: 'reviewer' }],
      more: [],
    })
  })

  test('is that of the rule that lacks least', () => {
    const anyOf = [
      { name: 'three', rule: rule({ required: 3 }) },
      { name: 'two', rule: rule({ required: 2 }) },
    ] as const
    expect(needOf(question({ anyOf: [...anyOf] })).rule).toBe('two')
  })

  test('is that of the floor where the rule is met and the floor is not', () => {
    const floor = { name: 'floor', rule: rule({ users: [OWNER] }) }
    expect(needOf(question({ floor }))).toMatchObject({ rule: 'floor', users: ['owner'] })
  })

  test('says who asks for changes', () => {
    const reviews = [review(), review({ id: 502, author: COLLEAGUE, state: 'CHANGES_REQUESTED' })]
    expect(needOf(question(), { reviews }).asking).toEqual(['colleague'])
  })

  test('is one approval more for a bot, except for a listed one that changes pins of actions only', () => {
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
