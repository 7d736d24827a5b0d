// Who said yes to what. Only approval/prove.ts can make an ApprovedStep; only an ApprovedStep reaches a cluster.
import type { Evidence } from './evidence.ts'
import type { IssuingStep, WithdrawStep } from '../cluster/plan-step.ts'

export type ApprovalProof = TerminalProof | ReviewProof

/** A person at a terminal read the plan and said yes. Manners, not a wall: the wall is RBAC and the guard. */
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

/** Enough of the right people approved these bytes with this meaning on a pull request. */
export interface ReviewProof {
  readonly kind: 'review'
  readonly evidence: Evidence
  readonly at: Date
  /** SHA-256 over the RFC 8785 JSON of the evidence. */
  readonly digest: string
}

declare const seal: unique symbol

/** A step that may change the world, with the proof that it may. The brand cannot be written outside prove.ts. */
export interface ApprovedStep<S extends IssuingStep | WithdrawStep = IssuingStep | WithdrawStep> {
  readonly step: S
  readonly proof: ApprovalProof
  readonly [seal]: 'approved'
}
