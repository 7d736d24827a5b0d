// Input of init: a repository and its first cluster. Unknown values are null.
import type { Provider, UserRef } from './config.ts'

export interface Setup {
  /** Owner of the records: lower-case letters, digits and hyphens, at most 30. */
  readonly owner: string
  /** The address of the Gitea server, null for GitHub. */
  readonly forge: string | null
  /** owner/name */
  readonly repository: string | null
  /** Null if the server was not asked. */
  readonly repositoryId: number | null
  readonly defaultBranch: string
  readonly cluster: ClusterSetup
  /** Apply runs in the cluster, and GitHub has no credential for it. */
  readonly isPull: boolean
  /** The repository is public; false if GitHub was not asked. */
  readonly isPublic: boolean
  /** The owners of the configuration; empty if none are known. */
  readonly owners: readonly OwnerSetup[]
}

export interface ClusterSetup {
  readonly name: string
  readonly server: string | null
  /** PEM of the API server's CA. */
  readonly serverCa: string | null
  readonly provider: Provider
  /** PEM of the CA of client certificates. */
  readonly clientCa: string | null
}

/** A login whose id may be unknown. */
export interface OwnerSetup extends Omit<UserRef, 'id'> {
  readonly id: number | null
}
