// The plan: read → judge → observe → diff → guard. At a terminal it is compared with the records of the clusters. On a pull request
// it is compared with another commit, and no cluster is asked.
import type { Config } from '../../domain/request/config.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import { ok, refuse } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Clusters } from '../../ports/cluster.ts'
import type { Keys } from '../../ports/keys.ts'
import type { PastFiles, RepositoryFiles } from '../../ports/repository-files.ts'
import { forAnyRequester } from '../../core/policy/any-requester.ts'
import type { SinkCapabilities } from '../../core/sink/sink-capabilities.ts'
import { compareCommits } from '../../core/plan/compare-commits.ts'
import { planSteps } from '../../core/plan/plan-steps.ts'
import { withKeyAges } from '../../core/plan/key-age.ts'
import { withRecordCapacity } from '../../core/plan/record-capacity.ts'
import { clustersNamed, personNamed } from '../validate/selected-names.ts'
import { policyImpact, rulesVersion } from './policy-impact.ts'
import { sinksOf } from './stored-credentials.ts'
import { missingFolder, filterSteps } from './filter-steps.ts'
import { pastInCheckout, withBindings, withSinksFromGit } from '../withdraw/sinks-to-delete.ts'
import { observeClusters, unreachable } from './observe-clusters.ts'
import type { Observed } from './observe-clusters.ts'
import { readRequests } from '../validate/read-requests.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { withLimits } from './run-scope.ts'
import type { Scope } from './run-scope.ts'

export interface PlanOptions {
  readonly config: string
  /** Folder of the requests, null for the configuration's. */
  readonly requests: string | null
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
  /** The configuration to use without countersign.yaml; null refuses. */
  readonly fallback: (() => Promise<Config>) | null
}

export interface Planned {
  readonly plan: Plan
  readonly rules: Rules
  readonly asked: JudgedRequests
  readonly observed: readonly Observed[]
  /** Failed clusters. The run continues without them and ends with exit code 2. */
  readonly failures: readonly Problem[]
}

export interface PlanWorld {
  readonly files: RepositoryFiles
  readonly past: PastFiles
  readonly clusters: Clusters
  readonly clock: Clock
  readonly keys: Keys
}

/** Compares with the records of every cluster that a request or the configuration names. The caller closes the clusters. */
export async function planWithClusters(
  world: PlanWorld,
  options: PlanOptions,
): Promise<Checked<Planned>> {
  const rules = await readRules(world.files, options.config, options.fallback)
  if (!rules.ok) return rules
  const { config } = rules.value
  const chosen = clustersNamed(config, options.cluster)
  const now = world.clock.now()
  const all = await ask(world.files, rules.value, options, now)
  if (!all.ok) return all
  const asked = all.value
  const missing = await missingFolder(world.files, options)
  const { unanswered, observed } = await observeClusters(chosen, config, world)
  const records = new Map(observed.map(({ cluster, records: known }) => [cluster.name, known]))
  const made = planSteps({
    requests: asked.requests,
    refused: [...asked.refused, ...unreachable(asked.requests, unanswered)],
    warnings: asked.warnings,
    config,
    records,
    broken: observed.flatMap(({ broken }) => broken),
    now,
  })
  const past = pastInCheckout(world.past, config)
  const inUse = await sinksOf(observed, config, world.keys)(filterSteps(made, options))
  const aged = withRecordCapacity(withKeyAges(inUse.steps, asked.verdicts, now), now)
  const steps = await withBindings(await withSinksFromGit(aged, past), observed)
  const failures = [...unanswered.values()]
  if (missing !== null && steps.length + failures.length === 0) {
    await Promise.all(observed.map(({ cluster }) => cluster.close()))
    throw missing
  }
  // If a failed cluster has no requests, only this list reports it.
  const problems = [...failures, ...made.problems]
  const plan = withLimits({ ...made, steps, problems }, config, options.scope, now)
  return { ok: true, value: { plan, rules: rules.value, asked, observed, failures } }
}

