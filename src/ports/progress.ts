// Progress of long work; no result depends on it.
import type { StepOutcome } from '../domain/cluster/outcome.ts'

/** Long work, told as it happens. Nothing here is a result. */
export interface Progress {
  /** One line a request, changed in place where that is possible. */
  step(name: string, cluster: string, state: string): void
  /** A request is finished, one way or another. */
  done(outcome: StepOutcome): void
}
