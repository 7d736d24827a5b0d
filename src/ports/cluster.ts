// The port for one API server that countersign has logged in to.
import type { SeenNodes } from '../domain/cluster/pending-request.ts'
import type { ClusterConfig } from '../domain/request/config.ts'
import type { Right } from '../domain/cluster/grant-binding.ts'
import type { Secret } from '../domain/request/secret-value.ts'
import type { Grants, Revocations } from './grants.ts'
import type { Emergencies, Events, IssuedNames, Leases, Records } from './records.ts'
import type { Secrets } from './secrets.ts'
import type { SetupObjects } from './setup-objects.ts'
import type { SigningRequests } from './signing-requests.ts'

export type { Right } from '../domain/cluster/grant-binding.ts'

/** The user of a login, as the API server sees it. */
export interface ClusterIdentity {
  readonly username: string
  readonly groups: readonly string[]
}

/**
 * One cluster, logged in to. Every method throws CLUSTER_ codes unless it says otherwise, or the code of a login that has to be
 * renewed and fails (CONFIG_, GITHUB_).
 */
export interface Cluster {
  /** Name in the configuration. */
  readonly name: string
  /** kubectl with the flags that choose this cluster; absent if they are not known. */
  readonly kubectl?: string | undefined
  /** https URL of the API server. */
  readonly server: string
  /** PEM of the API server's CA, null if the system's roots are used. */
  readonly serverCa: string | null
  readonly signingRequests: SigningRequests
  readonly records: Records
  readonly secrets: Secrets
  readonly grants: Grants
  readonly revocations: Revocations
  readonly leases: Leases
  /** Returns the Leases port for another Lease of the record namespace. Throws nothing. */
  leasesOf(name: string): Leases
  /** Returns the names that the approver with this Lease let be issued. Throws nothing. */
  issuedNamesOf(lease: string): IssuedNames
  /** Returns what Node objects say. Each node can write its own addresses. */
  nodes(): Promise<SeenNodes>
  readonly emergencies: Emergencies
  readonly events: Events
  /** Reads the guard; more of it is for setup and doctor. */
  readonly setupObjects: Pick<SetupObjects, 'read'>
  /** Returns gitVersion, for example v1.36.3. */
  version(): Promise<string>
  /** Returns the user of this login (SelfSubjectReview). Throws CLUSTER_UNAUTHORIZED for a 401. */
  whoAmI(): Promise<ClusterIdentity>
  /** Returns whether this login has a right (SelfSubjectAccessReview). */
  may(right: Right): Promise<boolean>
  /** Returns those of the rights that this login lacks: one SelfSubjectRulesReview for each namespace if it has them all. */
  lacks(rights: readonly Right[]): Promise<readonly Right[]>
  /**
   * Returns the API server's time, from the Date header of its newest answer; exact to one second. If it never sent one, returns
   * this machine's time.
   */
  now(): Promise<Date>
  /**
   * Returns client-ca-file of kube-system/extension-apiserver-authentication (PEM); null if it may not be read or does not exist.
   */
  clientCa(): Promise<string | null>
  /** Logs in with a client certificate (PEM) and its key, and returns the user; null if the API server answers 401. */
  logIn(certificatePem: string, key: Secret<string>): Promise<ClusterIdentity | null>
  /** Returns whether the holder of a client certificate (PEM) and its key has a right. */
  mayAs(certificatePem: string, key: Secret<string>, right: Right): Promise<boolean>
  /**
   * Returns the RoleBindings and ClusterRoleBindings that name the user or a group, in words and sorted; system:authenticated is
   * left out. Null if they cannot be read, which throws no CLUSTER_ code.
   */
  bindingsOf(identity: ClusterIdentity): Promise<readonly string[] | null>
  /** Ends calls under way. Later calls throw CLUSTER_UNREACHABLE. */
  close(): Promise<void>
}

/** The clusters of the configuration. */
export interface Clusters {
  /**
   * Returns a cluster with the login that the configuration names; the caller closes it. Throws CONFIG_ codes if that login cannot
   * be used or leads to another server than the configuration pins, CLUSTER_UNAUTHORIZED if its certificate has expired. `run`: the
   * clusters of the same run. A --context for one of them does not choose the login of another.
   */
  open(config: ClusterConfig, owner: string, run?: readonly ClusterConfig[]): Promise<Cluster>
}
