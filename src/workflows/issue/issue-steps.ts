// Many steps at once: each is proved when its turn comes, then issued (issue.ts) or withdrawn.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { Config } from '../../domain/request/config.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { ActingStep, IssuingStep, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, isNonEmpty, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { impossibleSinks } from '../../core/sink/sink-capabilities.ts'
import { openSession } from './cluster-session.ts'
import type { ClusterSession, IssuePorts, SessionParts } from './cluster-session.ts'
import { issueStep } from './issue.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { canDoWithout, capabilitiesOf } from './check-sinks.ts'
import { inPool } from './bounded-concurrency.ts'
import { withdrawStep } from '../withdraw/withdraw.ts'

/** Enough to keep a signer busy that signs 200 a second; few enough not to overload the API server. */
const STEPS_AT_ONCE = 16

/** The proofs by which steps may be taken. */
export interface StepProofs {
  /** The step with its proof, requested when its turn comes. */
  approve(step: ActingStep): Promise<Checked<ApprovedStep>>
  /** Why a proof is no longer valid; null if it is. */
  objection(approved: ApprovedStep): Promise<Problem | null>
}

/** The clusters that steps go to, and their configuration. */
interface Places {
  readonly config: Config
  readonly observed: readonly Observed[]
}

/** `interrupted` stops new steps; steps under way are finished. */
export async function issueAll(
  steps: readonly ActingStep[],
  proofs: StepProofs,
  places: Places,
  ports: IssuePorts,
  interrupted: AbortSignal,
): Promise<readonly StepOutcome[]> {
  const sessions = openSessions(steps, proofs, places, ports)
  ports.progress.begin(steps.length)
  return inPool(steps, STEPS_AT_ONCE, async step => {
    const outcome = await takeStep(step, proofs, sessions.get(clusterOf(step)), interrupted)
    ports.progress.done(outcome)
    return outcome
  })
}

async function takeStep(
  step: ActingStep,
  proofs: StepProofs,
  session: ClusterSession | undefined,
  interrupted: AbortSignal,
): Promise<StepOutcome> {
  if (session === undefined || interrupted.aborted) return notStarted(step)
  const impossible =
    step.kind === 'withdraw' || canDoWithout(step.request.sinks, step.record)
      ? []
      : impossibleSinks(step.request, capabilitiesOf(session))
  if (isNonEmpty(impossible)) return { kind: 'refused', step, problems: impossible }
  try {
    const approved = await proofs.approve(step)
    if (!approved.ok) return { kind: 'refused', step, problems: approved.problems }
    return asRefusal(await issueOrWithdraw(approved.value, session))
  } catch (cause) {
    return { kind: 'failed', step, problems: [caughtProblem(cause)] }
  }
}

function issueOrWithdraw(approved: ApprovedStep, session: ClusterSession): Promise<StepOutcome> {
  if (isWithdrawal(approved)) return withdrawStep(approved, session)
  if (isIssue(approved)) return issueStep(approved, session)
  throw new TypeError('a step that neither issues nor withdraws')
}

function isWithdrawal(approved: ApprovedStep): approved is ApprovedStep<WithdrawStep> {
  return approved.step.kind === 'withdraw'
}

function isIssue(approved: ApprovedStep): approved is ApprovedStep<IssuingStep> {
  return approved.step.kind !== 'withdraw'
}

function clusterOf(step: ActingStep): string {
  return step.kind === 'withdraw' ? step.cluster : step.request.cluster
}

const NEEDS_A_CHANGE = /^APPROVAL_|^ACCESS_(REVOKED|ROLE_CHANGED)$/

/** An approval that ended meanwhile and a revocation are refusals: the next run cannot repair them as it can a failure. */
function asRefusal(outcome: StepOutcome): StepOutcome {
  const isRefused =
    outcome.kind === 'failed' && outcome.problems.every(({ code }) => NEEDS_A_CHANGE.test(code))
  return isRefused ? { ...outcome, kind: 'refused' } : outcome
}

function openSessions(
  steps: readonly ActingStep[],
  proofs: StepProofs,
  { config, observed }: Places,
  ports: IssuePorts,
): ReadonlyMap<string, ClusterSession> {
  return new Map(
    observed.map(({ cluster, identity, settings }) => {
      const count = steps.filter(
        step => step.kind !== 'withdraw' && clusterOf(step) === cluster.name,
      ).length
      const objection: SessionParts['objection'] = approved => proofs.objection(approved)
      const parts = { ...ports, cluster, config, clusterConfig: settings, identity, objection }
      return [cluster.name, openSession(parts, count)] as const
    }),
  )
}

function notStarted(step: ActingStep): StepOutcome {
  const problem: Problem = unplaced(
    'RUN_INTERRUPTED',
    `${stepTarget(step).name} was not begun`,
    'apply again; nothing is lost',
  )
  return { kind: 'waiting', step, problem }
}
