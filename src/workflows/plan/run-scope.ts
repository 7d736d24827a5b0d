// What one run is to act on, and how much of that limits let through.
import type { Config } from '../../domain/request/config.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import { enforceLimits } from '../../core/plan/run-limits.ts'
import type { Limited, LimitOptions } from '../../core/plan/run-limits.ts'

/** What one run is to act on. */
export interface Scope {
  /** Only these requests, empty for all. */
  readonly names: readonly string[]
  /** --max-issue, null where it was not given. */
  readonly maxIssue: number | null
}

export const WHOLE: Scope = { names: [], maxIssue: null }

/** When a run takes the steps of a plan, and which of them it cannot take. */
export type Taking = Pick<LimitOptions, 'now' | 'isHeld'>

/** The steps of a plan that a run of this scope may take, and those that limits hold back. */
export function limitedSteps(
  plan: Plan,
  config: Config,
  scope: Scope,
  { now, isHeld }: Taking,
): Limited {
  const nameOf = (step: Step): string => ('request' in step ? step.request.name : step.name)
  const { names, maxIssue } = scope
  const chosen =
    names.length === 0 ? plan.steps : plan.steps.filter(step => names.includes(nameOf(step)))
  return enforceLimits(chosen, config.limits, {
    maxIssue,
    requests: plan.steps.filter(({ kind }) => kind !== 'blocked').length,
    now,
    isHeld,
  })
}

/** `now`: when it would be applied, null where that is not known. */
export function withLimits(plan: Plan, config: Config, scope: Scope, now: Date | null): Plan {
  const { stopped } = limitedSteps(plan, config, scope, { now, isHeld: () => false })
  return { ...plan, problems: [...plan.problems, ...stopped.map(({ problem }) => problem)] }
}
