// The apply identity with its least privileges in one cluster, for every request that the policies may allow; and the plan
// identity.
import type { Installation, SecretScope, Subject } from '../../domain/cluster/installation.ts'
import { leaseName } from '../../domain/cluster/controller-lease.ts'
import { askName, keptName } from '../../domain/cluster/emergency.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { isNonEmpty, mapped } from '../../domain/problem.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import { USE_GRANT, grantPrefix, liveRole } from '../../domain/cluster/grant.ts'
import { EVERY_ISSUER, certManagerIssuer } from '../../lib/kubernetes/signer-name.ts'
import { guardNames } from '../guard/guard-policies.ts'
import { signsClients } from '../guard/guard-policy.ts'
import { RBAC, rolesWithBindings, manifestsText, named, rule } from './manifest-parts.ts'
import type { RoleRules, RbacRule } from './manifest-parts.ts'

/**
 * Namespace of the records, service accounts if the identity is one, ClusterRole and Roles with their bindings. If a policy has a
 * pattern for Secret names, the Role covers every Secret of that namespace: RBAC has no patterns.
 */
export function identityObjects(installation: Installation): readonly Manifest[] {
  const { cluster, owner, subject, planner, signers } = installation
  const roles = applyRoles(roleName(installation, 'apply'), rightsOf(installation), [
    guardRule(guardNames(installation)),
    ...askRules(installation, ['delete']),
  ])
  return [
    namespaceObject(cluster.recordNamespace),
    ...[subject, ...(planner === null ? [] : [planner])].flatMap(serviceAccount),
    ...rolesWithBindings(roles, subject),
    ...(signsClients(signers) ? [liveObject(owner)] : []),
    ...(planner === null ? [] : rolesWithBindings(planRoles(installation), planner)),
    ...emergencyObjects(installation),
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

/** The ClusterRole that makes a grant live. Only a cluster with the guard needs it. */
export function liveObject(owner: string): Manifest {
  const { group, resource, verb } = USE_GRANT
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: liveRole(owner) },
    rules: [rule(group, resource, [verb])],
  }
}

/** What the rights of apply in one cluster follow from. */
export interface ApplyRights {
  readonly recordNamespace: string
  readonly signers: NonEmpty<string>
  /** ClusterRoles that apply binds to grants. */
  readonly accessRoles: readonly string[]
  /** The ClusterRole that makes grants live; null if nothing does. */
  readonly live: string | null
  readonly secrets: readonly SecretScope[]
}

export function rightsOf({
  cluster: { recordNamespace },
  owner,
  signers,
  accessRoles,
  secrets,
}: Installation): ApplyRights {
  const live = signsClients(signers) ? liveRole(owner) : null
  const names = mapped(signers, ({ name }) => name)
  return { recordNamespace, signers: names, accessRoles, live, secrets }
}

/** The roles of apply. `name` is that of the ClusterRole, which also gets the rules in `more`; doctor checks all others. */
export function applyRoles(
  name: string,
  { recordNamespace, signers, accessRoles, live, secrets }: ApplyRights,
  more: readonly RbacRule[],
): readonly RoleRules[] {
  const rules = [...requestRules(signers), ...accessRules(accessRoles, live), ...more]
  const hasGrants = accessRoles.length > 0 || live !== null
  return [
    { namespace: null, name, rules },
    {
      namespace: recordNamespace,
      name,
      rules: [recordsRule(hasGrants), ...liveRules(live, accessRoles)],
    },
    { namespace: 'kube-system', name: `${name}-client-ca`, rules: [CLIENT_CA] },
    // One for each cert-manager Issuer among the signers, in the namespace of the Issuer.
    ...signers.flatMap(signer => {
      const issuer = certManagerIssuer(signer)
      if (issuer === null) return []
      const { namespace, name: of } = issuer
      return [{ namespace, name: `${name}-issuer-${of}`, rules: [named(REFERENCE, [of])] }]
    }),
    ...secrets.map(scope => ({
      namespace: scope.namespace,
      name: `${name}-secrets`,
      rules: [secretsRule(scope)],
    })),
  ]
}

