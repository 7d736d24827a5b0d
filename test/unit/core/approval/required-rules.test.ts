import { expect, test } from '@jest/globals'
import { requiredRules, ruledTeams } from '../../../../src/core/approval/required-rules.ts'
import { approvers, OWNER, proofFacts, question, rule } from '../../../build/proof.ts'

const PKI = { slug: 'pki', id: 71 }
const asking = (...filePatterns: readonly string[]) => ({
  branchRules: {
    requiredApprovals: 0,
    requiredReviewers: [{ filePatterns, minimumApprovals: 2, teamId: 71 }],
  },
})
const named = approvers({}, { teams: [PKI] })

test('a file needs the approvals of its policies, of the minimum and of the rulesets for its path', () => {
  const policy = { name: 'policy people', rule: rule({ users: [OWNER] }) }
  expect(requiredRules(question({ anyOf: [policy] }), named, proofFacts(asking('jane')))).toEqual([
    policy.rule,
    rule({}),
    rule({ required: 2, teams: [PKI] }),
  ])
})

test('a ruleset requires nothing for other files', () => {
  expect(ruledTeams(question(), named, proofFacts(asking('mark')))).toEqual([])
})
