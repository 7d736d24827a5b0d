// Back-off after failures of one effective request. After each failure that cost an attempt, the next try waits longer: 1 h
// doubling to 32 h. Only failures in the record count. Another effective request (a changed spec.reissue is one) starts without
// failures.
import type { ActingStep } from '../../domain/cluster/plan-step.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'

const HOUR_MS = 3_600_000
const LONGEST_HOURS = 32

/** The record after one more failure of this effective request. */
export function withFailure(record: RequestRecord, effective: string, at: Date): RequestRecord {
  const { failures } = record
  const before = failures?.effective === effective ? failures.count : 0
  return { ...record, failures: { count: before + 1, lastAt: at, effective } }
}

/** The time of the next try of an effective request, null if nothing delays it. */
export function retryAt(record: RequestRecord | null, effective: string): Date | null {
  const failures = record?.failures ?? null
  if (failures === null || failures.effective !== effective) return null
  const hours = Math.min(2 ** (failures.count - 1), LONGEST_HOURS)
  return new Date(failures.lastAt.getTime() + hours * HOUR_MS)
}

/** Why a step waits in a run that was not started by hand, null if it does not wait. Withdrawals never wait. */
export function waitingAfterFailure(step: ActingStep, now: Date): Problem | null {
  if (step.kind === 'withdraw') return null
  const until = retryAt(step.record, step.effective)
  if (until === null || until <= now) return null
  const count = step.record?.failures?.count ?? 0
  const times = count === 1 ? 'once' : `${count} times`
  return unplaced(
    'PLAN_BACK_OFF',
    `${step.request.name} failed ${times}; it is tried again after ${until.toISOString()}`,
    'fix what the run reported; to retry at once, run the workflow by hand, or raise spec.reissue by a pull request',
  )
}
