// Apply at a terminal: show the plan, ask, then take each step with that proof.
import type { ApplyOutcome, StepOutcome } from '../../domain/cluster/outcome.ts'
import { isIssuing, stepTarget } from '../../domain/cluster/plan-step.ts'
import type { ActingStep, Step } from '../../domain/cluster/plan-step.ts'
import { proveAtTerminal } from '../../core/approval/approved-step.ts'
import { planDigest } from '../../core/plan/plan-digests.ts'
import type { Limited } from '../../core/plan/run-limits.ts'
import { isWithdrawalDue } from '../../core/plan/due-withdrawals.ts'
import type { Person } from '../../ports/person.ts'
import { issueAll } from './issue-steps.ts'
import type { IssuePorts } from './cluster-session.ts'
import { denyOrphans } from '../withdraw/deny-orphans.ts'
import {
  mayHaveBindings,
  NOTHING_ENDED,
  removeBindings,
  withEndedAccess,
} from '../withdraw/remove-bindings.ts'
import type { Planned, PlanPorts } from '../plan/plan.ts'
import { limitedSteps } from '../plan/run-scope.ts'
import type { Scope } from '../plan/run-scope.ts'

export interface ApplyPorts extends PlanPorts, IssuePorts {
  readonly person: Person
}

export interface ApplyOptions {
  readonly scope: Scope
  /** --yes: the person agreed on the command line. */
  readonly yes: boolean
  readonly requester: string | null
  readonly isAutomation: boolean
}

/** `interrupted` stops new steps; steps under way are finished. */
export async function applyPlanned(
  planned: Planned,
  ports: ApplyPorts,
  options: ApplyOptions,
  interrupted: AbortSignal,
): Promise<ApplyOutcome> {
  const { plan } = planned
  const now = ports.clock.now()
  const taking = { now, isHeld: () => false }
  const limited = limitedSteps(plan, planned.rules.config, options.scope, taking)
  const steps = limited.allowed
  const todo = steps.filter(step => isDue(step, now))
  const settled = [...steps.flatMap(step => untouched(step, now)), ...heldBack(limited)]
  const saidYes =
    mayAsk(planned, options) &&
    (options.yes || (todo.length > 0 && (await ports.person.confirm({ ...plan, steps }))))
  const shown = planDigest(plan)
  const proofs = {
    approve: async (step: ActingStep) => prove(step, { planned, shown }, ports, options, saidYes),
    // The person confirmed the plan a moment ago, and that remains valid.
    objection: async () => null,
  }
  const { config } = planned.rules
  const places = { config, observed: planned.observed }
  const mayEnd = saidYes && !interrupted.aborted
  const ended = mayEnd
    ? await removeBindings(planned.observed, {
        owner: config.owner,
        steps,
        mayHaveBindings: mayHaveBindings(planned.rules),
        processes: ports.processes,
        overlapSeconds: null,
      })
    : NOTHING_ENDED
  const outcomes = await issueAll(todo, proofs, places, ports, interrupted)
  const mayDeny = saidYes && !interrupted.aborted
  const denied = await denyOrphans(planned.judgedRequests, planned.observed, config, mayDeny)
  const told = settled.map(each => withEndedAccess(each, ended))
  return { plan, steps: [...told, ...outcomes], warnings: [...ended.warnings, ...denied] }
}

function prove(
  step: ActingStep,
  { planned, shown }: { readonly planned: Planned; readonly shown: string },
  ports: ApplyPorts,
  options: ApplyOptions,
  saidYes: boolean,
): ReturnType<typeof proveAtTerminal<ActingStep>> {
  const on = stepTarget(step).cluster
  const observed = planned.observed.find(({ cluster }) => cluster.name === on)
  return proveAtTerminal(step, {
    osUser: ports.person.osUser,
    clusterUser: observed?.identity.username ?? 'unknown',
    requester: options.requester,
    shown,
    at: ports.clock.now(),
    isAutomation: options.isAutomation,
    commandLine: planned.rules.config.approval.commandLine,
    saidYes,
  })
}

/** Nobody is asked if a yes could not count. */
function mayAsk(planned: Planned, options: ApplyOptions): boolean {
  return !options.isAutomation && planned.rules.config.approval.commandLine === 'ask'
}

/** Steps beyond a limit are refused. Renewals beyond the pace stay as they are until the next run. */
export function heldBack({ stopped, later }: Limited): readonly StepOutcome[] {
  const refused = stopped.flatMap(({ steps, problem }) =>
    steps.map((step): StepOutcome => ({ kind: 'refused', step, problems: [problem] })),
  )
  return [...refused, ...later.map((step): StepOutcome => ({ kind: 'kept', step }))]
}

/** Whether a run acts on the step now. A withdrawal is due from its time on. */
export function isDue(step: Step, now: Date): step is ActingStep {
  return step.kind === 'withdraw' ? isWithdrawalDue(step, now) : isIssuing(step)
}

/** Outcomes of steps that apply does not act on: kept ones, withdrawals that wait for the end of the certificate, blocked ones. */
export function untouched(step: Step, now: Date): readonly StepOutcome[] {
  if (step.kind === 'keep') return [{ kind: 'kept', step }]
  if (step.kind === 'withdraw') return isWithdrawalDue(step, now) ? [] : [{ kind: 'kept', step }]
  if (step.kind === 'blocked') return [{ kind: 'refused', step, problems: step.problems }]
  return []
}
