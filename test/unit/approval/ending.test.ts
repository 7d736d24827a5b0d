import { describe, expect, test } from '@jest/globals'
import { mayEnd } from '../../../src/approval/ending.ts'
import type { Question } from '../../../src/approval/facts.ts'
import type { Account } from '../../../src/domain/account.ts'
import {
  ANYBODY,
  asked,
  COLLEAGUE,
  jurisdiction,
  OWNER,
  proofFacts,
  question,
  REVIEWER,
  ROBOT,
  rule,
  usualEvidence,
} from '../../build/proof.ts'

const may = (account: Account, about: Question): boolean =>
  mayEnd(account, about, jurisdiction({ configuration: rule({ users: [OWNER] }) }), proofFacts())

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
