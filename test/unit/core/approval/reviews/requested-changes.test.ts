import { describe, expect, test } from '@jest/globals'
import type { Question } from '../../../../../src/core/approval/proof-facts.ts'
import { openChangeRequests } from '../../../../../src/core/approval/reviews/requested-changes.ts'
import { DELETED } from '../../../../../src/core/approval/reviews/classify-reviews.ts'
import type { Account } from '../../../../../src/domain/proof/account.ts'
import {
  asked,
  COLLEAGUE,
  approvers,
  OWNER,
  proofFacts,
  question,
  ROBOT,
  rule,
  reviewerRights,
  STRANGER,
  usualEvidence,
} from '../../../../build/proof.ts'

const heard = (asking: readonly Account[], about: Question = question(), facts = proofFacts()) =>
  openChangeRequests(about, { valid: [], lost: [], asking }, approvers(), facts)

describe('a request for changes outweighs every approval', () => {
  test('and is told with who made it', () => {
    expect(heard([OWNER, COLLEAGUE])).toMatchObject({
      code: 'APPROVAL_CHANGES_REQUESTED',
      message: 'jane was merged while owner, colleague still asked for changes',
    })
  })

  test('names only those with a say', () => {
    expect(heard([STRANGER, OWNER])?.message).toBe(
      'jane was merged while owner still asked for changes',
    )
  })

  const named = { name: 'policy', rule: rule({ users: [OWNER] }) }
  const open = { name: 'floor', rule: rule({}) }
  const renewal = { purpose: 'renewal', earlier: usualEvidence() } as const

  test.each<[string, Account, Question, boolean]>([
    ['of who may approve it', OWNER, asked({ users: [OWNER] }), true],
    [
      'of who may approve it by the floor alone',
      COLLEAGUE,
      question({ anyOf: [named], floor: open }),
      true,
    ],
    [
      'of who may approve it by one of the rules',
      COLLEAGUE,
      question({ anyOf: [named, open], floor: named }),
      true,
    ],
    ['not of who may not', COLLEAGUE, question({ anyOf: [named], floor: named }), false],
    ['not of who cannot write', STRANGER, question(), false],
    ['of who is named and can no longer write', STRANGER, asked({ users: [STRANGER] }), true],
    ['not of a bot that is named', ROBOT, asked({ users: [ROBOT] }), false],
    ['not of a bot', ROBOT, question(), false],
    ['at a renewal, of an owner of the configuration', OWNER, question(renewal), true],
    ['not at a renewal of anybody else who can write', COLLEAGUE, question(renewal), false],
  ])('%s', (_, who, about, expected) => {
    expect(heard([who], about) !== null).toBe(expected)
  })

  test.each([
    ['of a team that a ruleset asks for the file', true],
    ['not of others than that team', false],
  ])('%s', (_, isMember) => {
    const facts = proofFacts({
      branchRules: {
        requiredApprovals: 0,
        requiredReviewers: [{ filePatterns: ['jane'], minimumApprovals: 1, teamId: 71 }],
      },
      reviewerRights: reviewerRights({ isMember: () => isMember }),
    })
    const about = question({ anyOf: [named], floor: named })
    expect(heard([COLLEAGUE], about, facts) !== null).toBe(isMember)
  })

  test('of whom it cannot be told', () => {
    const facts = proofFacts({ reviewerRights: reviewerRights({ permission: () => null }) })
    expect(heard([STRANGER], question(), facts)?.code).toBe('APPROVAL_CHANGES_REQUESTED')
  })

  test('of somebody whose account is gone, whoever may approve it', () => {
    expect(heard([DELETED], asked({ users: [OWNER] }))?.message).toBe(
      'jane was merged while somebody whose account is gone still asked for changes',
    )
  })

  test('is none where nobody made one', () => {
    expect(heard([])).toBeNull()
  })
})

test('somebody whose account is gone is heard, whatever an account of that number may', () => {
  const facts = proofFacts({ reviewerRights: reviewerRights({ permission: () => 'none' }) })
  expect(heard([DELETED], question(), facts)?.code).toBe('APPROVAL_CHANGES_REQUESTED')
})
