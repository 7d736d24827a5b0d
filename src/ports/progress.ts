// The port for the progress of long work; no result depends on it.
import type { StepOutcome } from '../domain/cluster/outcome.ts'

/** Reports of long work while it goes on. No result depends on them. */
export interface Progress {
  /** Reports the state of a request: one line each, changed in place if possible. */
  step(name: string, cluster: string, state: string): void
  /** Reports that a request is finished, whatever the outcome. */
  done(outcome: StepOutcome): void
}
