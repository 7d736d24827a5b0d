// An object that countersign installs in a cluster, as Kubernetes writes it.

export const MANIFEST_KINDS = [
  'Namespace',
  'ServiceAccount',
  'ClusterRole',
  'Role',
  'ClusterRoleBinding',
  'RoleBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
] as const

/** In the order in which they are created: each kind needs only kinds before it. */
export type ManifestKind = (typeof MANIFEST_KINDS)[number]

export interface ObjectName {
  readonly kind: ManifestKind
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** `apiVersion`, and the members of its kind: `rules`, `subjects`, `spec` and so on. */
export interface Manifest extends ObjectName {
  readonly [member: string]: unknown
}
