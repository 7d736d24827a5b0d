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

describe('a request for changes', () => {
  test('a request for changes refuses the file and names its authors', () => {
    expect(heard([OWNER, COLLEAGUE])).toMatchObject({
      code: 'APPROVAL_CHANGES_REQUESTED',
      message: 'jane was merged although owner, colleague requested changes',
    })
  })

  test('the message names only people who may approve', () => {
    expect(heard([STRANGER, OWNER])?.message).toBe(
      'jane was merged although owner requested changes',
    )
  })

  const named = { name: 'policy', rule: rule({ users: [OWNER] }) }
  const open = { name: 'minimum', rule: rule({}) }
  const renewal = { purpose: 'renewal', recorded: usualEvidence() } as const

  test.each<[string, Account, Question, boolean]>([
    ['of a person who may approve refuses the file', OWNER, asked({ users: [OWNER] }), true],
    [
      'of a person who may approve by the minimum alone refuses the file',
      COLLEAGUE,
      question({ anyOf: [named], minimum: open }),
      true,
    ],
    [
      'of a person who may approve by one of the rules refuses the file',
      COLLEAGUE,
      question({ anyOf: [named, open], minimum: named }),
      true,
    ],
    [
      'of a person whom no rule names refuses nothing',
      COLLEAGUE,
      question({ anyOf: [named], minimum: named }),
      false,
    ],
    ['of a person who cannot write refuses nothing', STRANGER, question(), false],
    [
      'of a named person who can no longer write refuses the file',
      STRANGER,
      asked({ users: [STRANGER] }),
      true,
    ],
    ['of a named bot refuses nothing', ROBOT, asked({ users: [ROBOT] }), false],
    ['of a bot refuses nothing', ROBOT, question(), false],
    [
      'of an owner of the configuration at a renewal refuses the file',
      OWNER,
      question(renewal),
      true,
    ],
    [
      'of any other person who can write at a renewal refuses nothing',
      COLLEAGUE,
      question(renewal),
      false,
    ],
  ])('a request for changes %s', (_, who, about, expected) => {
    expect(heard([who], about) !== null).toBe(expected)
  })

  test.each([
    ['a member of the team that a ruleset requires is heard', true],
    ['a person outside the team that a ruleset requires is not heard', false],
  ])('%s', (_, isMember) => {
    const facts = proofFacts({
      branchRules: {
        requiredApprovals: 0,
        requiredReviewers: [{ filePatterns: ['jane'], minimumApprovals: 1, teamId: 71 }],
      },
      reviewerRights: reviewerRights({ isMember: () => isMember }),
    })
    const about = question({ anyOf: [named], minimum: named })
    expect(heard([COLLEAGUE], about, facts) !== null).toBe(isMember)
  })

  test('a request for changes by a person with unknown rights refuses the file', () => {
    const facts = proofFacts({ reviewerRights: reviewerRights({ permission: () => null }) })
    expect(heard([STRANGER], question(), facts)?.code).toBe('APPROVAL_CHANGES_REQUESTED')
  })

  test('a request for changes by a deleted account refuses the file, whichever rule applies', () => {
    expect(heard([DELETED], asked({ users: [OWNER] }))?.message).toBe(
      'jane was merged although a deleted account requested changes',
    )
  })

  test('a file without a request for changes is not refused', () => {
    expect(heard([])).toBeNull()
  })
})

test('a request for changes by a deleted account refuses the file, whatever rights its id has', () => {
  const facts = proofFacts({ reviewerRights: reviewerRights({ permission: () => 'none' }) })
  expect(heard([DELETED], question(), facts)?.code).toBe('APPROVAL_CHANGES_REQUESTED')
})
