// countersign as it stands in one cluster: who it logs in as, and what that identity needs there.
import type { ClusterConfig } from '../request/config.ts'
import type { NonEmpty } from '../problem.ts'

/** Who gets the rights, as the API server names them. */
export type Subject =
  | { readonly kind: 'User' | 'Group'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string }

export interface Installation {
  /** Owner of the records. */
  readonly owner: string
  readonly cluster: ClusterConfig
  /** Who applies. */
  readonly subject: Subject
  /** Who plans and cannot apply; null where it is not ours to make. */
  readonly planner: Subject | null
  readonly signers: NonEmpty<InstalledSigner>
  /** Where the policies let Secrets go. */
  readonly secrets: readonly SecretScope[]
  /** Patterns of namespaces in policies: RBAC knows no patterns. */
  readonly namespacePatterns: readonly string[]
  /** Whether a policy lets a Secret of somebody else be taken over. */
  readonly mayAdopt: boolean
}

export interface InstalledSigner {
  readonly name: string
  /** Longest lifetime by the configuration in seconds, null where it says none. */
  readonly maxDurationSeconds: number | null
}

export interface SecretScope {
  readonly namespace: string
  /** Names of Secrets, null where a policy has a pattern or none. */
  readonly names: NonEmpty<string> | null
}
