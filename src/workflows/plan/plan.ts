// The plan: read → judge → observe → diff → guard. At a terminal it is compared with the records of the clusters, in a merge group with
// another commit. plan-pull-request.ts plans a pull request.
import type { Config } from '../../domain/request/config.ts'
import { isIssuing } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import { ok, usageFailure } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Clusters } from '../../ports/cluster.ts'
import type { Keys } from '../../ports/keys.ts'
import type { PastFiles, RepositoryFiles } from '../../ports/repository-files.ts'
import type { SinkCapabilities } from '../../core/sink/sink-capabilities.ts'
import { missedWindow } from '../../core/config/missed-window.ts'
import { blockedBy } from '../../core/plan/blocked-step.ts'
import { compareCommits } from '../../core/plan/compare-commits.ts'
import { planSteps } from '../../core/plan/plan-steps.ts'
import { withUntil } from '../../core/plan/access-end.ts'
import { withKeyAges } from '../../core/plan/key-age.ts'
import { withRecordCapacity } from '../../core/plan/record-capacity.ts'
import { clustersNamed, personNamed } from '../validate/selected-names.ts'
import {
  clusterEffect,
  policyImpact,
  reissuedBy,
  rightsImpact,
  rulesVersion,
} from './policy-impact.ts'
import type { Ruled } from './policy-impact.ts'
import { sinksOf } from './stored-credentials.ts'
import { missingFolder, filterSteps } from './filter-steps.ts'
import { pastInCheckout, withBindings, withSinksFromGit } from '../withdraw/sinks-to-delete.ts'
import { clusterGaps, rightsForRequests, shortWarning } from './cluster-gaps.ts'
import { closingOnError, observeClusters, unreachable } from './observe-clusters.ts'
import type { Observed } from './observe-clusters.ts'
import { readRequests } from '../validate/read-requests.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import { forAnybody, readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { withRevocations } from './revoked-steps.ts'
import { missedByPlan, stepsInScope, withLimits } from './run-scope.ts'
import type { Scope } from './run-scope.ts'

export interface PlanOptions {
  readonly config: string
  /** Folder of the requests, null for the configuration's. */
  readonly requestFolder: string | null
  /** Only this cluster, null for all. */
  readonly cluster: string | null
  readonly scope: Scope
  /** Login of the requester, null if none was given. Rules on the requester are only true for people of the configuration. */
  readonly requester: string | null
  /** There are several requesters. The rules on the requester were judged for each one separately. */
  readonly isOfSeveral?: boolean
  /** As in JudgingOptions. */
  readonly isPublic?: boolean
  readonly capabilities?: SinkCapabilities | undefined
  readonly capabilitiesHere?: SinkCapabilities | undefined
  /**
   * `apply`: asks each cluster what would stop its steps, and blocks them. `plan`: the same, but a login that only reads gets warnings.
   * Absent: asks nothing of this.
   */
  readonly rehearses?: 'plan' | 'apply'
  /** The configuration to use without countersign.yaml; null refuses. */
  readonly fallback: (() => Promise<Config>) | null
}

export interface Planned {
  readonly plan: Plan
  readonly rules: Rules
  readonly judgedRequests: JudgedRequests
  readonly observed: readonly Observed[]
  /** Failed clusters. The run continues without them and ends with exit code 2. */
  readonly failures: readonly Problem[]
}

export interface PlanPorts {
  readonly files: RepositoryFiles
  readonly past: PastFiles
  readonly clusters: Clusters
  readonly clock: Clock
  readonly keys: Keys
}

/**
 * Compares with the records of every cluster that a request or the configuration names. The caller closes the clusters of the
 * result; if this throws, they are closed.
 */
export async function planWithClusters(
  ports: PlanPorts,
  options: PlanOptions,
): Promise<Checked<Planned>> {
  const rules = await readRules(ports.files, options.config, options.fallback)
  if (!rules.ok) return rules
  const { config } = rules.value
  const chosen = clustersNamed(config, options.cluster)
  const now = ports.clock.now()
  const judgedRequests = await judgeRequestsIn(ports.files, rules.value, options, now)
  const missing = await missingFolder(ports.files, options)
  const isForLooking = options.rehearses === undefined
  const { unanswered, observed } = await observeClusters(chosen, config, ports, cluster =>
    isForLooking ? [] : rightsForRequests(judgedRequests.requests, cluster),
  )
  return closingOnError(observed, async () => {
    const records = new Map(observed.map(({ cluster, records: known }) => [cluster.name, known]))
    const made = planSteps({
      ...judgedRequests,
      refused: [...judgedRequests.refused, ...unreachable(judgedRequests.requests, unanswered)],
      config,
      records,
      broken: observed.flatMap(({ broken }) => broken),
      now,
    })
    const past = pastInCheckout(ports.past, config)
    const inUse = await sinksOf(observed, config, ports.keys)(filterSteps(made, options))
    const ending = withUntil(inUse.steps, now)
    const aged = withRecordCapacity(withKeyAges(ending, judgedRequests.verdicts, now), now)
    const revoked = await withRevocations(aged, observed)
    const bound = await withBindings(await withSinksFromGit(revoked, past), observed)
    const steps = await withGaps(bound, observed, options)
    const failures = [...unanswered.values()]
    if (missing !== null && steps.length + failures.length === 0) throw missing
    // If a failed cluster has no requests, only this list reports it.
    const problems = [...failures, ...made.problems]
    const plan = withLimits({ ...made, steps, problems }, config, options.scope, now)
    return ok({ plan, rules: rules.value, judgedRequests, observed, failures })
  })
}

