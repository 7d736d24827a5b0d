// Apply: plan → show → ask → prove each step → for each in turn claim, draft, settle, check, deliver, record → report.
import type { ApprovedStep } from '../domain/approval.ts'
import type { ApplyOutcome, StepOutcome } from '../domain/outcome.ts'
import type { IssuingStep, Step, WithdrawStep } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import { proveAtTerminal } from '../approval/prove.ts'
import { planDigest } from '../plan/digest.ts'
import type { Limited } from '../plan/limits.ts'
import type { Keys, Person, Processes, Progress } from '../ports.ts'
import { openDesk } from './desk.ts'
import type { Desk } from './desk.ts'
import { issueStep } from './issue.ts'
import { limitedSteps } from './plan.ts'
import type { Planned, PlanWorld, Scope } from './plan.ts'
import { inPool } from './pool.ts'

/** Enough to keep a signer busy that signs 200 a second; few enough not to crowd the API server. */
const AT_ONCE = 16

export interface ApplyWorld extends PlanWorld {
  readonly keys: Keys
  readonly processes: Processes
  readonly person: Person
  readonly progress: Progress
}

export interface ApplyOptions {
  readonly scope: Scope
  /** --yes: the person said so on the command line. */
  readonly yes: boolean
  readonly requester: string | null
  readonly isAutomation: boolean
}

/** `interrupted` stops new steps; those under way are finished. */
export async function applyPlanned(
  planned: Planned,
  world: ApplyWorld,
  options: ApplyOptions,
  interrupted: AbortSignal,
): Promise<ApplyOutcome> {
  const { plan } = planned
  const limited = limitedSteps(plan, planned.rules.config, options.scope)
  const steps = limited.allowed
  const todo = steps.flatMap(step => (isIssuing(step) ? [step] : []))
  const settled = [...steps.flatMap(untouched), ...heldBack(limited)]
  if (todo.length === 0) return { plan, steps: settled }
  const saidYes =
    mayAsk(planned, options) && (options.yes || (await world.person.confirm({ ...plan, steps })))
  const proven = todo.map(step => ({ step, proof: prove(step, planned, world, options, saidYes) }))
  const refused = proven.flatMap(({ step, proof }) =>
    proof.ok ? [] : [refusedStep(step, proof.problems)],
  )
  const approved = proven.flatMap(({ proof }) => (proof.ok ? [proof.value] : []))
  const desks = desksFor(planned, world, approved)
  const outcomes = await inPool(approved, AT_ONCE, async step => {
    const desk = desks.get(step.step.request.cluster)
    const isBegun = desk !== undefined && !interrupted.aborted
    const outcome = isBegun ? await issueStep(step, desk) : notBegun(step.step)
    world.progress.done(outcome)
    return outcome
  })
  return { plan, steps: [...settled, ...refused, ...outcomes] }
}

function prove(
  step: IssuingStep,
  planned: Planned,
  world: ApplyWorld,
  options: ApplyOptions,
  saidYes: boolean,
): ReturnType<typeof proveAtTerminal<IssuingStep>> {
  const observed = planned.observed.find(({ cluster }) => cluster.name === step.request.cluster)
  return proveAtTerminal(step, {
    osUser: world.person.osUser,
    clusterUser: observed?.identity.username ?? 'unknown',
    requester: options.requester,
    shown: planDigest(planned.plan),
    at: world.clock.now(),
    isAutomation: options.isAutomation,
    commandLine: planned.rules.config.approval.commandLine,
    saidYes,
  })
}

/** Where no yes could count, nobody is asked. */
function mayAsk(planned: Planned, options: ApplyOptions): boolean {
  return !options.isAutomation && planned.rules.config.approval.commandLine === 'ask'
}

function desksFor(
  planned: Planned,
  world: ApplyWorld,
  approved: readonly ApprovedStep<IssuingStep>[],
): ReadonlyMap<string, Desk> {
  return new Map(
    planned.observed.flatMap(({ cluster, identity }) => {
      const clusterConfig = planned.rules.config.clusters.find(({ name }) => name === cluster.name)
      if (clusterConfig === undefined) return []
      const { keys, clock, processes, progress } = world
      const steps = approved.filter(({ step }) => step.request.cluster === cluster.name).length
      const parts = {
        cluster,
        config: planned.rules.config,
        clusterConfig,
        identity,
        keys,
        clock,
        processes,
        progress,
      }
      return [[cluster.name, openDesk(parts, steps)] as const]
    }),
  )
}

function isIssuing(step: Step): step is IssuingStep {
  return step.kind === 'issue' || step.kind === 'reissue' || step.kind === 'renew'
}

/** What limits stop is refused, and renewals beyond the pace stay as they are until the next run. */
function heldBack({ stopped, later }: Limited): readonly StepOutcome[] {
  const refused = stopped.flatMap(({ steps, problem }) =>
    steps.map((step): StepOutcome => ({ kind: 'refused', step, problems: [problem] })),
  )
  return [...refused, ...later.map((step): StepOutcome => ({ kind: 'kept', step }))]
}

/** Steps that apply does not act on: kept ones, those the plan blocked, and what this version cannot do. */
function untouched(step: Step): readonly StepOutcome[] {
  if (step.kind === 'keep') return [{ kind: 'kept', step }]
  if (step.kind === 'withdraw') return [notYet(step)]
  if (step.kind === 'blocked') return [{ kind: 'refused', step, problems: step.problems }]
  return []
}

function refusedStep(step: IssuingStep, problems: readonly Problem[]): StepOutcome {
  return { kind: 'refused', step, problems }
}

function notBegun(step: IssuingStep): StepOutcome {
  const problem: Problem = {
    code: 'RUN_INTERRUPTED',
    at: null,
    message: `${step.request.name} was not begun`,
    hint: 'apply again; nothing is lost',
  }
  return { kind: 'waiting', step, problem }
}

function notYet(step: WithdrawStep): StepOutcome {
  const problem: Problem = {
    code: 'SINK_UNSUPPORTED',
    at: null,
    message: `this version does not empty the sinks of ${step.name}`,
    hint: 'delete the Secret yourself; the certificate works until it expires',
  }
  return { kind: 'waiting', step, problem }
}
