// The record of one request in one cluster. It says what was done, never what is allowed.
import type { Evidence, EvidencedPerson } from '../proof/evidence.ts'
import type { ObjectId } from '../proof/git-history.ts'
import type { Problem } from '../problem.ts'
import type { RecordedEmergency } from './emergency.ts'
import type { RoleInPlace } from '../request/access.ts'
import type { SealedSink, Sink } from '../request/sink.ts'

/** Label of every object that apply creates: the owner of the object. */
export const OWNER_LABEL = 'countersign.dev/owner'

/** Name of the ConfigMap that holds the record of a request. */
export function recordName(owner: string, request: string): string {
  return `countersign-${owner}-${request}`
}

/** Annotations of such an object: the records that it belongs to. One API server may have those of several clusters and owners. */
export const CLUSTER_ANNOTATION = 'countersign.dev/cluster'
export const RECORDS_ANNOTATION = 'countersign.dev/records'

/** The run that works on a request, and its deadline by the API server's clock. */
export interface Claim {
  readonly holder: string
  /** The attempt of the holder; part of the CertificateSigningRequest's name. */
  readonly n: number
  readonly objectName: string
  readonly deadline: Date
  /** The grant of the attempt's certificate; null without access. */
  readonly grant: string | null
}

export interface IssuedRecord {
  readonly n: number
  readonly objectName: string
  readonly effective: string
  readonly path: string
  readonly blob: string
  readonly signerName: string
  /** PEM, leaf first. Facts about the certificate are read from here, not from other members of the record. */
  readonly certificate: string
  readonly sinks: readonly Sink[]
  /** Contents of the sinks that cannot be read. */
  readonly sealed: readonly SealedSink[]
  /** Targets of the sinks that could not be written, or that no longer hold the certificate. */
  readonly incomplete: readonly string[]
  /**
   * Targets that countersign wrote or tried to write, now or earlier. Their content counts as our own, also for those in
   * `incomplete`.
   */
  readonly written: readonly string[]
  /** The effective request's canonical JSON, so that a later plan can say what changed. */
  readonly meaning: string
  readonly proof: RecordedProof
  readonly issuedAt: Date
  /** When the first certificate for this public key was issued. */
  readonly keySince: Date
  /** When the previous certificate for the same public key ends; null if there was none. */
  readonly beforeUntil: Date | null
  /** Everyone who opened or contributed to a pull request that a certificate was issued for; the latest 100. */
  readonly people: readonly EvidencedPerson[]
  /** What the access meant when it was granted; null without access. */
  readonly granted: GrantedAccess | null
  /** SHA-256 of the private key that its sinks hold; absent for a key of the requester. A plan decodes no key that has it. */
  readonly keySha256?: string | undefined
}

/** The roles and namespaces of an access, as they were when it was granted. */
export interface GrantedAccess {
  readonly places: readonly RoleInPlace[]
  /** SHA-256 of the rules of each ClusterRole. */
  readonly roles: Readonly<Record<string, string>>
  /** uid of each namespace. */
  readonly namespaces: Readonly<Record<string, string>>
}

export interface RecordedProof {
  readonly kind: 'terminal' | 'review' | 'emergency'
  readonly by: string
  readonly digest: string
  /** Null for a proof at a terminal and in an emergency. */
  readonly evidence: Evidence | null
  readonly emergency?: RecordedEmergency | undefined
}

/** Logins of a review; the user at a terminal; the people and the reason of an emergency. */
export function recordedApprovers({ kind, by, evidence }: RecordedProof): readonly string[] {
  if (evidence !== null) return evidence.approvals.map(({ reviewer }) => reviewer.login)
  return [kind === 'emergency' ? by : `${by} at a terminal`]
}

/** How the use of a certificate ended. Without a revoked grant the certificate works until it expires: Kubernetes cannot revoke. */
export type Ending = 'renewed' | 'reissued' | 'withdrawn' | 'abandoned' | 'revoked'

