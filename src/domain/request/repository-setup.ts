// What init knows of a repository and its first cluster. Null is what it could not find out.
import type { Provider, UserRef } from './config.ts'

export interface Setup {
  /** Owner of the records: lower-case letters, digits and hyphens, at most 30. */
  readonly owner: string
  /** owner/name at GitHub. */
  readonly repository: string | null
  readonly defaultBranch: string
  readonly cluster: ClusterSetup
  /** Who answers for the configuration; empty where nobody is known. */
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

/** A login whose id is known, or not yet. */
export interface OwnerSetup extends Omit<UserRef, 'id'> {
  readonly id: number | null
}
