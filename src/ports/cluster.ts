// One API server that countersign has logged in to.
import type { ClusterConfig } from '../domain/request/config.ts'
import type { Secret } from '../domain/request/secret-value.ts'
import type { Records } from './records.ts'
import type { Secrets } from './secrets.ts'
import type { SigningRequests } from './signing-requests.ts'

/** What one right question asks. */
export interface Right {
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly verb: string
  readonly namespace?: string
  readonly name?: string
}

export interface ClusterIdentity {
  readonly username: string
  readonly groups: readonly string[]
}

/** One cluster, logged in to. */
export interface Cluster {
  /** Name in the configuration. */
  readonly name: string
  /** https URL of the API server. */
  readonly server: string
  /** PEM of the API server's CA, null where the system's roots are used. */
  readonly serverCa: string | null
  readonly signingRequests: SigningRequests
  readonly records: Records
  readonly secrets: Secrets
  /** gitVersion, for example v1.36.3. */
  version(): Promise<string>
  whoAmI(): Promise<ClusterIdentity>
  may(right: Right): Promise<boolean>
  /** The API server's clock, from its Date header of the newest answer. */
  now(): Promise<Date>
  /** client-ca-file of kube-system/extension-apiserver-authentication (PEM), null where it may not be read. */
  clientCa(): Promise<string | null>
  /** Logs in with a client certificate and asks who that is; null where the API server says 401. */
  logIn(certificatePem: string, key: Secret<string>): Promise<ClusterIdentity | null>
  /** RoleBindings and ClusterRoleBindings that name a user or group, in words; null where they may not be read. */
  bindingsOf(identity: ClusterIdentity): Promise<readonly string[] | null>
  close(): Promise<void>
}

/** Opens the clusters of the configuration. */
export interface Clusters {
  open(config: ClusterConfig, owner: string): Promise<Cluster>
}
