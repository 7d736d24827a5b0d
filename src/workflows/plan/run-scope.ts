// The scope of one run, and the steps in it that the limits allow.
import type { Config } from '../../domain/request/config.ts'
import { isIssuing, stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { missedWindow } from '../../core/config/missed-window.ts'
import { enforceLimits } from '../../core/plan/run-limits.ts'
import type { Limited, LimitOptions } from '../../core/plan/run-limits.ts'

/** The requests that one run acts on. */
export interface Scope {
  /** Only these requests, empty for all. */
  readonly names: readonly string[]
  /** --max-issue, null if it was not given. */
  readonly maxIssue: number | null
}

export const WHOLE: Scope = { names: [], maxIssue: null }

/** The time at which a run takes the steps of a plan, and the steps that it cannot take. */
export type Taking = Pick<LimitOptions, 'now' | 'isHeld'>

/** The steps of a plan within the scope of a run: those that the run may take, and those that limits stop. */
export function limitedSteps(
  plan: Plan,
  config: Config,
  scope: Scope,
  { now, isHeld }: Taking,
): Limited {
  return enforceLimits(stepsInScope(plan.steps, scope), config.limits, {
    maxIssue: scope.maxIssue,
    requests: plan.steps.filter(({ kind }) => kind !== 'blocked').length,
    now,
    isHeld,
  })
}

export function stepsInScope<S extends Step>(steps: readonly S[], { names }: Scope): readonly S[] {
  return names.length === 0 ? steps : steps.filter(step => names.includes(stepTarget(step).name))
}

/** `now`: the time of apply, null if it is not known. */
export function withLimits(plan: Plan, config: Config, scope: Scope, now: Date | null): Plan {
  const { stopped } = limitedSteps(plan, config, scope, { now, isHeld: () => false })
  return { ...plan, problems: [...plan.problems, ...stopped.map(({ problem }) => problem)] }
}

/** Renewals of the planned requests that rotation.renewAt may miss. */
export function missedByPlan(steps: readonly Step[], config: Config): readonly Problem[] {
  return missedWindow(
    steps.flatMap(step => {
      const isChanged = step.kind === 'keep' && step.because === 'OnlyBytesChanged'
      return isIssuing(step) || isChanged ? [step.request] : []
    }),
    config,
  )
}
