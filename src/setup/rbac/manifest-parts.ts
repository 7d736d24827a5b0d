// Parts of Kubernetes manifests: RBAC rules, roles with their bindings, and YAML for kubectl apply -f -.
import { stringify } from 'yaml'
import type { Subject } from '../../domain/cluster/installation.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import type { NonEmpty } from '../../domain/problem.ts'

export const RBAC = 'rbac.authorization.k8s.io'

export interface RbacRule {
  readonly apiGroups: readonly [string]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  /** In RBAC an empty list means every name, so the type forbids it. */
  readonly resourceNames?: NonEmpty<string>
}

/** The rules of one Role, or of one ClusterRole (namespace null). */
export interface RoleRules {
  readonly namespace: string | null
  readonly name: string
  readonly rules: readonly RbacRule[]
}

/** Objects as one stream of YAML documents; `heading`: lines of a comment before the first. */
export function manifestsText(
  objects: readonly unknown[],
  heading: readonly string[] = [],
): string {
  const comment = heading.map(line => (line === '' ? '#\n' : `# ${line}\n`)).join('')
  return comment + objects.map(object => stringify(object, { lineWidth: 0 })).join('---\n')
}

export function rule(
  apiGroup: string,
  resources: string | readonly string[],
  verbs: readonly string[],
): RbacRule {
  return { apiGroups: [apiGroup], resources: [resources].flat(), verbs }
}

/** The same rule for these names only. */
export function named(each: RbacRule, resourceNames: NonEmpty<string>): RbacRule {
  return { ...each, resourceNames }
}

/** What a controller needs beside other rights: its Leases and Events. */
export function leaderRules(leases: NonEmpty<string>): readonly RbacRule[] {
  const group = 'coordination.k8s.io'
  return [
    rule(group, 'leases', ['create']),
    named(rule(group, 'leases', ['get', 'update']), leases),
    rule('events.k8s.io', 'events', ['create']),
  ]
}

/** Each role with the binding that gives it to the subject, or to several. `of`: what follows the role in the name of the binding. */
export function rolesWithBindings(
  roles: readonly RoleRules[],
  subject: Subject | readonly Subject[],
  of = '',
): readonly Manifest[] {
  // A service account is in the core group, which has the name ''.
  const subjects = [subject]
    .flat()
    .map(each => (each.kind === 'ServiceAccount' ? each : { apiGroup: RBAC, ...each }))
  return roles.flatMap(({ namespace, name, rules }) => {
    const kind = namespace === null ? 'ClusterRole' : 'Role'
    const metadata = namespace === null ? { name } : { name, namespace }
    const roleRef = { apiGroup: RBAC, kind, name }
    const apiVersion = `${RBAC}/v1`
    const given = { ...metadata, name: `${name}${of}` }
    return [
      { apiVersion, kind, metadata, rules },
      { apiVersion, kind: `${kind}Binding` as const, metadata: given, roleRef, subjects },
    ]
  })
}
