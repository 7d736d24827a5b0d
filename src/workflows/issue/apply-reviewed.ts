// Apply by code review, without a person at a terminal: trust, observe, review, then for each step prove again and take it.
import type { ApplyOutcome, StepOutcome } from '../../domain/cluster/outcome.ts'
import { isIssuing, stepTarget } from '../../domain/cluster/plan-step.ts'
import type { ActingStep, Plan, Step } from '../../domain/cluster/plan-step.ts'
import { isNonEmpty, ok } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { planSteps } from '../../core/plan/plan-steps.ts'
import { requestKey } from '../../core/plan/request-index.ts'
import { waitingAfterFailure } from '../../core/plan/failure-back-off.ts'
import type { Right } from '../../ports/cluster.ts'
import { rightsOf } from '../../setup/rbac/apply-identity.ts'
import { heldBack, isDue, untouched } from './apply-at-terminal.ts'
import { FreshProofs } from '../prove/prove-again.ts'
import { issueAll } from './issue-steps.ts'
import type { IssuePorts } from './cluster-session.ts'
import { sinksOf } from '../plan/stored-credentials.ts'
import { clusterGaps, rightsToIssue } from '../plan/cluster-gaps.ts'
import { closingOnError, observeClusters } from '../plan/observe-clusters.ts'
import type { ObservePorts, Observed } from '../plan/observe-clusters.ts'
import { filterSteps } from '../plan/filter-steps.ts'
import { installationOf } from '../setup/cluster-installation.ts'
import { forgeFaults } from '../validate/forge-faults.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { clustersNamed } from '../validate/selected-names.ts'
import { reviewedWithEnds } from '../withdraw/approved-ends.ts'
import { denyOrphans } from '../withdraw/deny-orphans.ts'
import { mayHaveBindings, removeBindings, withEndedAccess } from '../withdraw/remove-bindings.ts'
import { recordKeepProofs } from './record-keep-proofs.ts'
import { limitedSteps, WHOLE } from '../plan/run-scope.ts'
import { trustCommit } from '../prove/trusted-commit.ts'
import type { ReviewFrame } from '../prove/applied-history.ts'
import { guardInForce } from '../prove/guarded-records.ts'
import type { Recorded, ReviewOptions } from '../prove/review-stages.ts'
import type { Reviewed } from '../prove/review-steps.ts'
import type { ReviewPorts, TrustedCommit } from '../prove/trusted-commit.ts'

export interface ApplyReviewedPorts extends ReviewPorts, IssuePorts, ObservePorts {}

/** A commit whose steps are proved, and the clusters they go to. */
export interface Ready {
  readonly frame: ReviewFrame
  readonly commit: TrustedCommit
  readonly reviewed: Reviewed
  readonly observed: readonly Observed[]
  readonly records: Recorded
  /** What the review knew of the clusters; a repeated proof knows the same. */
  readonly options: ReviewOptions
  /** Clusters that failed. The run continues without them and ends with exit code 2. */
  readonly failures: readonly Problem[]
  /** When GitHub was first asked. Its answers, and so the proofs, are as old as that. */
  readonly since: Date
}

/**
 * The steps that a run of the commit would take, with their proofs; `only`: one cluster of the configuration. No cluster is called before
 * the configuration that names it is trusted. The caller closes the clusters of the result; if this throws, they are closed.
 */
export async function readyCommit(
  ports: ApplyReviewedPorts,
  frame: ReviewFrame,
  only: string | null = null,
): Promise<Checked<Ready>> {
  const since = ports.clock.now()
  const commit = await trustCommit(ports, frame)
  if (!commit.ok) return commit
  const { rules, history } = commit.value
  const unanswerable = forgeFaults(rules, history.repository.forge)
  if (isNonEmpty(unanswerable)) return { ok: false, problems: unanswerable }
  const { config } = rules
  const chosen = clustersNamed(config, only)
  const { unanswered, observed } = await observeClusters(chosen, config, ports, cluster =>
    rightsForPolicies(rules, cluster, since),
  )
  const records = new Map(observed.map(({ cluster, records: known }) => [cluster.name, known]))
  const failures = [...unanswered.values()]
  const options: ReviewOptions = {
    unanswered,
    broken: observed.flatMap(each => each.broken),
    looked: sinksOf(observed, config, ports.keys),
    isGuarded: guardInForce(observed, rules, since),
  }
  const { reviewed, stopped } = await closingOnError(observed, async () => {
    const proved = await reviewedWithEnds(ports, commit.value, records, options)
    const steps = proved.approved.map(({ step }) => step).filter(isIssuing)
    const gaps = await clusterGaps(steps, observed)
    return {
      reviewed: proved,
      stopped: steps.flatMap(step => {
        const gap = gaps.get(step)
        return gap === undefined ? [] : [{ step, problems: gap.problems }]
      }),
    }
  })
  // A failed cluster without requests is reported here and nowhere else.
  const made = { ...reviewed.plan, problems: [...failures, ...reviewed.plan.problems] }
  const plan = filterSteps(made, { cluster: only, requestFolder: null })
  return ok({
    frame,
    commit: commit.value,
    reviewed: { ...reviewed, plan, refused: [...reviewed.refused, ...stopped] },
    observed,
    records,
    options,
    failures,
    since,
  })
}

