// One ValidatingAdmissionPolicy of the guard, and the parts that all of them share.

/** One policy with the parts of its binding. */
export interface GuardPolicy {
  /** The last part of its name. */
  readonly about: string
  readonly spec: object
  /** Part of the binding: where the policy applies, absent for everywhere. */
  readonly matchResources?: object
}

/** The parts in which the policies differ, in the order of the manifest. */
export interface GuardRules {
  readonly resourceRules: readonly object[]
  readonly matchConditions?: readonly object[]
  readonly variables?: readonly object[]
  readonly validations: readonly object[]
}

/** The spec of a policy that also refuses if a rule cannot be evaluated. */
export function guardSpec({ resourceRules, ...rules }: GuardRules): object {
  return { failurePolicy: 'Fail', matchConstraints: { resourceRules }, ...rules }
}

/** The resources and operations that a policy applies to. */
export function resourceRule(
  apiGroup: string,
  resources: readonly string[],
  operations: readonly string[],
): object {
  return { apiGroups: [apiGroup], apiVersions: ['*'], resources, operations }
}

/** Refuses with `message` unless the expression is true. */
export function refuseUnless(expression: string, message: string): object {
  return { expression, message, reason: 'Forbidden' }
}