/** Compares with the files of an older state. It reads nothing but files. */
export async function planWithTree(
  files: RepositoryFiles,
  base: RepositoryFiles | null,
  options: PlanOptions,
  now: Date,
): Promise<Checked<Omit<Planned, 'observed' | 'failures'>>> {
  const rules = await readRules(base ?? files, options.config, options.fallback)
  if (!rules.ok) return rules
  const { config } = rules.value
  clustersNamed(config, options.cluster)
  const missing = await missingFolder(files, options)
  const asked = await ask(files, rules.value, options, now)
  if (!asked.ok) return asked
  const before = base === null ? null : await ask(base, rules.value, options, now)
  if (before !== null && !before.ok) return before
  const made = compareCommits({
    requests: asked.value.requests,
    refused: asked.value.refused,
    warnings: asked.value.warnings,
    before: before?.value.requests ?? [],
    config,
    now,
  })
  const narrow = filterSteps(made, options)
  if (missing !== null && narrow.steps.length === 0) throw missing
  const changed =
    base === null ? NO_CHANGE : await rulesChange(files, base, rules.value, options, now)
  const limited = withLimits(narrow, config, options.scope, null)
  const plan = {
    ...limited,
    problems: [...limited.problems, ...changed.problems],
    effects: changed.effects,
  }
  return { ok: true, value: { plan, rules: rules.value, asked: asked.value } }
}

export type RulesChange = Pick<Plan, 'problems' | 'effects'>

const NO_CHANGE: RulesChange = { problems: [], effects: [] }

/** Effects of the files' own configuration and policies, if they differ from the rules that judge now. */
export async function rulesChange(
  files: RepositoryFiles,
  base: RepositoryFiles,
  today: Rules,
  options: Pick<PlanOptions, 'config' | 'requests' | 'isPublic'>,
  now: Date,
): Promise<RulesChange> {
  const [judging, proposed] = await Promise.all(
    [base, files].map(each => rulesVersion(each, options.config)),
  )
  if (judging === proposed) return NO_CHANGE
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return { problems: rules.problems, effects: [] }
  const broken = rules.value.policies?.broken.flatMap(({ problems }) => problems) ?? []
  // The requesters of existing files are not looked up, so rules on the requester are left out on both sides.
  const anybody = { ...options, requester: null, isOfSeveral: true }
  const [was, will] = [
    await ask(files, today, anybody, now),
    await ask(files, rules.value, anybody, now),
  ]
  if (!was.ok) return { problems: was.problems, effects: [] }
  if (!will.ok) return { problems: will.problems, effects: [] }
  const effects = policyImpact(
    { rules: today, asked: was.value },
    { rules: rules.value, asked: will.value },
  )
  return { problems: broken, effects }
}

async function ask(
  files: RepositoryFiles,
  found: Rules,
  options: Pick<
    PlanOptions,
    | 'config'
    | 'requests'
    | 'requester'
    | 'isOfSeveral'
    | 'isPublic'
    | 'capabilities'
    | 'capabilitiesHere'
  >,
  now: Date,
): Promise<Checked<JudgedRequests>> {
  const rules = options.isOfSeveral === true ? openRules(found) : found
  const { requests } = rules.config
  const person = personNamed(rules.config, options.requester)
  const { isPublic = false, capabilities, capabilitiesHere } = options
  const asking = { requesterOf: () => person, now, isPublic, capabilities, capabilitiesHere }
  if (rules.policies === null) {
    const folder = options.requests ?? requests
    const anywhere = { ...rules, config: { ...rules.config, requests: folder } }
    return ok(await readRequests(files, { ...asking, rules: anywhere, folder }))
  }
  if (options.requests !== null && !`${options.requests}/`.startsWith(`${requests}/`))
    return refuse({
      code: 'RUN_USAGE',
      at: null,
      message: `${options.requests} is not in the folder ${requests} that ${options.config} names`,
      hint: `--requests narrows the plan to a folder below ${requests}`,
    })
  return ok(await readRequests(files, { ...asking, rules, folder: requests }))
}

function openRules({ config, policies }: Rules): Rules {
  if (policies === null) return { config, policies }
  return { config, policies: { ...policies, policies: policies.policies.map(forAnyRequester) } }
}
