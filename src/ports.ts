// What countersign asks of the world: interfaces only. adapters/ answers them; rooms never import an answer.
import type { ClusterConfig } from './domain/config.ts'
import type { GuardTrial, TrialOutcome } from './domain/guard-trial.ts'
import type { StepOutcome } from './domain/outcome.ts'
import type { Plan } from './domain/plan.ts'
import type { PrivateKeySpec, RequestFile } from './domain/request.ts'
import type { BrokenRecord, RequestRecord } from './domain/record.ts'
import type { Secret } from './domain/secret.ts'
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
  Version,
} from './domain/signing-request.ts'
import type { SecretManifest, StoredSecret } from './domain/stored-secret.ts'

export type {
  ArtifactFile,
  Artifacts,
  Comments,
  GithubSettings,
  Notices,
  ReviewedRepository,
} from './ports/github.ts'

export type { GithubPlace, GithubSecrets, Locks, Outlets, OutputFiles } from './ports/sinks.ts'

export interface Clock {
  now(): Date
  /** Resolves after `milliseconds`, or rejects when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** The files of one state of the repository: a work tree, or one commit. */
export interface RepositoryFiles {
  /** What is read, for people: `work tree`, or a commit id. */
  readonly description: string
  /** One file, null where there is none. */
  read(path: string): Promise<RequestFile | null>
  /**
   * Every file below a folder, sorted by path; symbolic links are listed, not followed. Null where there is no such folder
   * (a commit has no empty folders, and lists nothing).
   */
  list(folder: string): Promise<readonly RequestFile[] | null>
}

/** A private key in the forms its holders need; it never leaves this object except into a sink. */
export interface GeneratedKey {
  /** PEM as `PrivateKeySpec.encoding` asks. */
  readonly pem: Secret<string>
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** Signs a CertificationRequestInfo: signature bytes as PKCS#10 wants them (ECDSA in DER). */
  sign(data: Uint8Array): Uint8Array
}

export interface Keys {
  generate(spec: PrivateKeySpec): Promise<GeneratedKey>
  /** The key in a PEM that was stored before (rotationPolicy Never). */
  load(pem: Secret<string>): GeneratedKey
}

/** The certificates.k8s.io/v1 conversation. Every method throws CountersignError when the cluster does not do its part. */
export interface SigningRequests {
  create(
    manifest: SigningRequestManifest,
  ): Promise<
    { readonly kind: 'created'; readonly object: SigningRequest } | { readonly kind: 'exists' }
  >
  read(name: string): Promise<SigningRequest | null>
  /** Adds Approved by PUT /approval with uid and resourceVersion; `changed` when the object moved on meanwhile. */
  approve(
    object: SigningRequest,
    reason: string,
    message: string,
  ): Promise<
    { readonly kind: 'approved'; readonly object: SigningRequest } | { readonly kind: 'changed' }
  >
  deny(
    object: SigningRequest,
    reason: string,
    message: string,
  ): Promise<
    { readonly kind: 'denied'; readonly object: SigningRequest } | { readonly kind: 'changed' }
  >
  /** The object's state now and after each change, until the caller stops or `signal` aborts. Deletion is a state. */
  observe(name: string, signal: AbortSignal): AsyncIterable<Seen>
  /** Those with the label of this owner, which anybody may set; null: all of the cluster. */
  list(owner: string | null): Promise<readonly SigningRequest[]>
}

/** What who decides by hand needs besides; apply needs none of it. */
export interface AllSigningRequests extends SigningRequests {
  /** Deletes this very object; `changed` when it moved on, or is gone. */
  remove(object: SigningRequest): Promise<'removed' | 'changed'>
}

/** One ConfigMap per request in the record namespace of a cluster. */
export interface Records {
  /** Every record of this owner; those that cannot be read apart. */
  list(): Promise<{
    readonly records: readonly RequestRecord[]
    readonly broken: readonly BrokenRecord[]
  }>
  read(request: string): Promise<RequestRecord | null>
  /** Creates (version null) or replaces under the version that was read; `conflict` when someone else was faster. */
  write(
    record: RequestRecord,
  ): Promise<
    { readonly kind: 'written'; readonly record: RequestRecord } | { readonly kind: 'conflict' }
  >
}

export interface Secrets {
  /** Tries whether a Secret of that name could be made, without making it; throws what would stand in the way. */
  rehearse(namespace: string, name: string): Promise<void>
  read(namespace: string, name: string): Promise<StoredSecret | null>
  /** Server-side apply. `expected` is what was read under the claim (null: there was none); `conflict` when it moved on. */
  apply(
    manifest: SecretManifest,
    expected: Version | null,
  ): Promise<
    { readonly kind: 'applied'; readonly version: Version } | { readonly kind: 'conflict' }
  >
  /** Deletes exactly what was read; `conflict` when it moved on, or is another object by now. */
  remove(stored: Pick<StoredSecret, 'namespace' | 'name' | 'version'>): Promise<'gone' | 'conflict'>
}

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

/** What setting countersign up in a cluster takes, and looking whether it stands. */
export interface Administration {
  /** A token of a service account; the API server may give it a shorter life than was asked for. */
  issueToken(
    account: { readonly namespace: string; readonly name: string },
    seconds: number,
  ): Promise<{ readonly token: Secret<string>; readonly expiresAt: Date }>
  /** What somebody else may do, asked by who may ask that; null where the API server takes no such question. */
  mayOther(
    who: { readonly username: string; readonly groups: readonly string[] },
    right: Right,
  ): Promise<boolean | null>
  /** The spec of an admission policy or binding; null where there is none, `hidden` where it may not be read. */
  guardSpec(
    kind: 'ValidatingAdmissionPolicy' | 'ValidatingAdmissionPolicyBinding',
    name: string,
  ): Promise<{ readonly spec: unknown } | 'hidden' | null>
  /** One dry run; nothing is stored. */
  tryGuard(trial: GuardTrial): Promise<TrialOutcome>
}

/** Earlier states of a file, from the history that HEAD leads back to. */
export interface PastFiles {
  /** What stood at the path, newest first; empty where there is no such history. */
  of(path: string): Promise<readonly RequestFile[]>
}

/** Opens the clusters of the configuration. */
export interface Clusters {
  open(config: ClusterConfig, owner: string): Promise<Cluster>
}

/** Who this run is to other runs, and whether an earlier one cannot come back. */
export interface Processes {
  readonly holder: string
  isGone(holder: string): boolean
}

/** The person at the terminal. */
export interface Person {
  readonly osUser: string
  /** Shows the plan and asks; `yes` is the only yes. */
  confirm(plan: Plan): Promise<boolean>
}

/** Long work, told as it happens. Nothing here is a result. */
export interface Progress {
  /** One line a request, changed in place where that is possible. */
  step(name: string, cluster: string, state: string): void
  /** A request is finished, one way or another. */
  done(outcome: StepOutcome): void
}
