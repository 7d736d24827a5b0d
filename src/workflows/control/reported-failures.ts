// Failures that end one look or one pass of a controller, and not the process.
import { problemOrBug } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { ControllerReports } from '../../ports/progress.ts'

/** Whether GitHub did not answer. A refusal (401, 403, 404) is an answer. */
export function isAway({ code }: Problem): boolean {
  return ['GITHUB_UNREACHABLE', 'GITHUB_TIMEOUT', 'GITHUB_UNAVAILABLE'].includes(code)
}

/** Whether GitHub refused: what was proved before counts no more. */
export function isRefusal({ code }: Problem): boolean {
  return ['GITHUB_UNAUTHORIZED', 'GITHUB_FORBIDDEN', 'GITHUB_NOT_FOUND'].includes(code)
}

/** One request must not end the process, on which all others depend. */
export function reportedProblem(cause: unknown): Problem {
  return problemOrBug(cause, 'report this line; the controller goes on')
}

export interface TriedWork<T> {
  /** Null if it failed, which is reported. */
  readonly value: T | null
  /** GitHub did not answer. */
  readonly isAway: boolean
  readonly isRefused: boolean
}

export async function tryAndReport<T>(
  {
    reports,
    clock,
  }: { readonly reports: Pick<ControllerReports, 'failed'>; readonly clock: Clock },
  work: () => Promise<T>,
): Promise<TriedWork<T>> {
  try {
    return { value: await work(), isAway: false, isRefused: false }
  } catch (cause) {
    const problem = reportedProblem(cause)
    reports.failed([problem], clock.now())
    return { value: null, isAway: isAway(problem), isRefused: isRefusal(problem) }
  }
}
