// The values of countersign.yaml (design: config and policy). People are numeric ids; logins are for reading.
import type { IssuerRef, Places, RequestSpec } from './request.ts'

export interface Config {
  /** metadata.name: the owner of records. */
  readonly owner: string
  readonly path: string
  readonly places: Places
  /** The Gitea server of the repository; null for GitHub. It names no address that gets a token (entry/gitea-server.ts). */
  readonly forge: { readonly kind: 'gitea'; readonly url: string } | null
  /** The server's id of the repository, null if any may have this configuration. */
  readonly repositoryId: number | null
  /** Folder of the request files. */
  readonly requests: string
  readonly defaultCluster: string | null
  readonly clusters: readonly ClusterConfig[]
  readonly defaults: readonly DefaultBlock[]
  /** The signer for each cert-manager issuer. */
  readonly issuers: readonly IssuerConfig[]
  readonly people: readonly PersonConfig[]
  readonly approval: ApprovalConfig
  /** Comments have certificates in a repository that is not public, and in a public one if this is true. */
  readonly certificatesInPublicComments: boolean
  readonly limits: LimitsConfig
  readonly rotation: RotationConfig
  readonly exceptions: readonly ExceptionConfig[]
  readonly emergency: EmergencyConfig | null
}

/** Who may have which requests issued without the server of the repository. */
export interface EmergencyConfig {
  /** Names of Kubernetes users, exact. */
  readonly people: readonly string[]
  readonly maxDurationSeconds: number
  /** Names of requests. */
  readonly requests: readonly string[]
}

export interface RotationConfig {
  readonly jitterPercent: number
  /** Null if certificates are renewed at any hour. */
  readonly window: RenewalWindow | null
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Hours of some days; minutes of the day in the time zone. They go over midnight if `to` is not after `from`. */
export interface RenewalWindow {
  readonly days: readonly (typeof WEEKDAYS)[number][]
  readonly from: number
  readonly to: number
  readonly timezone: string
}

export const PROVIDERS = ['auto', 'kubeadm', 'eks', 'gke', 'aks', 'other'] as const
export type Provider = (typeof PROVIDERS)[number]

export interface ClusterConfig {
  readonly name: string
  readonly provider: Provider
  /** https URL of the API server, or null if the kubeconfig gives it. */
  readonly server: string | null
  /** PEM of the API server's CA, or null. */
  readonly certificateAuthority: string | null
  readonly auth: ClusterAuth
  readonly recordNamespace: string
  readonly signers: readonly SignerConfig[]
  /** Folder of the files that list its nodes; null if there is none. */
  readonly nodeInventory: string | null
  /** Client certificates of others that an audit does not report, such as those of the control plane. */
  readonly knownCredentials: readonly { readonly sha256: string; readonly note: string }[]
}

export type ClusterAuth =
  | { readonly kind: 'kubeconfigEnv'; readonly variable: string; readonly context: string | null }
  | { readonly kind: 'kubeconfigPath'; readonly path: string; readonly context: string | null }
  | { readonly kind: 'githubOidc'; readonly audience: string }
  | { readonly kind: 'inCluster' }
  /** No `auth` member: the current kubeconfig, at a terminal only. */
  | { readonly kind: 'currentKubeconfig' }

export interface SignerConfig {
  readonly name: string
  /** PEM of the CA that signs, or null. */
  readonly certificateAuthority: string | null
  /** PEM of those of its CAs that sign no more, and whose certificates are renewed now; or null. */
  readonly retiring: string | null
  /** The signer's longest duration in seconds, or null. */
  readonly maxDurationSeconds: number | null
}

/** Returns what the configuration says of a signer; null if it does not name it. */
export function signerNamed(
  { signers }: { readonly signers: readonly SignerConfig[] },
  signerName: string,
): SignerConfig | null {
  return signers.find(({ name }) => name === signerName) ?? null
}

/** The signer that replaces an issuerRef of cert-manager. */
export interface IssuerConfig extends IssuerRef {
  readonly signerName: string
  /** The cluster of the signer; null leaves it to the defaults. */
  readonly cluster: string | null
}

/** A block of defaults. The first block with a top-level member of spec fills that member completely if the request lacks it. */
export interface DefaultBlock {
  readonly paths: readonly string[]
  readonly spec: DefaultSpec
}

/** Members are null if the block does not set them. Identity, access and its end are never defaulted. */
export interface DefaultSpec extends Omit<
  RequestSpec,
  'subject' | 'sans' | 'request' | 'issuer' | 'access' | 'until'
> {
  /** Namespace of the default Secret for a generated key. */
  readonly namespace: string | null
}

export interface UserRef {
  readonly login: string
  readonly id: number
}

export interface TeamRef {
  readonly slug: string
  readonly id: number
}

export interface PersonConfig extends UserRef {
  readonly name: string
}

export interface ApprovalRule {
  readonly required: number
  readonly users: readonly UserRef[]
  readonly teams: readonly TeamRef[]
  readonly codeOwners: boolean
}

export interface ApprovalConfig {
  readonly configuration: ApprovalRule
  readonly requests: ApprovalRule
  readonly strict: boolean
  /** Seconds, or null for no limit. */
  readonly maxAgeSeconds: number | null
  /** Seconds for which renewals go on while GitHub does not answer. */
  readonly offlineGraceSeconds: number
  readonly never: readonly UserRef[]
  /** Bots whose pull requests may change versions of actions without a human contributor. */
  readonly bots: readonly UserRef[]
  readonly commandLine: 'ask' | 'never'
  readonly mixedPullRequests: 'refuse'
}

/** A count, or a percentage of what exists. */
export type Limit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number }

export interface LimitsConfig {
  readonly maxIssue: Limit
  readonly maxRenew: Limit
  readonly maxWithdraw: Limit
  readonly lifted: readonly string[]
}

export interface ExceptionConfig {
  readonly code: string
  readonly paths: readonly string[]
  readonly values: readonly string[]
  /** The last day of the exception (UTC, YYYY-MM-DD). */
  readonly until: string
  readonly reason: string
}
