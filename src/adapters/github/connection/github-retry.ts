// Retry rules for GitHub's faults: which ones are temporary, and how long to wait.
import { backOff } from '../../system/retry.ts'
import type { Fault } from './github-fault.ts'

const FIRST_PAUSE_MS = 1000
const TRANSIENT = /something went wrong|timed?[ -]?out|loading/i

/**
 * Milliseconds to wait after try `attempt` (from 0), null if another try would change nothing, as for a refusal. Rate limits give
 * their own wait; all other waits grow with each try. `random` is from 0 to 1.
 */
export function githubPauseMs(fault: Fault, attempt: number, random: number): number | null {
  if (fault.kind === 'limited') return fault.waitMs + random * FIRST_PAUSE_MS
  return isPassing(fault) ? backOff(FIRST_PAUSE_MS, attempt, random) : null
}

/** Whether the query probably asked for too much at once. GitHub may answer half of it. */
export function isTooSlow(fault: Fault): boolean {
  return (
    fault.kind === 'timeout' ||
    (fault.kind === 'status' && (fault.status === 502 || fault.status === 504)) ||
    (fault.kind === 'graphql' && isPassing(fault))
  )
}

function isPassing(fault: Fault): boolean {
  switch (fault.kind) {
    case 'broken':
      return fault.passes
    case 'status':
      return fault.status >= 500
    case 'graphql':
      // An error without a type and without data: the query exceeded GitHub's ten seconds.
      return (
        !fault.hasData &&
        fault.errors.every(({ type, message }) => type === '' && TRANSIENT.test(message))
      )
    case 'timeout':
    case 'unreadable':
    case 'limited':
      return true
  }
}
