// The plan: for each request and cluster one step, with its reason. Pure values; apply makes them again.
import type { NonEmpty, Problem } from '../problem.ts'
import type { EffectiveRequest } from '../request/request.ts'
import type { PredictedCertificate } from './prediction.ts'
import type { IssuedRecord, RequestRecord } from './record.ts'
import type { Sink } from '../request/sink.ts'

/** SHA-256 over the RFC 8785 JSON of the effective request, lower-case hex. What an approval means. */
export type EffectiveDigest = string

/** Why a step is what it is; shown to people and kept in records. */
export type Reason =
  | 'NoCertificateYet'
  | 'MeaningChanged'
  | 'CertificateMissingFromSink'
  | 'RenewalDue'
  | 'CertificateExpired'
  | 'UpToDate'
  | 'OnlyBytesChanged'
  | 'FileRemoved'
  | 'WithdrawAsked'
  | 'Withdrawn'
  | 'Refused'

/** One member of the effective request that differs from what was issued. */
export interface Change {
  readonly member: string
  readonly from: string
  readonly to: string
}

interface StepOf<Kind extends string> {
  readonly kind: Kind
  readonly because: Reason
}

/** What issue, reissue and renew share: a certificate will be made. */
export interface IssuingFacts {
  readonly request: EffectiveRequest
  readonly effective: EffectiveDigest
  readonly prediction: PredictedCertificate
  readonly warnings: readonly Problem[]
  /** The record as it was seen, null where there is none. */
  readonly record: RequestRecord | null
}

export type IssueStep = StepOf<'issue'> & IssuingFacts

/** What stands now. All null where the plan compares trees and no cluster was asked. */
export interface CurrentCertificate {
  readonly current: IssuedRecord | null
  /** notAfter of the certificate that is stored now. */
  readonly until: Date | null
}

export type ReissueStep = StepOf<'reissue'> &
  IssuingFacts &
  CurrentCertificate & { readonly changes: readonly Change[] }
export type RenewStep = StepOf<'renew'> &
  IssuingFacts &
  CurrentCertificate & { readonly current: IssuedRecord; readonly until: Date }
export type KeepStep = StepOf<'keep'> &
  IssuingFacts &
  CurrentCertificate & { readonly renewAt: Date | null }
export type WithdrawStep = StepOf<'withdraw'> &
  CurrentCertificate & {
    readonly name: string
    readonly cluster: string
    /** The file that asks for it, or that is gone. */
    readonly path: string
    /** The sinks to empty: those of files in git (`last-issued`), never those of the record. */
    readonly sinks: readonly Sink[]
    readonly record: RequestRecord | null
    /** What still lets the certificate do something until it ends; null where nobody could look. */
    readonly bindings: readonly string[] | null
  }
export type BlockedStep = StepOf<'blocked'> & {
  readonly name: string
  readonly cluster: string | null
  readonly path: string
  readonly problems: NonEmpty<Problem>
  /** notAfter of the certificate that stands all the same, null where none does; absent where nobody could look. */
  readonly validUntil?: Date | null | undefined
}

export type Step = IssueStep | ReissueStep | RenewStep | KeepStep | WithdrawStep | BlockedStep

/** The steps that end with a new certificate. */
export type IssuingStep = IssueStep | ReissueStep | RenewStep

/** The steps that change something. */
export type ActingStep = IssuingStep | WithdrawStep

export interface Plan {
  /** `tree`: compared with another commit; `cluster`: with the records. */
  readonly basis: 'tree' | 'cluster'
  readonly steps: readonly Step[]
  /** Problems that belong to no single step (configuration, files that nobody can read). */
  readonly problems: readonly Problem[]
  /** What a change of configuration or policies in the same files would do once merged. */
  readonly effects: readonly Effect[]
}

/** How one request would fare under changed rules. */
export interface Effect {
  /** `cluster/name`, or the path of a file that cannot be read. */
  readonly request: string
  readonly was: 'allowed' | 'refused' | 'absent'
  readonly will: 'allowed' | 'refused' | 'absent'
  /** Why it would be refused. */
  readonly codes: readonly string[]
  /** How its meaning would change. */
  readonly changes: readonly Change[]
}

/** A request, or a whole file, that got no further; `name` and `cluster` are null where they cannot be known. */
export interface Refused {
  readonly path: string
  readonly name: string | null
  readonly cluster: string | null
  readonly problems: NonEmpty<Problem>
}
