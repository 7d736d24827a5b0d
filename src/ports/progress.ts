// The port for the progress of long work; no result depends on it.
import type { StepOutcome } from '../domain/cluster/outcome.ts'
import type { EffectiveRequest } from '../domain/request/request.ts'

/** Reports of long work while it goes on. No result depends on them. */
export interface Progress {
  /** Reports the state of a request: one line each, changed in place if possible. */
  step(request: Pick<EffectiveRequest, 'name' | 'cluster' | 'signerName'>, state: string): void
  /** Reports that a request is finished, whatever the outcome. */
  done(outcome: StepOutcome): void
}