/** The records; with grants also revocations, which apply deletes after an approved change. */
function recordsRule(hasGrants: boolean): RbacRule {
  const verbs = ['get', 'list', 'create', 'update', ...(hasGrants ? ['delete'] : [])]
  return rule('', 'configmaps', verbs)
}

/** Rights on the bindings that make grants live, in the record namespace. With roles to bind, apply has those on bindings anywhere. */
function liveRules(live: string | null, roles: readonly string[]): readonly RbacRule[] {
  if (live === null) return []
  const bindings = rule(RBAC, 'rolebindings', ['get', 'create', 'update', 'delete'])
  return [
    ...(roles.length > 0 ? [] : [bindings]),
    named(rule(RBAC, 'clusterroles', ['bind']), [live]),
  ]
}

const BINDINGS = ['rolebindings', 'clusterrolebindings']

/** Only one name, since ConfigMaps of kube-system hold more than the CA of clients. */
const CLIENT_CA = named(rule('', 'configmaps', ['get']), ['extension-apiserver-authentication'])

/** Rights of apply on CertificateSigningRequests. It deletes none. */
function requestRules(signers: NonEmpty<string>): readonly RbacRule[] {
  return [
    rule('certificates.k8s.io', 'certificatesigningrequests', ['create', 'get', 'list', 'watch']),
    rule('certificates.k8s.io', 'certificatesigningrequests/approval', ['update']),
    named(rule('certificates.k8s.io', 'signers', ['approve']), signers),
    ...(signers.includes(EVERY_ISSUER) ? [REFERENCE] : []),
  ]
}

/** cert-manager signs for an Issuer only if the requester may reference it in its namespace. */
const REFERENCE = rule('cert-manager.io', 'signers', ['reference'])

/**
 * Rights of apply on the bindings of grants; without roles it only lists them. RBAC knows no patterns, so the guard limits names and subjects of the
 * bindings.
 */
function accessRules(roles: readonly string[], live: string | null): readonly RbacRule[] {
  if (!isNonEmpty(roles)) return live === null ? [] : [rule(RBAC, BINDINGS, ['list'])]
  const verbs = ['get', 'list', 'create', 'update', 'delete']
  return [
    rule(RBAC, BINDINGS, verbs),
    named(rule(RBAC, 'clusterroles', ['bind', 'get']), roles),
    rule('', 'namespaces', ['get']),
  ]
}

/** doctor, apply and revoke read the guard to check that it exists. */
export function guardRule(policies: NonEmpty<string>): RbacRule {
  const kinds = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings']
  return named(rule('admissionregistration.k8s.io', kinds, ['get']), policies)
}

/** Server-side apply of a named object needs create and patch. The verb list would show every Secret. */
function secretsRule({ names }: SecretScope): RbacRule {
  const all = rule('', 'secrets', ['get', 'create', 'patch', 'delete'])
  return names === null ? all : named(all, names)
}

function askRules(
  { owner, emergency }: Installation,
  verbs: readonly string[],
): readonly RbacRule[] {
  const names = (emergency?.requests ?? []).map(each => askName(owner, each))
  return isNonEmpty(names) ? [named(rule('', 'configmaps', verbs), names)] : []
}

/** What people of the emergency need, and no more. RBAC limits no create by name, so the guard keeps them from records. */
function emergencyObjects(installation: Installation): readonly Manifest[] {
  const { owner, cluster, emergency } = installation
  if (emergency === null) return []
  const rules = [
    rule('', 'configmaps', ['create']),
    ...askRules(installation, ['get', 'update', 'delete']),
    named(rule('', 'configmaps', ['get']), [keptName(owner)]),
    named(rule('coordination.k8s.io', 'leases', ['get']), [leaseName(owner)]),
  ]
  const role = { namespace: cluster.recordNamespace, name: `countersign-${owner}-emergency`, rules }
  const people = emergency.people.map(name => ({ kind: 'User', name }) as const)
  return rolesWithBindings([role], people)
}

function planRoles(installation: Installation): readonly RoleRules[] {
  const namespace = installation.cluster.recordNamespace
  const name = roleName(installation, 'plan')
  return [
    { namespace: null, name, rules: [guardRule(guardNames(installation))] },
    { namespace, name, rules: [rule('', 'configmaps', ['get', 'list'])] },
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
