// Back-off after failures of one effective request. After each failure that cost an attempt, the next try waits longer: 1 h
// doubling to 32 h. Only failures in the record count. Another effective request (a changed spec.reissue is one) starts without
// failures.
import type { ActingStep } from '../../domain/cluster/plan-step.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'

const HOUR_MS = 3_600_000
const LONGEST_HOURS = 32

const LONGEST_MESSAGE = 300

/** The record after one more failure of this effective request, with its problem. */
export function withFailure(
  record: RequestRecord,
  effective: string,
  at: Date,
  problem?: Pick<Problem, 'code' | 'message'>,
): RequestRecord {
  const { failures } = record
  const count = failures?.effective === effective ? failures.count + 1 : 1
  const message = problem?.message.slice(0, LONGEST_MESSAGE) ?? ''
  const last = problem && { code: problem.code, message }
  return { ...record, failures: { count, lastAt: at, effective, ...(last && { last }) } }
}

/** The time of the next try of an effective request, null if nothing delays it. `firstMs`: how long the second try waits. */
export function retryAt(
  record: RequestRecord | null,
  effective: string,
  firstMs = HOUR_MS,
): Date | null {
  const failures = record?.failures ?? null
  if (failures === null || failures.effective !== effective) return null
  const times = Math.min(2 ** (failures.count - 1), LONGEST_HOURS)
  return new Date(failures.lastAt.getTime() + times * firstMs)
}

/** Why a step waits in a run that was not started by hand, null if it does not wait. Withdrawals never wait. */
export function waitingAfterFailure(step: ActingStep, now: Date, firstMs?: number): Problem | null {
  if (step.kind === 'withdraw') return null
  const until = retryAt(step.record, step.effective, firstMs)
  if (until === null || until <= now) return null
  const { count = 0, last } = step.record?.failures ?? {}
  const times = count === 1 ? 'once' : `${count} times`
  const why = last === undefined ? '' : ` (${last.code}: ${last.message})`
  return unplaced(
    'PLAN_BACK_OFF',
    `${step.request.name} failed ${times}${why}; it is tried again after ${until.toISOString()}`,
    'fix what the run reported; to retry at once, run the workflow by hand, or raise spec.reissue by a pull request',
  )
}
