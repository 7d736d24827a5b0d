// Mutations of a policy: for each of its rules a copy without that rule. A test suite should notice each of them.
import type {
  AccessAllowance,
  AllowedValues,
  NameMember,
  Policy,
  PolicyRule,
} from '../../domain/request/policy.ts'
import { USAGES } from '../../domain/request/usage.ts'
import { NAME_MEMBERS, isForPending } from '../../domain/request/policy.ts'

export interface Weakened {
  /** The rule that was left out, as the file writes it. */
  readonly what: string
  readonly policy: Policy
}

/**
 * One copy for each rule, list of values, constraint and limit that can be left out. Each copy allows at least as much. Never empty:
 * usages can always be widened.
 */
export function withoutOneRule(policy: Policy): readonly Weakened[] {
  return [
    ...without(policy.rules).map(({ rule, others }) => ({
      what: `rules: ${rule.expression.text}`,
      policy: { ...policy, rules: others },
    })),
    ...withoutNames(policy),
    ...withoutConstraints(policy),
    ...withoutLists(policy),
  ]
}

function withoutNames(policy: Policy): readonly Weakened[] {
  return NAME_MEMBERS.flatMap(member => {
    const allowed = policy.allowed.names[member]
    if (allowed === null) return []
    const weakened = without(allowed.validations).map(({ rule, others }) => ({
      what: `allowed.${member}: ${rule.expression.text}`,
      policy: withNames(policy, member, {
        ...allowed,
        validations: others,
        values: allowed.values ?? ['*'],
      }),
    }))
    const optional = {
      what: `allowed.${member}.required`,
      policy: withNames(policy, member, { ...allowed, isRequired: false }),
    }
    const anything = {
      what: `allowed.${member}.values`,
      policy: withNames(policy, member, { ...allowed, values: ['*'] }),
    }
    return [
      ...weakened,
      ...(allowed.isRequired ? [optional] : []),
      ...(allowed.values === null ? [] : [anything]),
    ]
  })
}

function withoutConstraints(policy: Policy): readonly Weakened[] {
  const { minDuration, maxDuration, privateKey } = policy.constraints
  const change = (what: string, changes: Partial<Policy['constraints']>): Weakened => ({
    what: `constraints.${what}`,
    policy: { ...policy, constraints: { ...policy.constraints, ...changes } },
  })
  return [
    ...(minDuration === null ? [] : [change('minDuration', { minDuration: null })]),
    ...(maxDuration === null ? [] : [change('maxDuration', { maxDuration: null })]),
    ...(privateKey === null ? [] : [change('privateKey', { privateKey: null })]),
  ]
}

function withNames(policy: Policy, member: NameMember, allowed: AllowedValues): Policy {
  return {
    ...policy,
    allowed: { ...policy.allowed, names: { ...policy.allowed.names, [member]: allowed } },
  }
}

function without(
  rules: readonly PolicyRule[],
): readonly { rule: PolicyRule; others: readonly PolicyRule[] }[] {
  return rules.map(rule => ({ rule, others: rules.filter(other => other !== rule) }))
}

/** Without the limits on usages, on sinks, on namespaces of access, and on files that no reviewer can read. */
function withoutLists(policy: Policy): readonly Weakened[] {
  const anyUsage = { ...policy, allowed: { ...policy.allowed, usages: USAGES } }
  const anySink = {
    ...policy,
    sinks: policy.sinks.map(entry =>
      entry.kind === 'secret' ? { ...entry, namespaces: ['*'], names: null } : entry,
    ),
  }
  const anyNamespace = { ...policy, access: policy.access.map(inAnyNamespace) }
  return [
    { what: 'allowed.usages', policy: anyUsage },
    ...(policy.sinks.length === 0 ? [] : [{ what: 'sinks', policy: anySink }]),
    ...(policy.access.every(({ namespaces }) => namespaces === null)
      ? []
      : [{ what: 'access.namespaces', policy: anyNamespace }]),
    ...(policy.allowsOpaque || isForPending(policy.selector)
      ? []
      : [{ what: 'opaque: deny', policy: { ...policy, allowsOpaque: true } }]),
  ]
}

/** Roles have no pattern for all of them, so only the namespaces can be widened. */
function inAnyNamespace(entry: AccessAllowance): AccessAllowance {
  return entry.namespaces === null ? entry : { ...entry, namespaces: ['*'] }
}
