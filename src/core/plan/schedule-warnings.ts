// Warnings on the pull request about renewals that GitHub's daily schedule may miss. They never refuse.
import type { Problem } from '../../domain/problem.ts'
import { askedSeconds, isIssuing } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { placeOf } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { isScheduleTight, TIGHT_SECONDS } from './renewal-time.ts'

/** Steps, with a warning if little time is left between renewal and end. */
export function withScheduleWarnings(steps: readonly Step[]): readonly Step[] {
  return steps.map(step => {
    if (!isIssuing(step)) return step
    const { request, prediction } = step
    const seconds =
      prediction.kind === 'predicted' ? prediction.lifetimeSeconds : request.durationSeconds
    // Where the end of the request cuts it short, it is not renewed.
    const isLast = askedSeconds(step) < request.durationSeconds
    if (isLast || !isScheduleTight(seconds, request.renewBefore)) return step
    const warning: Problem = {
      code: 'PLAN_RENEWAL_TIGHT',
      at: placeOf(request.places, request.renewBefore === null ? 'duration' : 'renewBefore'),
      message: `${request.name} is renewed less than ${formatDuration(TIGHT_SECONDS)} before it ends; a daily schedule at GitHub may come too late for that`,
      hint: 'set a longer duration or renewBefore, or renew it by the CronJob in the cluster (examples/in-cluster)',
    }
    return { ...step, warnings: [...step.warnings, warning] }
  })
}
