// One ValidatingAdmissionPolicy of the guard, and the parts that all of them share.
import { REVOKER_ACCOUNT, ownAccount } from '../../domain/cluster/installation.ts'
import type { Installation, Subject } from '../../domain/cluster/installation.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import { isSignerAmong } from '../../lib/kubernetes/signer-name.ts'
import { isNoImpostor } from './guard-cel.ts'

/** One policy with the parts of its binding. */
export interface GuardPolicy {
  /** The last part of its name. */
  readonly about: string
  readonly spec: object
  /** Part of the spec of the binding. */
  readonly bound: object
}

/** The parts in which the policies differ, in the order of the manifest. */
export interface GuardRules {
  readonly resourceRules: readonly object[]
  /** Where the policy applies, absent for everywhere. */
  readonly namespaces?: readonly string[]
  readonly matchConditions?: Expressions
  readonly variables?: Expressions
  readonly validations: readonly object[]
}

/** Name → expression. */
export type Expressions = Readonly<Record<string, string>>

/** A policy that also refuses if a rule cannot be evaluated, and refuses impostors of the identities of countersign. */
export function guardPolicy(
  installation: Installation,
  about: string,
  { validations, ...rules }: GuardRules,
): GuardPolicy {
  const { namespaces = [] } = rules
  const isOwn = refuseUnless(
    ownIdentities(installation).map(isNoImpostor).join(' && '),
    'an identity of countersign acts with its own credential only: no impersonation, and for a service account no other login than a requested token',
  )
  const spec = policySpec({ ...rules, validations: [isOwn, ...validations] })
  const bound = namespaces.length === 0 ? {} : { matchResources: inNamespaces(namespaces) }
  return { about, spec, bound }
}

export function policySpec({ resourceRules, matchConditions, variables, validations }: GuardRules) {
  return {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules },
    ...(matchConditions && { matchConditions: named(matchConditions) }),
    ...(variables && { variables: named(variables) }),
    validations,
  }
}

function named(expressions: Expressions): readonly object[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, expression }))
}

/** Where a policy applies, by names of namespaces. */
function inNamespaces(names: readonly string[]): object {
  const values = [...new Set(names)].toSorted()
  const key = 'kubernetes.io/metadata.name'
  return { namespaceSelector: { matchExpressions: [{ key, operator: 'In', values }] } }
}

/** Those that the guard lets do what others may not. */
export function ownIdentities({
  subject,
  approver,
  cluster,
  ...installation
}: Installation): readonly Subject[] {
  return [
    subject,
    ...(approver === null ? [] : [approver.subject]),
    ...(hasGrants(installation) ? [ownAccount(cluster, REVOKER_ACCOUNT)] : []),
  ]
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

/** Whether apply makes bindings of grants here: of access, or those that make the grants of client certificates live. */
export function hasGrants({
  signers,
  accessRoles,
}: Pick<Installation, 'signers' | 'accessRoles'>): boolean {
  return accessRoles.length > 0 || signsClients(signers)
}

/** Whether client certificates of the API server are among them: the guard can refuse their writes. */
export function signsClients(signers: Installation['signers']): boolean {
  return isSignerAmong(
    signers.map(({ name }) => name),
    KUBE_APISERVER_CLIENT,
  )
}
