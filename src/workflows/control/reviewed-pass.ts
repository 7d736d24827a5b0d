// One pass of a controller: proves the newest commit as pull mode does, and takes every step that is due.
import type { PassReport } from '../../domain/cluster/pass-report.ts'
import { leaseName } from '../../domain/cluster/controller-lease.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { isNonEmpty, ok, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { isAncestor } from '../../core/approval/merges/branch-history.ts'
import { budgetProblem } from '../../core/plan/call-budget.ts'
import type { Budget } from '../../core/plan/call-budget.ts'
import type { LastPass } from '../../core/control/next-pass.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { applyEnds } from '../issue/apply-ends.ts'
import { applyReady, readyCommit } from '../issue/apply-reviewed.ts'
import type { ApplyReviewedPorts, Ready } from '../issue/apply-reviewed.ts'
import type { History, ReviewFrame } from '../prove/applied-history.ts'
import { firstDue } from '../../core/control/next-pass.ts'
import { checkClock } from './cluster-clock.ts'
import { keepForEmergency } from './kept-files.ts'
import { foresee } from './foreseen-renewals.ts'
import type { Foreseen } from './foreseen-renewals.ts'
import { fencedClusters, fencedSinks } from './fenced-clusters.ts'
import type { ControlledCluster } from './fenced-clusters.ts'
import type { PassOptions, PassPorts } from './pass-ports.ts'
import { shellWord } from '../../lib/source/shell-word.ts'

/** What a pass did in the cluster of the controller. */
export interface Pass extends LastPass, Pick<PassReport, 'steps' | 'warnings' | 'problems'> {
  /** Renewals that may go on while GitHub is away. */
  readonly foreseen: Foreseen
}

/**
 * Refuses with the problems of the trust and with CONTROLLER_COMMIT; throws CLUSTER_ and GITHUB_ codes, and CONTROLLER_NOT_LEADER if
 * another controller took over.
 */
export async function reviewedPass(
  ports: PassPorts,
  frame: ReviewFrame,
  { cluster, budget, interrupted }: PassOptions,
): Promise<Checked<Pass>> {
  const at = ports.clock.now()
  const fenced = fencedAt(ports, cluster, frame.commit)
  const begin = (ready: Ready): Promise<Checked<Ready>> => begun(ports, ready, { cluster, budget })
  const found = await readyCommit(fenced, frame)
  if (!found.ok) {
    const portsAt = (commit: ObjectId): ApplyReviewedPorts => fencedAt(ports, cluster, commit)
    const ended = await applyEnds(ports, frame, found.problems, {
      only: cluster.name,
      interrupted,
      portsAt,
      begin,
    })
    return { ok: false, problems: [...found.problems, ...ended] }
  }
  try {
    const own = await begin(found.value)
    if (!own.ok) return own
    const ready = own.value
    const foreseen = await foresee(fenced, ready)
    const unkept = await keepForEmergency(ports, ready)
    const outcome = await applyReady(ready, fenced, {
      interrupted,
      isByHand: false,
      overlapSeconds: OVERLAP_SECONDS,
    })
    const steps = outcome.steps.filter(({ step }) => isOf(step, cluster.name))
    await ports.comments?.passed(ready, { ...outcome, steps })
    return ok({
      at,
      commit: frame.commit,
      dueAt: firstDue(outcome.plan.steps, at),
      isUnfinished: steps.some(({ kind }) => UNFINISHED.has(kind)),
      steps,
      warnings: [...unkept, ...ready.reviewed.warnings, ...outcome.warnings],
      problems: outcome.plan.problems,
      foreseen,
    })
  } finally {
    await Promise.all(found.value.observed.map((each: Observed) => each.cluster.close()))
  }
}

function fencedAt(ports: PassPorts, cluster: ControlledCluster, commit: ObjectId): PassPorts {
  const check = (): Promise<void> => ports.leadership.check(commit)
  return {
    ...ports,
    clusters: fencedClusters(ports.clusters, cluster, check),
    externalSinks: fencedSinks(ports.externalSinks, check),
  }
}

/** The part of a commit that this controller acts on from now on. */
async function begun(
  { leadership, clock }: PassPorts,
  found: Ready,
  { cluster, budget }: Pick<PassOptions, 'cluster' | 'budget'>,
): Promise<Checked<Ready>> {
  const before = leadership.commit
  const ready = ofCluster(found, cluster.name, budget)
  const { commit } = ready.frame
  const place = { ...cluster, lease: leaseName(cluster.owner) }
  const older = olderThan(ready.commit.history, commit, before, place)
  if (older !== null) return older
  if (isNonEmpty(ready.failures)) return { ok: false, problems: ready.failures }
  await checkClock(ready.observed, clock)
  if (!(await leadership.actOn(commit, before))) await leadership.check(commit)
  return ok(ready)
}

/** Without what belongs to other clusters, and with CONTROLLER_BUDGET for certificates that are too short. */
function ofCluster(ready: Ready, cluster: string, budget: Budget): Ready {
  const { plan, refused, ...reviewed } = ready.reviewed
  const steps = plan.steps.filter(step => isOf(step, cluster))
  const short = steps.flatMap(step => {
    const problem = budgetProblem(step, budget)
    return problem === null || !('request' in step) || step.kind === 'keep'
      ? []
      : [{ step, problems: [problem] as const }]
  })
  const isForeign = ({ code }: Problem): boolean => code === 'CONTROLLER_OTHER_CLUSTER'
  return {
    ...ready,
    failures: ready.failures.filter(problem => !isForeign(problem)),
    reviewed: {
      ...reviewed,
      plan: { ...plan, steps, problems: plan.problems.filter(problem => !isForeign(problem)) },
      refused: [...refused, ...short],
    },
  }
}

function isOf(step: Step, cluster: string): boolean {
  const { cluster: own } = stepTarget(step)
  return own === null || own === cluster
}

/**
 * CONTROLLER_COMMIT unless the branch contains the commit that was acted on before: it was force-pushed, or GitHub answers with an older
 * state.
 */
export function olderThan(
  { ancestry }: Pick<History, 'ancestry'>,
  commit: ObjectId,
  acted: ObjectId | null,
  { owner, recordNamespace, lease }: ControlledCluster & { readonly lease: string },
): Checked<never> | null {
  if (acted === null || isAncestor(ancestry, acted, commit)) return null
  return refuseAs(
    'CONTROLLER_COMMIT',
    `the default branch is at ${commit.slice(0, 7)}, which does not contain ${acted.slice(0, 7)}: this controller, or another one with its Lease, acted on that before`,
    `find out who rewrote the branch. If it is right now: kubectl delete lease ${shellWord(lease)} --namespace ${recordNamespace}. If the guard refuses that, first: kubectl delete validatingadmissionpolicybinding countersign-${owner}-records; apply the guard again afterwards`,
  )
}

/** A client that reads its Secret again in this time notices nothing of a renewal. */
const OVERLAP_SECONDS = 3600
/** A new certificate: only the next plan says when it is due, and proves its renewals for the time without GitHub. */
const UNFINISHED: ReadonlySet<string> = new Set(['failed', 'waiting', 'issued'])
