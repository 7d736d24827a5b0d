// Parts of Kubernetes manifests: RBAC rules, roles with their bindings, and YAML for kubectl apply -f -.
import { stringify } from 'yaml'
import type { Subject } from '../../domain/cluster/installation.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import type { NonEmpty } from '../../domain/problem.ts'

export const RBAC = 'rbac.authorization.k8s.io'

/** Objects as one stream of YAML documents; `heading`: lines of a comment before the first. */
export function manifestsText(
  objects: readonly unknown[],
  heading: readonly string[] = [],
): string {
  const comment = heading.map(line => (line === '' ? '#\n' : `# ${line}\n`)).join('')
  return comment + objects.map(object => stringify(object, { lineWidth: 0 })).join('---\n')
}

export function rule(apiGroup: string, resource: string, verbs: readonly string[]): object {
  return { apiGroups: [apiGroup], resources: [resource], verbs }
}

/** The same rule for these names only. In RBAC an empty list means every name, so the type forbids it. */
export function named(rule: object, resourceNames: NonEmpty<string>): object {
  return { ...rule, resourceNames }
}

export function clusterRole(
  name: string,
  rules: readonly object[],
  subject: Subject,
): readonly Manifest[] {
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    binding('ClusterRoleBinding', { name }, 'ClusterRole', subject),
  ]
}

export function role(
  namespace: string,
  name: string,
  rules: readonly object[],
  subject: Subject,
): readonly Manifest[] {
  const metadata = { name, namespace }
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules },
    binding('RoleBinding', metadata, 'Role', subject),
  ]
}

function binding(
  kind: 'ClusterRoleBinding' | 'RoleBinding',
  metadata: Manifest['metadata'],
  roleKind: string,
  subject: Subject,
): Manifest {
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata,
    roleRef: { apiGroup: RBAC, kind: roleKind, name: metadata.name },
    // A service account is in the core group, which has the name ''.
    subjects: [subject.kind === 'ServiceAccount' ? subject : { apiGroup: RBAC, ...subject }],
  }
}
