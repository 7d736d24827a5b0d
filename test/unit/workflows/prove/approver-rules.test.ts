import { describe, expect, test } from '@jest/globals'
import { approverRules } from '../../../../src/workflows/prove/approver-rules.ts'
import type { ApprovalRule } from '../../../../src/domain/request/config.ts'
import type { Policy, Verdict } from '../../../../src/domain/request/policy.ts'
import type { RequestFormat } from '../../../../src/domain/request/request.ts'
import { config, effective } from '../../../build/effective.ts'
import { OWNER, rule } from '../../../build/proof.ts'

const policy = (name: string, approvals: ApprovalRule | null): Policy =>
  ({ name, approvals }) as unknown as Policy

function allowedBy(first: Policy, ...others: readonly Policy[]): Verdict {
  const policies = [first, ...others] as const
  return { decision: 'allowed', by: first.name, policies, explanations: [] }
}

const namesOf = (verdict: Verdict | null): readonly string[] =>
  approverRules(effective(), verdict, config()).anyOf.map(({ name }) => name)

describe('a request needs the approvals of one policy that allows it', () => {
  test('by the rule of each policy, or the floor where a policy has none', () => {
    const verdict = allowedBy(policy('people', rule({ users: [OWNER] })), policy('all', null))
    expect(namesOf(verdict)).toEqual(['policy people', 'approval.requests'])
  })

  test('and the floor alone where none allows it', () => {
    expect(namesOf(null)).toEqual(['approval.requests'])
  })

  test('and never less than the floor', () => {
    const { floor } = approverRules(effective(), null, config())
    expect(floor).toEqual({ name: 'approval.requests', rule: config().approval.requests })
  })
})

describe('a file that no reviewer can read needs one approval more', () => {
  test.each<[RequestFormat, number]>([
    ['countersign', 0],
    ['cfssl', 0],
    ['pkcs10', 1],
    ['csr-manifest', 1],
  ])('%s: %d', (format, extra) => {
    expect(approverRules(effective({ format }), null, config()).extra).toBe(extra)
  })

  test('but not where it is gone', () => {
    expect(approverRules(null, null, config()).extra).toBe(0)
  })
})
