// Whether a call to an API server is tried again, and after which pause.
import { backOff } from '../../system/retry.ts'
import type { Reply } from './api-call.ts'
import { isBroken } from './connection-faults.ts'
import { bodyMessage } from './http-body.ts'

const FIRST_PAUSE_MS = 250
/** 500 may be temporary (etcd elects a leader) or an answer to this very object, so it is not retried for a whole minute. */
const TRIES_AT_500 = 5

/** What one attempt gave: an answer, or why there is none. */
export type TriedCall =
  | (Reply & {
      /** From the header Retry-After; null without one. */
      readonly retryAfterMs: number | null
    })
  | { readonly cause: unknown; readonly isTimeout: boolean }

/** Milliseconds to wait after the try `attempt` (from 0), null where another try would not help. `random` is from 0 to 1. */
export function apiPauseMs(last: TriedCall, attempt: number, random: number): number | null {
  const isRetryable =
    'cause' in last ? last.isTimeout || isBroken(last.cause) : isTransient(last, attempt)
  if (!isRetryable) return null
  const pause = backOff(FIRST_PAUSE_MS, attempt, random)
  return 'retryAfterMs' in last && last.retryAfterMs !== null
    ? last.retryAfterMs + pause / 4
    : pause
}

function isTransient({ status, body }: Reply, attempt: number): boolean {
  if (status === 500)
    return attempt + 1 < TRIES_AT_500 && !bodyMessage(body).includes('request is too large')
  return status === 429 || status === 502 || status === 503 || status === 504
}
