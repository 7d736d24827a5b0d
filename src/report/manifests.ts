// The least rights for plan, apply and the sinks used, as Kubernetes YAML to apply.
import { stringify } from 'yaml'
import type { ClusterConfig } from '../domain/config.ts'
import type { EffectiveRequest } from '../domain/request.ts'

/** Who gets the rights: a user or a group, as the API server names them. */
export interface Subject {
  readonly kind: 'User' | 'Group'
  readonly name: string
}

const NAME = 'countersign-apply'
const RBAC = 'rbac.authorization.k8s.io'

/**
 * Namespace of the records, one ClusterRole (create and approve requests of the signers in use), one Role for the records,
 * one for the client CA, one per namespace that Secrets go to, naming each Secret. `requests` are those of this cluster.
 */
export function rbacManifests(
  cluster: ClusterConfig,
  requests: readonly EffectiveRequest[],
  subject: Subject,
): string {
  const signers = [...new Set(requests.map(({ signerName }) => signerName))].toSorted()
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: cluster.recordNamespace } },
    clusterRole(signers),
    clusterBinding(subject),
    ...inNamespace(
      cluster.recordNamespace,
      NAME,
      [rule('', 'configmaps', ['get', 'list', 'create', 'update'])],
      subject,
    ),
    ...inNamespace('kube-system', `${NAME}-client-ca`, [clientCaRule()], subject),
    ...secretNames(requests).flatMap(([namespace, names]) =>
      inNamespace(namespace, `${NAME}-secrets`, [secretsRule(names)], subject),
    ),
  ]
  return objects.map(object => stringify(object, { lineWidth: 0 })).join('---\n')
}

function clusterRole(signers: readonly string[]): unknown {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: NAME },
    rules: [
      rule('certificates.k8s.io', 'certificatesigningrequests', ['create', 'get', 'list', 'watch']),
      rule('certificates.k8s.io', 'certificatesigningrequests/approval', ['update']),
      { ...rule('certificates.k8s.io', 'signers', ['approve']), resourceNames: signers },
    ],
  }
}

function clusterBinding(subject: Subject): unknown {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: NAME },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: NAME },
    subjects: [{ apiGroup: RBAC, ...subject }],
  }
}

function inNamespace(
  namespace: string,
  name: string,
  rules: readonly unknown[],
  subject: Subject,
): readonly unknown[] {
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name, namespace }, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ apiGroup: RBAC, ...subject }],
    },
  ]
}

/** Server-side apply on the named URL works with create and patch on that name alone; list would show every Secret. */
function secretsRule(names: readonly string[]): unknown {
  return { ...rule('', 'secrets', ['get', 'create', 'patch']), resourceNames: names }
}

function clientCaRule(): unknown {
  return {
    ...rule('', 'configmaps', ['get']),
    resourceNames: ['extension-apiserver-authentication'],
  }
}

function rule(apiGroup: string, resource: string, verbs: readonly string[]): object {
  return { apiGroups: [apiGroup], resources: [resource], verbs }
}

function secretNames(
  requests: readonly EffectiveRequest[],
): readonly (readonly [string, readonly string[]])[] {
  const byNamespace = new Map<string, Set<string>>()
  for (const { sinks } of requests)
    for (const sink of sinks) {
      const target = sink.kind === 'kubeconfig' ? sink.into : sink
      if (target.kind !== 'secret') continue
      const names = byNamespace.get(target.namespace) ?? new Set()
      byNamespace.set(target.namespace, names.add(target.name))
    }
  return [...byNamespace]
    .map(([namespace, names]) => [namespace, [...names].toSorted()] as const)
    .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
}
