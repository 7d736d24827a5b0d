// Whether a fault of GitHub passes, and how long to wait for that.
import { backOff } from '../../system/retry.ts'
import type { Fault } from './github-fault.ts'

const FIRST_PAUSE_MS = 1000
const TRANSIENT = /something went wrong|timed?[ -]?out|loading/i

/**
 * Milliseconds to wait after the `attempt`-th try (from 0), null where another try would change nothing: a refusal stays one.
 * Limits say how long themselves; everything else waits longer each time. `random` is from 0 to 1.
 */
export function pauseAfter(fault: Fault, attempt: number, random: number): number | null {
  if (fault.kind === 'limited') return fault.waitMs + random * FIRST_PAUSE_MS
  return isPassing(fault) ? backOff(FIRST_PAUSE_MS, attempt, random) : null
}

/** Too much was asked at once, as far as one can tell: half of it may be answered. */
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
      // An error without a type and without data: the query ran out of its ten seconds.
      return !fault.hasData && fault.errors.every(isRetryable)
    case 'timeout':
    case 'unreadable':
    case 'limited':
      return true
  }
}

function isRetryable({ type, message }: { readonly type: string; readonly message: string }) {
  return type === '' && TRANSIENT.test(message)
}
