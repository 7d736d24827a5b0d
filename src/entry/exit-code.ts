// The exit code of a run: one decision for the command line and the action.
import { constants } from 'node:os'
import type { ExitCode, StepOutcome } from '../domain/cluster/outcome.ts'
import type { Plan } from '../domain/cluster/plan-step.ts'

/** 128 and the number of the signal, as shells count: a reader such as `head` ended early. */
export const EXIT_SIGPIPE = 128 + constants.signals.SIGPIPE

export interface RunResult {
  /** The person pressed Ctrl-C. A cancelled job of the action reports the steps that it did not begin as waiting. */
  readonly isInterrupted?: boolean
  /** Something failed that should have worked: a cluster, GitHub, a file. */
  readonly hasFailed?: boolean
  /** Something was refused, is blocked, or waits for a person. */
  readonly hasRefusals?: boolean
  /** Input `fail-on` of the action: refusals do not fail the job. */
  readonly ignoresRefusals?: boolean
}

/** 130 where the run was interrupted, else 2 where something failed, else 1 where something was refused, else 0. */
export function exitCodeOf({
  isInterrupted = false,
  hasFailed = false,
  hasRefusals = false,
  ignoresRefusals = false,
}: RunResult): ExitCode {
  if (isInterrupted) return 130
  if (hasFailed) return 2
  return hasRefusals && !ignoresRefusals ? 1 : 0
}

/** Of a plan: problems and blocked steps are refusals. */
export function planResult({ problems, steps }: Plan, failures: number): RunResult {
  const isBlocked = steps.some(({ kind }) => kind === 'blocked')
  return { hasFailed: failures > 0, hasRefusals: problems.length > 0 || isBlocked }
}

/** Of an apply: a step that waits for another run counts as refused. */
export function stepsResult(steps: readonly StepOutcome[], failures: number): RunResult {
  return {
    hasFailed: failures > 0 || steps.some(({ kind }) => kind === 'failed'),
    hasRefusals: steps.some(({ kind }) => kind === 'refused' || kind === 'waiting'),
  }
}