/** All rights that the policies may need in a cluster; none where they are unknown. */
function rightsForPolicies(
  { config, policies }: Rules,
  cluster: ClusterConfig,
  today: Date,
): readonly Right[] {
  const found = installationOf(config, policies?.policies ?? [], cluster, null, today)
  return found.ok ? rightsToIssue(rightsOf(found.value)) : []
}

type WaitingOutcome = Extract<StepOutcome, { readonly kind: 'waiting' }>

export interface Start {
  /** Stops new steps; steps under way are finished. */
  readonly interrupted: AbortSignal
  /** A person started the run: steps that failed before are tried at once. */
  readonly isByHand: boolean
  /** Where runs are frequent: how long the access of a renewed certificate stays (`AccessState`). Absent: until that ends. */
  readonly overlapSeconds?: number | null
}

/** Takes the steps that are due, approved and within the limits. For the others it reports why they wait or are refused. */
export async function applyReady(
  ready: Ready,
  ports: ApplyReviewedPorts,
  { interrupted, isByHand, overlapSeconds = null }: Start,
): Promise<ApplyOutcome> {
  const { frame, commit, reviewed, observed, records, options } = ready
  const { plan } = reviewed
  const { config } = commit.rules
  const unproved = new Map<Step, StepOutcome>(
    reviewed.refused.map(({ step, problems }) => [step, { kind: 'refused', step, problems }]),
  )
  const now = ports.clock.now()
  const waitOf = (step: Step): Problem | null =>
    isByHand || !isDue(step, now) ? null : waitingAfterFailure(step, now)
  const isHeld = (step: Step): boolean => unproved.has(step) || waitOf(step) !== null
  const limited = limitedSteps(plan, config, WHOLE, { now, isHeld })
  const due = limited.allowed.flatMap((step): readonly ActingStep[] =>
    isDue(step, now) && !unproved.has(step) ? [step] : [],
  )
  const waiting = due.flatMap((step): readonly WaitingOutcome[] => {
    const problem = waitOf(step)
    return problem === null ? [] : [{ kind: 'waiting', step, problem }]
  })
  const todo = due.filter(step => !waiting.some(each => each.step === step))
  const settled = [
    ...waiting,
    ...limited.allowed.flatMap(step => unproved.get(step) ?? untouched(step, now)),
    ...heldBack(limited),
  ]
  const proofs = new FreshProofs(
    { reviewed, since: ready.since },
    todo,
    async paths => {
      const again = await trustCommit(ports, frame)
      if (!again.ok) return again
      return ok(
        await reviewedWithEnds(ports, again.value, records, {
          ...options,
          isWanted: path => paths.has(path),
        }),
      )
    },
    ports.clock,
  )
  const ended = await removeBindings(observed, {
    owner: config.owner,
    steps: interrupted.aborted ? [] : limited.allowed.filter(step => !unproved.has(step)),
    mayHaveBindings: mayHaveBindings(commit.rules),
    processes: ports.processes,
    overlapSeconds,
  })
  const outcomes = await issueAll(todo, proofs, { config, observed }, ports, interrupted)
  const unwritten = await recordKeepProofs(reviewed.keepProofs, observed)
  // A request of today is none of an earlier commit.
  const mayTidy = frame.isPast !== true && !interrupted.aborted
  const tidied = await denyOrphans(reviewed.judgedRequests, observed, config, mayTidy)
  const warnings = [...ended.warnings, ...unwritten, ...tidied]
  const told = settled.map(each => withEndedAccess(each, ended))
  return { plan, steps: [...told, ...outcomes], warnings }
}

/** The plan after the apply: the records are read again, GitHub is not asked. Blocked steps of those that the apply left stay. */
export async function planAfterApply(
  { reviewed, observed }: Ready,
  left: readonly Step[],
  now: Date,
): Promise<Pick<Ready, 'observed'> & { readonly plan: Plan }> {
  const again = await Promise.all(
    observed.map(async each => ({ ...each, ...(await each.cluster.records.list()) })),
  )
  const plan = planSteps({
    ...reviewed.judgedRequests,
    config: reviewed.rules.config,
    records: new Map(again.map(({ cluster, records }) => [cluster.name, records])),
    broken: again.flatMap(({ broken }) => broken),
    now,
  })
  const blocked = new Map(left.filter(({ kind }) => kind === 'blocked').map(s => [keyOf(s), s]))
  const others = plan.steps.filter(step => !blocked.has(keyOf(step)))
  return { plan: { ...plan, steps: [...others, ...blocked.values()] }, observed: again }
}

function keyOf(step: Step): string {
  const { name, cluster } = stepTarget(step)
  return requestKey(cluster ?? '', name)
}
