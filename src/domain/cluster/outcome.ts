// What a run says in the end, per request and in all.
import type { Plan, Step } from './plan-step.ts'
import type { Problem } from '../problem.ts'

export type StepOutcome =
  | {
      readonly kind: 'issued'
      readonly step: Step
      readonly serial: string
      readonly sha256: string
      readonly notAfter: Date
      /** PEM of the chain, leaf first. */
      readonly certificate: string
      readonly stored: readonly string[]
      readonly logsInAs: { readonly username: string; readonly groups: readonly string[] } | null
      readonly warnings: readonly Problem[]
    }
  | {
      readonly kind: 'withdrawn'
      readonly step: Step
      readonly emptied: readonly string[]
      /** When the certificate ends, null where nothing says so. */
      readonly notAfter: Date | null
      /** What lets it do something until then; null where nobody could look. */
      readonly bindings: readonly string[] | null
      /** What is left to somebody's hand. */
      readonly warnings: readonly Problem[]
    }
  | { readonly kind: 'kept'; readonly step: Step }
  /** Waits for somebody else: a review, another run, the signer. */
  | { readonly kind: 'waiting'; readonly step: Step; readonly problem: Problem }
  | { readonly kind: 'refused'; readonly step: Step; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'failed'
      readonly step: Step
      readonly problems: readonly Problem[]
      /** When the certificate ends that was issued all the same, and stands in some of its sinks; absent where none was. */
      readonly validUntil?: Date
    }

/** 0 done or nothing to do, 1 refused or blocked, 2 failed, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130

export interface ApplyOutcome {
  readonly plan: Plan
  readonly steps: readonly StepOutcome[]
  /** What was noticed and belongs to no step. */
  readonly warnings: readonly Problem[]
}
