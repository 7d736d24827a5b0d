// Approved steps and their proofs. Only core/approval/approved-step.ts can make an ApprovedStep; only an ApprovedStep reaches a
// cluster.
import type { RecordedEmergency } from '../cluster/emergency.ts'
import type { Evidence } from './evidence.ts'
import type { IssuingStep, WithdrawStep } from '../cluster/plan-step.ts'

export type ApprovalProof = TerminalProof | ReviewProof | EmergencyProof

/** A person at a terminal read the plan and confirmed it. This is no security boundary: RBAC and the guard are. */
export interface TerminalProof {
  readonly kind: 'terminal'
  readonly osUser: string
  readonly clusterUser: string
  readonly requester: string | null
  /** Digest of the plan that was shown. */
  readonly shown: string
  readonly at: Date
  /** SHA-256 over the canonical JSON of this proof and the step's effective digest. */
  readonly digest: string
}

/** Enough eligible people approved this file content and effective request on a pull request. */
export interface ReviewProof {
  readonly kind: 'review'
  readonly evidence: Evidence
  readonly at: Date
  /** SHA-256 over the RFC 8785 JSON of the evidence. */
  readonly digest: string
}

/** Two people of the trusted configuration asked for a short certificate. */
export interface EmergencyProof {
  readonly kind: 'emergency'
  readonly emergency: RecordedEmergency
  readonly at: Date
  /** SHA-256 over the JSON of the ask and the step's effective digest. */
  readonly digest: string
}

declare const seal: unique symbol

/** A step that apply may carry out, with its proof. Only approved-step.ts can write the brand. */
export interface ApprovedStep<S extends IssuingStep | WithdrawStep = IssuingStep | WithdrawStep> {
  readonly step: S
  readonly proof: ApprovalProof
  readonly [seal]: 'approved'
}
