// Results of a run: one outcome per request, and the exit code.
import type { RoleWithRules } from './grant-binding.ts'
import type { Plan, Step } from './plan-step.ts'
import type { Problem } from '../problem.ts'
import type { Evidence } from '../proof/evidence.ts'

export type StepOutcome =
  | {
      readonly kind: 'issued'
      readonly step: Step
      readonly serial: string
      readonly sha256: string
      readonly notAfter: Date
      /** PEM of the chain, leaf first. */
      readonly certificate: string
      /** Of the code review in the record; absent otherwise. */
      readonly evidence?: Evidence
      readonly stored: readonly string[]
      readonly logsInAs: { readonly username: string; readonly groups: readonly string[] } | null
      /** Granted ClusterRoles to show: all, for a renewal those with other rules than before. */
      readonly roles: readonly RoleWithRules[]
      readonly warnings: readonly Problem[]
    }
  | {
      readonly kind: 'withdrawn'
      readonly step: Step
      readonly emptied: readonly string[]
      /** When the certificate ends, null if this is unknown. */
      readonly notAfter: Date | null
      /** Whether it had ended by the clock of the cluster. */
      readonly hasEnded?: boolean
      /** Bindings that give the certificate rights until then; null if they could not be read. */
      readonly bindings: readonly string[] | null
      /** Work that is left for a person. */
      readonly warnings: readonly Problem[]
    }
  /** `revoked`: the certificate works, and its access was revoked. */
  | { readonly kind: 'kept'; readonly step: Step; readonly revoked?: Problem }
  /** Waits for another party: a review, another run, the signer. */
  | { readonly kind: 'waiting'; readonly step: Step; readonly problem: Problem }
  | { readonly kind: 'refused'; readonly step: Step; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'failed'
      readonly step: Step
      readonly problems: readonly Problem[]
      /** End of a certificate that was issued in spite of the failure and is in some of its sinks; absent if there is none. */
      readonly validUntil?: Date
      /** Granted ClusterRoles to show, if that certificate has access. */
      readonly roles?: readonly RoleWithRules[]
    }

/** 0 done or nothing to do, 1 refused or blocked, 2 failed, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130

export interface ApplyOutcome {
  readonly plan: Plan
  readonly steps: readonly StepOutcome[]
  /** Warnings that belong to no step. */
  readonly warnings: readonly Problem[]
}
