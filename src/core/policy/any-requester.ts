// Policies for several or unknown requesters, such as in a group of the merge queue: rules on the requester count as true. The plan of
// each person's own pull request has asked them.
import { NAME_MEMBERS } from '../../domain/request/policy.ts'
import type { AllowedValues, Policy, PolicyRule } from '../../domain/request/policy.ts'

/** Said where such rules counted as true. */
export const OPEN_RULES =
  'rules about the requester were not asked: countersign plan --requester LOGIN asks them'

const REQUESTER = /\brequester\b/

/**
 * A copy of the policy in which every rule that mentions `requester` is true. The rules are kept in their places, since a name without
 * values and validations is denied.
 */
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

/** Whether a rule of the policy mentions `requester`. */
export function asksRequester({ allowed, rules }: Policy): boolean {
  const { names, otherAttributes, otherNames } = allowed
  const values = [...NAME_MEMBERS.map(member => names[member]), ...otherAttributes, ...otherNames]
  return [...rules, ...values.flatMap(each => each?.validations ?? [])].some(({ expression }) =>
    REQUESTER.test(expression.text),
  )
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