/** Who decided on a certificate, and on which bytes. It outlives the evidence, which the record has for the newest one only. */
export interface RecordedApproval {
  readonly path: string
  readonly blob: ObjectId
  /** The pull request and its commit on the default branch; null for a proof at a terminal. */
  readonly pullRequest: number | null
  readonly commit: ObjectId | null
  /** Who opened the pull request or contributed to it. */
  readonly requestedBy: readonly EvidencedPerson[]
  /** The reviewers that counted; empty for a proof at a terminal. */
  readonly approvedBy: readonly EvidencedPerson[]
  readonly rule: string | null
  /** The user of the operating system who confirmed the plan at a terminal. */
  readonly terminalUser: string | null
  readonly emergency?: RecordedEmergency | undefined
}

/** A certificate that was issued for the request. It is recorded before any sink gets it, and kept at least until it expires. */
export interface RecordedCertificate {
  readonly n: number
  readonly objectName: string
  readonly serial: string
  readonly sha256: string
  /** The names of the certificate, as text. */
  readonly subject: string
  readonly sans: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** Targets of the sinks that it was issued for. */
  readonly targets: readonly string[]
  /** Digest of the proof. */
  readonly proof: string
  /** The group of its own; null without access. */
  readonly grant: string | null
  /** Null for the certificate in use, and for one that may have been stored although its run was cut off. */
  readonly ended: CertificateEnd | null
  /** Null if the proof was not kept. */
  readonly approval: RecordedApproval | null
}

export interface CertificateEnd {
  readonly how: Ending
  readonly at: Date
  /** Who revoked, as the login of that user said it; absent for another end. */
  readonly by?: string | undefined
}

/** A working certificate that no row of the status shows. */
export interface EarlierCertificate extends Pick<
  RecordedCertificate,
  'n' | 'objectName' | 'subject' | 'sans' | 'approval'
> {
  /** Null, like `notBefore` and `proof`, for an attempt that never reached a sink. */
  readonly serial: string | null
  readonly sha256: string
  readonly notBefore: Date | null
  readonly notAfter: Date
  readonly targets: readonly string[]
  readonly proof: string | null
  readonly grant: string | null
  /** `unrecorded`: its run was cut off and may have stored it. `fileGone`: it is in use, and no readable file asks for it. */
  readonly ended: Ending | 'unrecorded' | 'fileGone'
  /** Null if the time was not recorded. */
  readonly endedAt: Date | null
  readonly endedBy?: string | undefined
}

/** A certificate that was looked for in the records. */
export interface FoundCertificate
  extends RecordedCertificate, Pick<RequestRecord, 'request' | 'cluster'> {
  /** Null for an earlier certificate: the record has evidence for its newest one only. */
  readonly newest: IssuedRecord | null
}

/** An attempt that stored no certificate. Its key, unless it is the requester's own, is lost. */
export interface AbandonedAttempt {
  readonly n: number
  readonly objectName: string
  /** Set if a certificate was signed. */
  readonly sha256: string | null
  readonly notAfter: Date | null
}

/** Consecutive failures of one effective request. */
export interface Failures {
  readonly count: number
  readonly lastAt: Date
  /** The effective digest that was tried. */
  readonly effective: string
  /** The problem of the last one; not in records of earlier versions. */
  readonly last?: { readonly code: string; readonly message: string } | undefined
}

/** An unreadable record. Its request is blocked; the others continue. */
export interface BrokenRecord {
  readonly request: string
  readonly cluster: string
  readonly problem: Problem
}

export interface RequestRecord {
  readonly request: string
  readonly cluster: string
  /** Counts the attempts during the record's life, also those that created no CertificateSigningRequest. */
  readonly n: number
  readonly claim: Claim | null
  readonly issued: IssuedRecord | null
  readonly withdrawnAt: Date | null
  /** Everything that attempts up to this number stored was withdrawn; 0 if nothing was withdrawn. */
  readonly emptied: number
  readonly abandoned: readonly AbandonedAttempt[]
  /** Every certificate that has not expired and may have been stored, including the current one; and the newest expired ones. */
  readonly history: readonly RecordedCertificate[]
  /** Null if the last attempt succeeded. */
  readonly failures: Failures | null
  /** The time between two restores of the cluster to which it belongs. Kept, and not used yet. */
  readonly epoch?: string | undefined
  /** The stored object's resourceVersion and uid, null for a record not yet stored. */
  readonly version: { readonly resourceVersion: string; readonly uid: string } | null
}
