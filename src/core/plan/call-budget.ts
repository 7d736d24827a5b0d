// How often a controller may ask GitHub, and which certificates are too short for that. Each pass proves everything that is due.
import { isIssuing, stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { secondsBefore } from '../../domain/request/renewal-window.ts'

const HOUR_SECONDS = 3600
const MINUTE_SECONDS = 60

export interface Budget {
  readonly callsPerHour: number
  /** The most that one of the last passes took. */
  readonly callsPerPass: number
}

/** Seconds between two passes; at least a minute. */
export function passInterval({ callsPerHour, callsPerPass }: Budget): number {
  return Math.max(MINUTE_SECONDS, Math.ceil((callsPerPass * HOUR_SECONDS) / callsPerHour))
}

/**
 * CONTROLLER_BUDGET for a step whose certificate would end before two passes after its renewal is due: one of them may fail. Null for
 * any other step.
 */
export function budgetProblem(step: Step, budget: Budget): Problem | null {
  if (!isIssuing(step)) return null
  const { durationSeconds, renewBefore } = step.request
  const seconds = Math.floor(secondsBefore(durationSeconds, renewBefore))
  const interval = passInterval(budget)
  if (seconds >= 2 * interval) return null
  return unplaced(
    'CONTROLLER_BUDGET',
    `${stepTarget(step).name} is renewed ${formatDuration(seconds)} before its end, and ${budget.callsPerHour} calls an hour are enough for one look at GitHub in ${formatDuration(interval)}: it needs two`,
    'raise renewBefore or duration in the file, or --github-calls of the controller',
  )
}
