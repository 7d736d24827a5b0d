// The limit of working certificates in a record. None is dropped before it expires, so at the limit no other is issued.
import { isIssuing } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { blockedBy } from './blocked-step.ts'
import { isWorking, pruned } from './certificate-history.ts'

/** A ConfigMap can hold 1 MiB. The other half is for the certificate in use and its evidence. */
const MOST_BYTES = 512 * 1024

/** The plan's steps. A step whose certificate does not fit into its record is blocked. */
export function withRecordCapacity(steps: readonly Step[], now: Date): readonly Step[] {
  return steps.map(step => {
    if (!isIssuing(step)) return step
    const problem = step.record === null ? null : noRoom(step.record, now)
    return problem === null ? step : blockedBy(step, [problem])
  })
}

/** Measures the record as it is written: an approval that several certificates share once. */
function noRoom(record: RequestRecord, now: Date): Problem | null {
  const { history, abandoned } = pruned(record, now)
  const approvals = new Set(history.map(({ approval }) => JSON.stringify(approval, null, 2)))
  const entries = history.map(({ approval: _shared, ...entry }) => entry)
  const { length } = new TextEncoder().encode(
    [JSON.stringify([entries, abandoned], null, 2), ...approvals].join(''),
  )
  if (length <= MOST_BYTES) return null
  const works = [...history, ...abandoned].filter(each => isWorking(each, now))
  const ends = works.flatMap(({ notAfter }) => notAfter?.getTime() ?? [])
  const first = new Date(ends.reduce((a, b) => Math.min(a, b), Infinity))
  return unplaced(
    'PLAN_RECORD_FULL',
    `${works.length} certificates of ${record.request} still work, and its record cannot hold another one before ${first.toISOString()}`,
    'find out why so many are requested (is the Secret deleted repeatedly?); with a shorter duration they expire sooner',
  )
}
