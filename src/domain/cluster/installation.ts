// The installation in one cluster: countersign's identity, and the rights that it needs there.
import type { ClusterConfig, EmergencyConfig } from '../request/config.ts'
import type { AccessAllowance, SecretAllowance } from '../request/policy.ts'
import type { NonEmpty } from '../problem.ts'

/** Name of the service account that applies, in the record namespace. */
export const APPLY_ACCOUNT = 'countersign-apply'
/** Reads and plans. */
export const PLAN_ACCOUNT = 'countersign-plan'
/** Lifetime of its token in a kubeconfig. */
export const TOKEN_DAYS = 90

/** Who gets the rights, as the API server names the subject. */
export type Subject =
  | { readonly kind: 'User' | 'Group'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string }

/** Name of the service account that approves pending requests of others, in the record namespace. */
export const APPROVER_ACCOUNT = 'countersign-approver'

/** Name of the service account of `countersign revoke`, in the record namespace. */
export const REVOKER_ACCOUNT = 'countersign-revoker'

/** The identity that approves pending requests of others, and the signers that it approves for. */
export interface Approver {
  readonly subject: Subject
  readonly signers: NonEmpty<string>
}

/** A service account in the record namespace. */
export function ownAccount({ recordNamespace }: ClusterConfig, name: string): Subject {
  return { kind: 'ServiceAccount', namespace: recordNamespace, name }
}

export interface Installation {
  /** Owner of the records. */
  readonly owner: string
  readonly cluster: ClusterConfig
  /** The identity of apply. */
  readonly subject: Subject
  /** The identity of plan, which cannot apply; null if countersign does not create it. */
  readonly planner: Subject | null
  readonly signers: NonEmpty<InstalledSigner>
  /** Null if no policy is for pending requests. */
  readonly approver: Approver | null
  /** Secrets that the policies allow as sinks. */
  readonly secrets: readonly SecretScope[]
  /** The same as the policies say it, with patterns. */
  readonly secretPlaces: readonly Pick<SecretAllowance, 'namespaces' | 'names'>[]
  /** Namespace patterns in policies. RBAC has no patterns. */
  readonly namespacePatterns: readonly string[]
  /** ClusterRoles that the policies allow as access, sorted. */
  readonly accessRoles: readonly string[]
  /** The same roles with the places where a policy allows them. */
  readonly accessPlaces: readonly Omit<AccessAllowance, 'roleChanges'>[]
  /** Whether a policy allows taking over a Secret that countersign did not create. */
  readonly mayAdopt: boolean
  readonly emergency: EmergencyConfig | null
}

export interface InstalledSigner {
  readonly name: string
  /** Longest lifetime from the configuration in seconds, null if it sets none. */
  readonly maxDurationSeconds: number | null
}

export interface SecretScope {
  readonly namespace: string
  /** Names of Secrets, null if a policy has a pattern or no names. */
  readonly names: NonEmpty<string> | null
}