/** The steps that a cluster would stop are blocked; at a login that only reads, they have the reason as a warning. */
async function withGaps(
  steps: readonly Step[],
  observed: readonly Observed[],
  { rehearses, scope }: PlanOptions,
): Promise<readonly Step[]> {
  if (rehearses === undefined) return steps
  const gaps = await clusterGaps(stepsInScope(steps.filter(isIssuing), scope), observed)
  return steps.map(step => {
    const gap = gaps.get(step)
    if (gap === undefined || !isIssuing(step)) return step
    const { problems, isReader } = gap
    if (!isReader || rehearses !== 'plan') return blockedBy(step, problems)
    return { ...step, warnings: [...step.warnings, ...problems.map(shortWarning)] }
  })
}

/** Compares with the files of an older state. It reads nothing but files. */
export async function planWithTree(
  files: RepositoryFiles,
  older: RepositoryFiles,
  options: PlanOptions,
  now: Date,
): Promise<Checked<Omit<Planned, 'observed' | 'failures'>>> {
  const rules = await readRules(older, options.config, options.fallback)
  if (!rules.ok) return rules
  const { config } = rules.value
  clustersNamed(config, options.cluster)
  const missing = await missingFolder(files, options)
  const judgedRequests = await judgeRequestsIn(files, rules.value, options, now)
  const before = await judgeRequestsIn(older, rules.value, options, now)
  const made = compareCommits({ ...judgedRequests, before: before.requests, config, now })
  const filtered = filterSteps(made, options)
  if (missing !== null && filtered.steps.length === 0) throw missing
  const changed = await rulesChange(files, older, rules.value, options, now)
  const gone = new Set(changed.effects.map(({ request }) => request))
  const isLeft = (step: Step): boolean =>
    step.kind === 'withdraw' && gone.has(clusterEffect(step.cluster))
  const steps = filtered.steps.filter(step => !isLeft(step))
  const limited = withLimits({ ...filtered, steps }, config, options.scope, null)
  const { effects, proposed } = changed
  const plan = {
    ...limited,
    steps: proposed === null ? limited.steps : reissuedBy(limited.steps, effects, proposed, now),
    problems: [...limited.problems, ...changed.problems, ...missedByPlan(steps, config)],
    effects,
  }
  return { ok: true, value: { plan, rules: rules.value, judgedRequests } }
}

/** `proposed`: the files under their own rules, null if these judge now. */
export type RulesChange = Pick<Plan, 'problems' | 'effects'> & { readonly proposed: Ruled | null }

const NO_CHANGE: RulesChange = { problems: [], effects: [], proposed: null }

/** Effects of the files' own configuration and policies, if they differ from the rules that judge now. */
export async function rulesChange(
  files: RepositoryFiles,
  judgingFiles: RepositoryFiles,
  today: Rules,
  options: Pick<PlanOptions, 'config' | 'requestFolder' | 'isPublic'>,
  now: Date,
): Promise<RulesChange> {
  const [judging, own] = await Promise.all(
    [judgingFiles, files].map(each => rulesVersion(each, options.config)),
  )
  if (judging === own) return NO_CHANGE
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return { ...NO_CHANGE, problems: rules.problems }
  const broken = rules.value.policies?.broken.flatMap(({ problems }) => problems) ?? []
  // The requesters of existing files are not looked up, so rules on the requester are left out on both sides.
  const anybody = { ...options, requester: null, isOfSeveral: true }
  const [was, will] = [
    await judgeRequestsIn(files, today, anybody, now),
    await judgeRequestsIn(files, rules.value, anybody, now),
  ]
  const proposed = { rules: rules.value, judgedRequests: will }
  const effects = policyImpact({ rules: today, judgedRequests: was }, proposed)
  const rights = rightsImpact(today, rules.value, now)
  const before = { ...was, config: today.config }
  const missed = missedWindow(will.requests, rules.value.config, before)
  return { problems: [...broken, ...missed], effects: [...effects, ...rights], proposed }
}

/** Reads the request files of one state, and judges them by these rules for the requester of the options. */
async function judgeRequestsIn(
  files: RepositoryFiles,
  found: Rules,
  options: JudgingChoices,
  now: Date,
): Promise<JudgedRequests> {
  const rules = options.isOfSeveral === true ? forAnybody(found) : found
  const person = personNamed(rules.config, options.requester)
  const { isPublic = false, capabilities, capabilitiesHere } = options
  return readRequests(files, {
    ...folderToRead(rules, options),
    requesterOf: () => person,
    now,
    isPublic,
    capabilities,
    capabilitiesHere,
  })
}

type JudgingChoices = Omit<PlanOptions, 'cluster' | 'scope' | 'fallback'>

/**
 * With a configuration all of its folder is read and the steps are filtered later; without one the folder of the options. Throws
 * RUN_USAGE for a folder elsewhere.
 */
function folderToRead(
  rules: Rules,
  { config: configPath, requestFolder: chosen }: JudgingChoices,
): { readonly rules: Rules; readonly folder: string } {
  const { requests: configured } = rules.config
  if (rules.policies === null) {
    const folder = chosen ?? configured
    return { rules: { ...rules, config: { ...rules.config, requests: folder } }, folder }
  }
  if (chosen !== null && !`${chosen}/`.startsWith(`${configured}/`))
    throw usageFailure(
      `${chosen} is not in the folder ${configured} that ${configPath} names`,
      `--requests narrows the plan to a folder below ${configured}`,
    )
  return { rules, folder: configured }
}
