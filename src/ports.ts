// What countersign asks of the world: interfaces only. adapters/ answers them; rooms never import an answer.
import type { Account } from './domain/account.ts'
import type {
  BranchProtection,
  CodeOwnersFault,
  DeploymentBranches,
} from './domain/github-settings.ts'
import type { ClusterConfig, TeamRef } from './domain/config.ts'
import type {
  Ancestry,
  BlobsAt,
  BranchMove,
  FileAt,
  ListedFile,
  ObjectId,
} from './domain/history.ts'
import type { StepOutcome } from './domain/outcome.ts'
import type { Plan } from './domain/plan.ts'
import type { PullRequest } from './domain/pull-request.ts'
import type { BranchRules, RepositoryFacts, Standings } from './domain/repository.ts'
import type { PrivateKeySpec, RequestFile } from './domain/request.ts'
import type { RequestRecord } from './domain/record.ts'
import type { Secret } from './domain/secret.ts'
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
  Version,
} from './domain/signing-request.ts'
import type { SecretManifest, StoredSecret } from './domain/stored-secret.ts'

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
}

/** One ConfigMap per request in the record namespace of a cluster. */
export interface Records {
  /** Every record of this owner. */
  list(): Promise<readonly RequestRecord[]>
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
}

/** A file of an artifact; its name has no folders. */
export interface ArtifactFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Artifacts of the workflow run this is part of. */
export interface Artifacts {
  /** Uploads the files as one artifact, in place of one that this run holds under that name already. */
  upload(name: string, files: readonly ArtifactFile[]): Promise<void>
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

/**
 * A repository at GitHub: its git objects, and what GitHub knows of how they came there. Only reading. Every method answers
 * whole or throws (GITHUB_ codes, APPROVAL_API_INCOMPLETE): a page that is missing is never "nothing there".
 */
export interface ReviewedRepository {
  /** Asked anew each time: the tip of the default branch moves. */
  facts(): Promise<RepositoryFacts>
  /**
   * Every commit reachable from the tips, with the objects at the watched paths. What `known` holds is not asked for again and
   * is part of the answer; a tip that GitHub no longer has is absent from it.
   */
  ancestry(
    tips: readonly ObjectId[],
    watched: readonly string[],
    known?: Ancestry,
  ): Promise<Ancestry>
  /** The files below each tree, at any depth. */
  listings(trees: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly ListedFile[]>>
  blobsAt(files: readonly FileAt[]): Promise<BlobsAt>
  /** The files of a commit, from git objects. */
  filesAt(commit: ObjectId): RepositoryFiles
  /** Numbers of the pull requests that GitHub links to each commit. */
  pullRequestsOf(commits: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly number[]>>
  pullRequests(numbers: readonly number[]): Promise<readonly PullRequest[]>
  /** Moves of the default branch, oldest first; null where they cannot be read. */
  defaultBranchMoves(): Promise<readonly BranchMove[] | null>
  /** What rulesets ask of the default branch; null where they cannot be read. */
  branchRules(): Promise<BranchRules | null>
  standings(accounts: readonly Account[], teams: readonly TeamRef[]): Promise<Standings>
  /** How often GitHub was asked so far. */
  calls(): { readonly rest: number; readonly graphql: number }
}

/** The comments countersign keeps on pull requests, each kind once, found by a marker and by being our own. */
export interface Comments {
  /** The text of our own comment, null where there is none. */
  find(pullRequest: number, marker: string): Promise<string | null>
  /**
   * What programs (workflows, GitHub Apps) wrote under the marker, newest first. Some other program may have: it has to be
   * checked by what it says.
   */
  byPrograms(pullRequest: number, marker: string): Promise<readonly string[]>
  /** Writes it, or rewrites it where it says something else. The text begins with the marker. */
  write(pullRequest: number, marker: string, body: string): Promise<void>
}

/** Settings of a repository at GitHub, for looking whether they stand. Only reading; null is "may not be seen" unless said otherwise. */
export interface GithubSettings {
  /** Null where there is no such environment. */
  deploymentBranches(environment: string): Promise<DeploymentBranches | 'hidden' | null>
  /** Whether a secret of that name exists, in the environment, or in the repository for null. */
  hasSecret(name: string, environment: string | null): Promise<boolean | null>
  branchProtection(branch: string): Promise<BranchProtection | null>
  codeOwnersFaults(): Promise<readonly CodeOwnersFault[] | null>
  /** Whose token it is; null for a token that is nobody's (of a job, of an App). */
  viewer(): Promise<Account | null>
  /** Null where nobody has that login, or that id. */
  account(who: { readonly login: string } | { readonly id: number }): Promise<Account | null>
}
