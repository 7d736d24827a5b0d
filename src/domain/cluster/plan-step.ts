// The plan: one step with its reason for each request and cluster. These are pure values; apply computes them again.
import type { NonEmpty, Problem } from '../problem.ts'
import type { ObjectId } from '../proof/git-history.ts'
import type { CertificateRequest, EffectiveRequest } from '../request/request.ts'
import type { DistinguishedName } from '../request/x500.ts'
import type { PredictedCertificate } from './prediction.ts'
import type { IssuedRecord, RequestRecord } from './record.ts'
import type { Sink } from '../request/sink.ts'

/** SHA-256 over the RFC 8785 JSON of the effective request, lower-case hex. An approval covers this digest. */
export type EffectiveDigest = string

/** The reason of a step; shown to people and kept in records. */
export type Reason =
  | 'NoCertificateYet'
  | 'MeaningChanged'
  | 'CertificateMissingFromSink'
  | 'RenewalDue'
  | 'AuthorityRetires'
  | 'CertificateExpired'
  | 'UpToDate'
  | 'LastCertificate'
  | 'Ended'
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

/** Facts shared by issue, reissue and renew: the steps that create a certificate. */
export interface IssuingFacts {
  readonly request: EffectiveRequest
  readonly effective: EffectiveDigest
  readonly prediction: PredictedCertificate
  readonly warnings: readonly Problem[]
  /** Roles whose changed rules refuse a renewal, as the policies say. */
  readonly fixedRoles: readonly string[]
  /** The record that was read, null if there is none. */
  readonly record: RequestRecord | null
}

export type IssueStep = StepOf<'issue'> & IssuingFacts

/** The certificate in use. Both are null if the plan compares trees and no cluster was asked. */
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
/** The lifetime that is asked for, in seconds: less than the duration where the request ends before. */
export function askedSeconds({ request, prediction }: IssuingFacts): number {
  const { until, durationSeconds } = request
  if (until === null || prediction.kind !== 'predicted') return durationSeconds
  const { lifetimeSeconds, backdateSeconds } = prediction
  return lifetimeSeconds + backdateSeconds < durationSeconds ? lifetimeSeconds : durationSeconds
}

/** A commit of the default branch, and the file's blob from there on; null if it is gone. */
export interface EndOfRequest {
  readonly commit: ObjectId
  readonly blob: ObjectId | null
  /** What the file asked for until then. */
  readonly request: CertificateRequest
  /** The files of requests from there on: path → mode and blob. */
  readonly files: ReadonlyMap<string, string>
  /** False if no configuration is known by which it asked for this cluster. */
  readonly isSure: boolean
}

export type WithdrawStep = StepOf<'withdraw'> &
  CurrentCertificate & {
    readonly name: string
    readonly cluster: string
    /** When the request ended, for `Ended`; absent otherwise. */
    readonly end?: Date
    /** The file that asks for the withdrawal, or that was removed. */
    readonly path: string
    /**
     * Where the newest file of the name stopped asking for it, as git shows; absent without such a file. Null if no single change ended
     * it: an unreadable version was replaced by another request.
     */
    readonly ended?: EndOfRequest | null
    /** The sinks to delete: those in committed files (`last-issued`), never those in the record. */
    readonly sinks: readonly Sink[]
    readonly record: RequestRecord | null
    /** Bindings that give the certificate rights until it ends; null if they could not be read. */
    readonly bindings: readonly string[] | null
  }
export interface BlockedStep extends StepOf<'blocked'>, Refused {
  readonly name: string
  /** notAfter of the certificate that is still in use, null if there is none; absent if this is unknown. */
  readonly validUntil?: Date | null | undefined
  /** That certificate; absent or null without one. */
  readonly current?: IssuedRecord | null
}

export type Step = IssueStep | ReissueStep | RenewStep | KeepStep | WithdrawStep | BlockedStep

/** The steps that end with a new certificate. */
export type IssuingStep = IssueStep | ReissueStep | RenewStep

export function isIssuing(step: Step): step is IssuingStep {
  return step.kind === 'issue' || step.kind === 'reissue' || step.kind === 'renew'
}

/** The steps that change something. */
export type ActingStep = IssuingStep | WithdrawStep

export interface Plan {
  /** `tree`: compared with another commit; `cluster`: with the records. */
  readonly basis: 'tree' | 'cluster'
  readonly steps: readonly Step[]
  /** Problems that belong to no single step (configuration, unreadable files). */
  readonly problems: readonly Problem[]
  /** Effects that a change of configuration or policies in the same files would have after the merge. */
  readonly effects: readonly Effect[]
}

/** The result of one request under changed rules. */
export interface Effect {
  /** `cluster/name`, the path of a file that cannot be read, or words for a cluster. */
  readonly request: string
  readonly was: 'allowed' | 'refused' | 'absent'
  readonly will: 'allowed' | 'refused' | 'absent'
  /** Codes of the refusals, and the message of the first one; absent if it is allowed. */
  readonly codes: readonly string[]
  readonly reason?: string
  /** Changes of the effective request. */
  readonly changes: readonly Change[]
}

/** The effects on requests, without those on what is installed in a cluster: these have no path and no name in a cluster. */
export function affectedRequests(effects: readonly Effect[]): readonly Effect[] {
  return effects.filter(({ request }) => request.includes('/'))
}

/** A request, or a whole file, that was refused. `name` and `cluster` are null if they are not known. */
export interface Refused {
  readonly path: string
  readonly name: string | null
  readonly cluster: string | null
  /** The requested one; absent if it cannot be read. */
  readonly subject?: DistinguishedName | undefined
  /** It asks for withdrawal. */
  readonly withdraw?: boolean
  readonly problems: NonEmpty<Problem>
}

/**
 * The request of a step: its name (the path if there is none, as for a removal), its cluster (null if it is unknown), and the file
 * that asks for it or asked for it before.
 */
export function stepTarget(step: Step): Pick<BlockedStep, 'name' | 'cluster' | 'path'> {
  return 'request' in step ? step.request : step
}
