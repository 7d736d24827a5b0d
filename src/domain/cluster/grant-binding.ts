// Bindings of grants and their names, the rules of their roles, and one right, in the terms of RBAC (rbac.authorization.k8s.io/v1).
import type { Access, RoleInPlace } from '../request/access.ts'
import { grantPattern, liveRole } from './grant.ts'

/**
 * A RoleBinding or ClusterRoleBinding (namespace null) whose name or subject is a grant of this owner. One to a Role, which only
 * others make, has `Role NAME` as `clusterRole`.
 */
export interface GrantBinding extends RoleInPlace {
  readonly name: string
  /** Name of the request, as its annotation says; null without one. */
  readonly request: string | null
  /** Whether its annotations name these records, or none: the records of another cluster decide on theirs. */
  readonly isOfTheseRecords: boolean
  /** The grants in its name and its subjects. */
  readonly grants: readonly string[]
  /** Whether the grant in its name is its only subject. */
  readonly isExact: boolean
  /** Whether it has subjects: without any it gives no access. */
  readonly isGranting: boolean
  readonly uid: string
}

/** A rule of a role (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface RoleRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** The access that makes a guarded grant live. */
export function liveAccess(owner: string, recordNamespace: string): Access {
  return { clusterRole: liveRole(owner), namespaces: [recordNamespace] }
}

export interface RoleWithRules {
  readonly clusterRole: string
  readonly rules: readonly RoleRule[]
}

/** One action in the terms of RBAC, as a SelfSubjectAccessReview asks for it. */
export interface Right {
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly verb: string
  readonly namespace?: string
  readonly name?: string
}

/** Name of the binding that gives a grant one role. RBAC names may hold `:`; a role's own name may too. */
export function bindingName(grant: string, clusterRole: string): string {
  return `${grant}:${clusterRole}`
}

/** Bindings as text, without those of the grants. */
export function withoutGrants(
  bindings: readonly string[],
  grants: readonly string[],
): readonly string[] {
  return bindings.filter(each => !grants.some(grant => each.includes(bindingName(grant, ''))))
}

/** The grant in the name of a binding, null if the name is not one of this owner's. */
export function grantOfBinding(owner: string, name: string): string | null {
  return new RegExp(`^(${grantPattern(owner)}):.`).exec(name)?.[1] ?? null
}
