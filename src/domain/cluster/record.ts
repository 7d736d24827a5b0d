// The record of one request in one cluster. It says what was done, never what is allowed.
import type { Evidence } from '../proof/evidence.ts'
import type { Problem } from '../problem.ts'
import type { SealedSink, Sink } from '../request/sink.ts'

/** Label of every object that apply makes: whose it is. */
export const OWNER_LABEL = 'countersign.dev/owner'

/** Who is at work on a request, and until when (by the API server's clock). */
export interface Claim {
  readonly holder: string
  /** The attempt the holder makes; part of the CertificateSigningRequest's name. */
  readonly n: number
  readonly objectName: string
  readonly deadline: Date
}

export interface IssuedRecord {
  readonly n: number
  readonly objectName: string
  readonly effective: string
  readonly path: string
  readonly blob: string
  readonly signerName: string
  /** PEM, leaf first. Facts about the certificate are read from here, not from members beside it. */
  readonly certificate: string
  readonly sinks: readonly Sink[]
  /** What stands in sinks that cannot be read. */
  readonly sealed: readonly SealedSink[]
  /** Targets of the sinks it could not be put into, or that do not hold it any more. */
  readonly incomplete: readonly string[]
  /** Targets that we wrote or tried to, this time or before: what stands in them is not somebody else's, in those of `incomplete` too. */
  readonly written: readonly string[]
  /** The effective request's canonical JSON, so that a later plan can say what changed. */
  readonly meaning: string
  readonly proof: RecordedProof
  readonly issuedAt: Date
  /** Since when there have been certificates for this public key. */
  readonly keySince: Date
  /** When the certificate before it for the same public key ends; null where there was none. */
  readonly beforeUntil: Date | null
}

export interface RecordedProof {
  readonly kind: 'terminal' | 'review'
  readonly by: string
  readonly digest: string
  /** Null for a proof at a terminal. */
  readonly evidence: Evidence | null
}

/** What ended the use of a certificate that may work all the same: Kubernetes cannot revoke. */
export type Ending = 'renewed' | 'reissued' | 'withdrawn' | 'abandoned'

/** A certificate that was issued for the request: written down before any sink gets it, and kept until it has expired. */
export interface RecordedCertificate {
  readonly n: number
  readonly objectName: string
  readonly serial: string
  readonly sha256: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Targets of the sinks that it was issued for. */
  readonly targets: readonly string[]
  /** Digest of the proof. */
  readonly proof: string
  /** Null where it is the one that is in use, or may have been stored without a word of it. */
  readonly ended: { readonly how: Ending; readonly at: Date } | null
}

/** A certificate that works, and that no row of the status shows. */
export interface EarlierCertificate extends Pick<RecordedCertificate, 'n' | 'objectName'> {
  /** Null, like `notBefore` and `proof`, for an attempt that never got as far as a sink. */
  readonly serial: string | null
  readonly sha256: string
  readonly notBefore: Date | null
  readonly notAfter: Date
  readonly targets: readonly string[]
  readonly proof: string | null
  /** `unrecorded`: its run was cut off and may have stored it; `fileGone`: it is in use, and no file that can be read asks for it. */
  readonly ended: Ending | 'unrecorded' | 'fileGone'
  /** Null where nobody wrote down when. */
  readonly endedAt: Date | null
}

/** A certificate whose key was lost, or an attempt that was given up. */
export interface AbandonedAttempt {
  readonly n: number
  readonly objectName: string
  /** Set where a certificate had been signed. */
  readonly sha256: string | null
  readonly notAfter: Date | null
}

/** Tries of one meaning that failed, one after the other. */
export interface Failures {
  readonly count: number
  readonly lastAt: Date
  /** The effective digest that was tried. */
  readonly effective: string
}

/** A record that cannot be read: its request stands still, the others go on. */
export interface BrokenRecord {
  readonly request: string
  readonly cluster: string
  readonly problem: Problem
}

export interface RequestRecord {
  readonly request: string
  readonly cluster: string
  /** Counts every create in the record's life. */
  readonly n: number
  readonly claim: Claim | null
  readonly issued: IssuedRecord | null
  readonly withdrawnAt: Date | null
  /** What attempts up to this one stored was withdrawn; 0 where nothing ever was. */
  readonly emptied: number
  readonly abandoned: readonly AbandonedAttempt[]
  /** Every certificate that has not expired and may have been stored, the current one included. */
  readonly history: readonly RecordedCertificate[]
  /** Null where the last try succeeded. */
  readonly failures: Failures | null
  /** The stored object's resourceVersion and uid, null for a record not yet stored. */
  readonly version: { readonly resourceVersion: string; readonly uid: string } | null
}
