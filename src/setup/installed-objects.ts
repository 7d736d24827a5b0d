// Every object that countersign installs in a cluster, and the names that earlier configurations may have left there.
import type { Installation } from '../domain/cluster/installation.ts'
import { MANIFEST_KINDS } from '../domain/cluster/manifest.ts'
import type { Manifest, ManifestKind, ObjectName } from '../domain/cluster/manifest.ts'
import { guardObjects } from './guard/guard-policies.ts'
import type { GuardOptions } from './guard/guard-policies.ts'
import { identityObjects, namespaceObject } from './rbac/apply-identity.ts'
import { approverObjects } from './rbac/approver-identity.ts'
import { controllerObjects } from './rbac/least-rights.ts'

export interface InstallOptions extends GuardOptions {
  /** With the rights of the controller and of the approver. */
  readonly isController: boolean
}

/**
 * The objects of `manifests identity` and `manifests guard`, those of `manifests controller` and `manifests approver` for a controller,
 * and the namespaces of Secrets, in the order of creation.
 */
export function installedObjects(
  installation: Installation,
  { isController, ...guard }: InstallOptions,
): readonly Manifest[] {
  const { cluster, secrets, approver } = installation
  const sinks = secrets.map(({ namespace }) => namespace)
  const others = [...new Set(sinks)].filter(namespace => namespace !== cluster.recordNamespace)
  const objects = [
    ...others.map(namespaceObject),
    ...identityObjects(installation),
    ...(isController ? controllerObjects(installation) : []),
    ...(isController && approver !== null ? approverObjects(installation, approver) : []),
    ...guardObjects(installation, guard),
  ]
  return objects.toSorted((a, b) => order(a) - order(b))
}

export const GUARD_BINDING = 'ValidatingAdmissionPolicyBinding'

/** The policy that protects tokens of the service accounts, and its binding. */
export function isTokenGuard({ kind, metadata }: ObjectName): boolean {
  return kind.startsWith('Validating') && metadata.name.endsWith('-identity')
}

/** The guard of tokens comes before the accounts. */
function order(object: ObjectName): number {
  return isTokenGuard(object) ? rank('Namespace') + 0.5 : rank(object.kind)
}

/** Bindings of the guard first, namespaces last. */
export function inOrderOfDeletion<T extends { readonly object: ObjectName }>(
  steps: readonly T[],
): readonly T[] {
  return steps.toSorted((a, b) => rank(b.object.kind) - rank(a.object.kind))
}

function rank(kind: ManifestKind): number {
  return MANIFEST_KINDS.indexOf(kind)
}

/**
 * Rights and guards that carry the owner in their whole name, so that no other installation has them. Namespaces and service
 * accounts are not among them: others may use them. `isController`: with those that only a controller needs.
 */
export function namesOfOwner(
  owner: string,
  isController: boolean,
): readonly (readonly [ManifestKind, string])[] {
  const named = (kinds: readonly ManifestKind[], parts: readonly string[]) =>
    kinds.flatMap(kind => parts.map(part => [kind, `countersign-${owner}-${part}`] as const))
  return [
    ...named(['ClusterRole', 'ClusterRoleBinding'], ['apply', 'plan']),
    ...named(['ClusterRole'], ['grants']),
    ...named(['Role', 'RoleBinding'], ['apply', 'plan', 'apply-client-ca', 'apply-secrets']),
    ...(isController
      ? [
          ...named(['ClusterRole', 'ClusterRoleBinding'], ['approver']),
          ...named(['Role', 'RoleBinding'], ['approver', 'controller']),
        ]
      : []),
    ...named(
      ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
      ['approvals', 'requests', 'records', 'marks', 'bindings', 'writes', 'identity', 'workloads'],
    ),
  ]
}
