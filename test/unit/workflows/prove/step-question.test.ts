import { describe, expect, test } from '@jest/globals'
import { approverRules } from '../../../../src/workflows/prove/step-question.ts'
import type { ApprovalRule } from '../../../../src/domain/request/config.ts'
import type { Policy, Verdict } from '../../../../src/domain/request/policy.ts'
import type { RequestFormat } from '../../../../src/domain/request/request.ts'
import { standIn } from '../../../build/stand-in.ts'
import { config, effective } from '../../../build/effective.ts'
import { OWNER, rule } from '../../../build/proof.ts'

const policy = (name: string, approvals: ApprovalRule | null): Policy =>
  standIn<Policy>({ name, approvals })

function allowedBy(first: Policy, ...others: readonly Policy[]): Verdict {
  const policies = [first, ...others] as const
  return { decision: 'allowed', by: first.name, policies, fixedRoles: [], explanations: [] }
}

const namesOf = (verdict: Verdict | null): readonly string[] =>
  approverRules(effective(), verdict, config()).anyOf.map(({ name }) => name)

describe('the approver rules of a request', () => {
  test('the rule of each allowing policy applies, or the minimum where a policy has none', () => {
    const verdict = allowedBy(policy('people', rule({ users: [OWNER] })), policy('all', null))
    expect(namesOf(verdict)).toEqual(['policy people', 'approval.requests'])
  })

  test('only the minimum applies where no policy allows the request', () => {
    expect(namesOf(null)).toEqual(['approval.requests'])
  })

  test('the minimum always applies', () => {
    const { minimum } = approverRules(effective(), null, config())
    expect(minimum).toEqual({ name: 'approval.requests', rule: config().approval.requests })
  })
})

describe('a format that no reviewer can read', () => {
  test.each<[RequestFormat, number]>([
    ['countersign', 0],
    ['cfssl', 0],
    ['pkcs10', 1],
    ['csr-manifest', 1],
  ])('a file of format %s needs this many more approvals: %d', (format, extraApprovals) => {
    expect(approverRules(effective({ format }), null, config()).extraApprovals).toBe(extraApprovals)
  })

  test('a removed file needs no additional approval', () => {
    expect(approverRules(null, null, config()).extraApprovals).toBe(0)
  })
})
