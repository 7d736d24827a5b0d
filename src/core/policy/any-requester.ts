// Policies where several people ask at once, as in a group of the merge queue: a rule on who asks is true of somebody there, and
// was asked of each by the plan of their own pull request.
import { NAME_MEMBERS } from '../../domain/request/policy.ts'
import type { AllowedValues, Policy, PolicyRule } from '../../domain/request/policy.ts'

const REQUESTER = /\brequester\b/

/** Rules that speak of the requester are true; they stay where they are, since a name that nothing speaks of is denied. */
export function forAnyRequester(policy: Policy): Policy {
  let { names } = policy.allowed
  for (const member of NAME_MEMBERS) {
    const values = names[member]
    if (values !== null) names = { ...names, [member]: validated(values) }
  }
  const otherAttributes = policy.allowed.otherAttributes.map(validated)
  const otherNames = policy.allowed.otherNames.map(validated)
  const allowed = { ...policy.allowed, names, otherAttributes, otherNames }
  return { ...policy, allowed, rules: policy.rules.map(open) }
}

function validated<T extends AllowedValues>(values: T): T {
  return { ...values, validations: values.validations.map(open) }
}

function open(rule: PolicyRule): PolicyRule {
  const { expression } = rule
  return REQUESTER.test(expression.text)
    ? { ...rule, expression: { ...expression, ask: () => true } }
    : rule
}
