// The apply identity with its least privileges in one cluster, for every request that the policies may allow; and the plan
// identity.
import type { Installation, SecretScope, Subject } from '../../domain/cluster/installation.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { isNonEmpty, mapped } from '../../domain/problem.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import { grantPrefix } from '../../domain/cluster/grant.ts'
import { EVERY_ISSUER, issuerOf } from '../../lib/kubernetes/signer-name.ts'
import { guardNames } from '../guard/guard-policies.ts'
import { RBAC, clusterRole, manifestsText, named, role, rule } from './manifest-parts.ts'

/**
 * Namespace of the records, service accounts if the identity is one, ClusterRole and Roles with their bindings. If a policy has a
 * pattern for Secret names, the Role covers every Secret of that namespace: RBAC has no patterns.
 */
export function identityObjects(installation: Installation): readonly Manifest[] {
  const { cluster, subject, planner, signers, secrets } = installation
  const name = roleName(installation, 'apply')
  return [
    namespaceObject(cluster.recordNamespace),
    ...[subject, ...(planner === null ? [] : [planner])].flatMap(serviceAccount),
    ...clusterRole(name, clusterRules(installation), subject),
    ...role(
      cluster.recordNamespace,
      name,
      [recordsRule(installation.accessRoles.length > 0)],
      subject,
    ),
    ...role('kube-system', `${name}-client-ca`, [clientCaRule()], subject),
    ...issuerRoles(
      name,
      signers.map(signer => signer.name),
      subject,
    ),
    ...secrets.flatMap(scope => secretsRole(`${name}-secrets`, scope, subject)),
    ...(planner === null ? [] : planObjects(installation, planner)),
  ]
}

export function identityManifests(installation: Installation): string {
  return manifestsText(identityObjects(installation), identityHeading(installation))
}

export function namespaceObject(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
}

/** The name contains the owner: another installation in the cluster has its own roles. */
function roleName({ owner }: Installation, does: 'apply' | 'plan'): string {
  return `countersign-${owner}-${does}`
}

/** The records; with access also revocations, which apply deletes after an approved change. */
export function recordsRule(hasAccess: boolean): object {
  const verbs = ['get', 'list', 'create', 'update', ...(hasAccess ? ['delete'] : [])]
  return rule('', 'configmaps', verbs)
}

/** Only one name, since ConfigMaps of kube-system hold more than the CA of clients. */
export function clientCaRule(): object {
  return named(rule('', 'configmaps', ['get']), ['extension-apiserver-authentication'])
}

/** Rights of apply on CertificateSigningRequests. It deletes none. */
export function requestRules(signers: NonEmpty<string>): readonly object[] {
  return [
    rule('certificates.k8s.io', 'certificatesigningrequests', ['create', 'get', 'list', 'watch']),
    rule('certificates.k8s.io', 'certificatesigningrequests/approval', ['update']),
    named(rule('certificates.k8s.io', 'signers', ['approve']), signers),
    ...(signers.includes(EVERY_ISSUER) ? [REFERENCE] : []),
  ]
}

/** cert-manager signs for an Issuer only if the requester may reference it in its namespace. */
const REFERENCE = rule('cert-manager.io', 'signers', ['reference'])

/** A Role for each cert-manager Issuer among the signers, in the namespace of the Issuer. */
export function issuerRoles(
  name: string,
  signers: readonly string[],
  subject: Subject,
): readonly Manifest[] {
  return signers.flatMap(signer => {
    const issuer = issuerOf(signer)
    if (issuer === null) return []
    const rules = [named(REFERENCE, [issuer.name])]
    return role(issuer.namespace, `${name}-issuer-${issuer.name}`, rules, subject)
  })
}

/**
 * Rights of apply on the bindings of grants; none without roles. RBAC knows no patterns, so the guard limits names and subjects of the
 * bindings.
 */
export function accessRules(roles: readonly string[]): readonly object[] {
  if (!isNonEmpty(roles)) return []
  return [
    {
      ...rule(RBAC, '', ['get', 'list', 'create', 'update', 'delete']),
      resources: ['rolebindings', 'clusterrolebindings'],
    },
    named(rule(RBAC, 'clusterroles', ['bind', 'get']), roles),
    rule('', 'namespaces', ['get']),
  ]
}

function clusterRules(installation: Installation): readonly object[] {
  const signers = mapped(installation.signers, ({ name }) => name)
  return [
    ...requestRules(signers),
    ...accessRules(installation.accessRoles),
    guardRule(installation),
  ]
}

/** doctor reads the guard to check that it exists. */
function guardRule(installation: Installation): object {
  const group = 'admissionregistration.k8s.io'
  const both = {
    ...rule(group, 'validatingadmissionpolicies', ['get']),
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
  }
  return named(both, guardNames(installation))
}

/** Server-side apply of a named object needs create and patch. The verb list would show every Secret. */
function secretsRole(
  name: string,
  { namespace, names }: SecretScope,
  subject: Subject,
): readonly Manifest[] {
  const all = rule('', 'secrets', ['get', 'create', 'patch', 'delete'])
  return role(namespace, name, [names === null ? all : named(all, names)], subject)
}

function planObjects(installation: Installation, planner: Subject): readonly Manifest[] {
  const { cluster } = installation
  const name = roleName(installation, 'plan')
  return [
    ...clusterRole(name, [guardRule(installation)], planner),
    ...role(cluster.recordNamespace, name, [rule('', 'configmaps', ['get', 'list'])], planner),
  ]
}

export function serviceAccount(subject: Subject): readonly Manifest[] {
  if (subject.kind !== 'ServiceAccount') return []
  const { name, namespace } = subject
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace },
      // Pods that need the token request it; no other pod gets it by accident.
      automountServiceAccountToken: false,
    },
  ]
}

/** Comment lines: what else has to exist, and what the rights allow. */
export function identityHeading(installation: Installation): readonly string[] {
  const { owner, cluster, secrets, namespacePatterns, accessRoles } = installation
  const wide = secrets.filter(({ names }) => names === null).map(({ namespace }) => namespace)
  return [
    `Rights of countersign in ${cluster.name}, from countersign.yaml and policies/. Print them again when these files change.`,
    ...(secrets.length === 0
      ? []
      : [
          `These namespaces must be there: ${secrets.map(({ namespace }) => namespace).join(', ')}.`,
        ]),
    ...(wide.length === 0
      ? []
      : [
          `Policies name Secrets by patterns, which RBAC does not know: every Secret of ${wide.join(', ')} can be read and written.`,
        ]),
    ...(accessRoles.length === 0
      ? []
      : [
          'Anyone who takes over the apply identity can create and approve requests of its signers, and bind these ClusterRoles,',
          `where policies allow them, to groups ${grantPrefix(owner)}…: ${accessRoles.join(', ')}.`,
          `Without the guard, in any namespace or in the whole cluster, and to any subject: countersign manifests guard --cluster ${cluster.name} | kubectl apply -f -`,
        ]),
    ...namespacePatterns.map(
      pattern =>
        `Add a Role like ${roleName(installation, 'apply')}-secrets to each namespace that fits ${pattern}.`,
    ),
  ]
}
