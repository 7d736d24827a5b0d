// The ports for reports while work goes on. No result depends on them.
import type { StepOutcome } from '../domain/cluster/outcome.ts'
import type { PassReport } from '../domain/cluster/pass-report.ts'
import type { TurnReport } from '../domain/cluster/pending-request.ts'
import type { Problem } from '../domain/problem.ts'
import type { EffectiveRequest } from '../domain/request/request.ts'

/** Reports of long work while it goes on. No result depends on them. */
export interface Progress {
  /** Reports how many requests follow. */
  begin(total: number): void
  /** Reports the state of a request: one line each, changed in place if possible. */
  step(request: Pick<EffectiveRequest, 'name' | 'cluster' | 'signerName'>, state: string): void
  /** Reports that a request is finished, whatever the outcome. */
  done(outcome: StepOutcome): void
}

/** What a controller tells the people who run it: log, metrics, health, Events. */
export interface ControllerReports {
  /** The loop is alive. */
  looked(at: Date): void
  /** Whether this process leads. */
  leads(isLeader: boolean, at: Date): void
  /** A pass that came to its end. */
  passed(report: PassReport): void
  /** A turn over pending requests of others. */
  turned(report: TurnReport): void
  /** A pass that came to no end, or a look that failed. */
  failed(problems: readonly Problem[], at: Date): void
  /** The last report. */
  stopped(at: Date): void
}
