// What the holder of a certificate may do: ClusterRoles, in namespaces or in the whole cluster.
import type { NonEmpty } from '../problem.ts'

/** One ClusterRole; `namespaces` is null for the whole cluster. */
export interface Access {
  readonly clusterRole: string
  readonly namespaces: NonEmpty<string> | null
}

/** One ClusterRole in one place: the content of one binding. `namespace` is null for the whole cluster. */
export interface RoleInPlace {
  readonly clusterRole: string
  readonly namespace: string | null
}

/** Each role in each place once, sorted. */
export function rolesInPlaces(access: readonly Access[]): readonly RoleInPlace[] {
  const all = access.flatMap(({ clusterRole, namespaces }) =>
    (namespaces ?? [null]).map(namespace => ({ clusterRole, namespace })),
  )
  const byText = new Map(all.map(each => [roleInPlaceText(each), each]))
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

/** Roles of Kubernetes itself, which change with its version, some with every right; and those that make grants live. */
export function isReservedRole(clusterRole: string): boolean {
  return (
    clusterRole === 'cluster-admin' || clusterRole.startsWith('system:') || isLiveRole(clusterRole)
  )
}

/** Whether a binding to it makes a grant live: the guard then admits writes that other bindings allow. */
export function isLiveRole(clusterRole: string): boolean {
  return /^countersign-.+-grants$/.test(clusterRole)
}

/** `view in apps`, `cs-reader in the whole cluster`, `live grant`. */
export function roleInPlaceText({ clusterRole, namespace }: RoleInPlace): string {
  if (isLiveRole(clusterRole)) return 'live grant'
  return namespace === null
    ? `${clusterRole} in the whole cluster`
    : `${clusterRole} in ${namespace}`
}
