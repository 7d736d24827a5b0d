// When a controller looks at everything again, and why.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { PassReport } from '../../domain/cluster/pass-report.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'

/** What the last pass saw. */
export interface LastPass extends Pick<PassReport, 'at' | 'commit' | 'dueAt'> {
  /** Something failed, waits or is new, so the next pass comes as soon as the budget allows. */
  readonly isUnfinished: boolean
}

export type PassReason = 'start' | 'commit' | 'due' | 'retry' | 'resync'

/** Seconds after which everything is looked at without a reason: a Secret may have been deleted. */
const RESYNC_SECONDS = 900

/**
 * The reason for a pass now, null if there is none. `last`: the last that ended well. `triedAt`: when one began last. `intervalSeconds`:
 * between two passes, by the budget.
 */
export function passReason(
  { last, triedAt }: { readonly last: LastPass | null; readonly triedAt: Date | null },
  tip: ObjectId,
  intervalSeconds: number,
  now: Date,
): PassReason | null {
  if (triedAt !== null && now.getTime() < triedAt.getTime() + intervalSeconds * 1000) return null
  if (last === null) return 'start'
  const since = (now.getTime() - last.at.getTime()) / 1000
  if (tip !== last.commit) return 'commit'
  if (last.dueAt !== null && last.dueAt <= now) return 'due'
  if (last.isUnfinished) return 'retry'
  return since >= Math.max(RESYNC_SECONDS, intervalSeconds) ? 'resync' : null
}

/**
 * When the first renewal or withdrawal is due, a request ends, or a certificate that is not renewed; null if nothing is. `at`: the beginning
 * of this pass, which removed the bindings of what had ended.
 */
export function firstDue(steps: readonly Step[], at: Date): Date | null {
  const times = steps.flatMap(step => {
    if (step.kind === 'withdraw') return step.until ?? []
    if (step.kind !== 'keep') return []
    const { until, renewAt, request } = step
    // At the end that its file says, an earlier certificate may have access that a later one does not.
    const ends = [renewAt === null ? until : null, request.until]
    const ahead = ends.flatMap(end => (end !== null && end > at ? [end] : []))
    return renewAt === null ? ahead : [renewAt, ...ahead]
  })
  return times.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null
}
