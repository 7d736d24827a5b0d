// Approver rules of a request: those of the policies that allow it, and never less than `approval.requests` asks.
import type { Config } from '../../domain/request/config.ts'
import type { PolicyDecision } from '../../domain/request/policy.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import { isOpaque } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { NamedRule, Question } from '../../core/approval/proof-facts.ts'

/** `request` null: for a withdrawal, or for a file without a readable request. */
export function approverRules(
  request: EffectiveRequest | null,
  verdict: PolicyDecision | null,
  { approval }: Pick<Config, 'approval'>,
): Pick<Question, 'anyOf' | 'minimum' | 'extraApprovals'> {
  const minimum: NamedRule = { name: 'approval.requests', rule: approval.requests }
  if (request === null) return { anyOf: [minimum], minimum, extraApprovals: 0 }
  const policies = verdict?.decision === 'allowed' ? verdict.policies : []
  const named = policies.map(({ name, approvals }): NamedRule =>
    approvals === null ? minimum : { name: `policy ${name}`, rule: approvals },
  )
  return {
    anyOf: isNonEmpty(named) ? named : [minimum],
    minimum,
    extraApprovals: isOpaque(request.format) ? 1 : 0,
  }
}
