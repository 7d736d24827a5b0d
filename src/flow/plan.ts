// The plan: read → judge → observe → diff → guard. At a terminal it is compared with the records of the clusters; on a pull
// request with another commit, and then no cluster is asked.
import type { Config } from '../domain/config.ts'
import type { Plan, Refused, Step } from '../domain/plan.ts'
import { CountersignError } from '../domain/problem.ts'
import type { Checked, Problem } from '../domain/problem.ts'
import type { RequestRecord } from '../domain/record.ts'
import type { Clock, Cluster, ClusterIdentity, Clusters, RepositoryFiles } from '../ports.ts'
import { comparedTrees } from '../plan/compare-trees.ts'
import { diff } from '../plan/diff.ts'
import { holdToLimits } from '../plan/limits.ts'
import type { Limited } from '../plan/limits.ts'
import { readConfig, readRequests } from './read.ts'
import type { Asked } from './read.ts'

/** What one run is to act on. */
export interface Scope {
  /** Only these requests, empty for all. */
  readonly names: readonly string[]
  /** --max-issue, null where it was not given. */
  readonly maxIssue: number | null
}

export const WHOLE: Scope = { names: [], maxIssue: null }

export interface PlanOptions {
  readonly config: string
  /** Folder of the requests, null for the configuration's. */
  readonly requests: string | null
  /** Only this cluster, null for all. */
  readonly cluster: string | null
  readonly scope: Scope
  /** What to do without countersign.yaml; null refuses. */
  readonly fallback: (() => Promise<Config>) | null
}

/** A cluster that answered. */
export interface Observed {
  readonly cluster: Cluster
  readonly version: string
  readonly identity: ClusterIdentity
  readonly records: readonly RequestRecord[]
}

export interface Planned {
  readonly plan: Plan
  readonly config: Config
  readonly asked: Asked
  readonly observed: readonly Observed[]
  /** Clusters that did not do their part: the run goes on without them and ends with exit code 2. */
  readonly failures: readonly Problem[]
}

export interface PlanWorld {
  readonly files: RepositoryFiles
  readonly clusters: Clusters
  readonly clock: Clock
}

/** Compared with the records of every cluster that a request or the configuration names. The caller closes the clusters. */
export async function planWithClusters(
  world: PlanWorld,
  options: PlanOptions,
): Promise<Checked<Planned>> {
  const config = await readConfig(world.files, options.config, options.fallback)
  if (!config.ok) return config
  const chosen = onlyCluster(config.value, options.cluster)
  if (!chosen.ok) return chosen
  const all = await readRequests(
    world.files,
    config.value,
    options.requests ?? config.value.requests,
  )
  const names = new Set(chosen.value.clusters.map(({ name }) => name))
  const asked = { ...all, requests: all.requests.filter(({ cluster }) => names.has(cluster)) }
  const answers = await Promise.all(
    chosen.value.clusters.map(cluster => observe(cluster, config.value, world)),
  )
  const observed = answers.flatMap(answer => ('observed' in answer ? [answer.observed] : []))
  const unanswered = new Map(
    answers.flatMap(answer =>
      'problem' in answer ? [[answer.cluster, answer.problem] as const] : [],
    ),
  )
  const records = new Map(observed.map(({ cluster, records: seen }) => [cluster.name, seen]))
  const made = diff({
    requests: asked.requests.filter(({ cluster }) => !unanswered.has(cluster)),
    refused: [...asked.refused, ...unreachable(asked, unanswered)],
    warnings: asked.warnings,
    config: config.value,
    records,
    isWhole: options.requests === null || options.requests === config.value.requests,
    now: world.clock.now(),
  })
  const plan = withLimits(made, config.value, options.scope)
  return {
    ok: true,
    value: { plan, config: config.value, asked, observed, failures: [...unanswered.values()] },
  }
}

/** Compared with the files of an older state; nothing but files is read. */
export async function planWithTree(
  files: RepositoryFiles,
  base: RepositoryFiles | null,
  options: PlanOptions,
  now: Date,
): Promise<Checked<Omit<Planned, 'observed' | 'failures'>>> {
  const config = await readConfig(base ?? files, options.config, options.fallback)
  if (!config.ok) return config
  const folder = options.requests ?? config.value.requests
  const asked = await readRequests(files, config.value, folder)
  const before = base === null ? null : await readRequests(base, config.value, folder)
  const made = comparedTrees({
    requests: asked.requests,
    refused: asked.refused,
    warnings: asked.warnings,
    before: before?.requests ?? [],
    config: config.value,
    now,
  })
  const plan = withLimits(made, config.value, options.scope)
  return { ok: true, value: { plan, config: config.value, asked } }
}

/** The steps of a plan that a run of this scope may take, and those that limits hold back. */
export function limitedSteps(plan: Plan, config: Config, scope: Scope): Limited {
  const nameOf = (step: Step): string => ('request' in step ? step.request.name : step.name)
  const { names, maxIssue } = scope
  const chosen =
    names.length === 0 ? plan.steps : plan.steps.filter(step => names.includes(nameOf(step)))
  return holdToLimits(chosen, config.limits, { maxIssue, requests: plan.steps.length })
}

function withLimits(plan: Plan, config: Config, scope: Scope): Plan {
  const { stopped } = limitedSteps(plan, config, scope)
  return { ...plan, problems: [...plan.problems, ...stopped.map(({ problem }) => problem)] }
}

type Answer =
  { readonly observed: Observed } | { readonly cluster: string; readonly problem: Problem }

async function observe(
  cluster: Config['clusters'][number],
  config: Config,
  world: PlanWorld,
): Promise<Answer> {
  try {
    const opened = await world.clusters.open(cluster, config.owner)
    const [version, identity, records] = await Promise.all([
      opened.version(),
      opened.whoAmI(),
      opened.records.list(),
    ])
    return { observed: { cluster: opened, version, identity, records } }
  } catch (cause) {
    if (cause instanceof CountersignError) return { cluster: cluster.name, problem: cause.problem }
    throw cause
  }
}

/** Requests whose cluster did not answer are refused for this run; the others go on. */
function unreachable(asked: Asked, unanswered: ReadonlyMap<string, Problem>): readonly Refused[] {
  return asked.requests.flatMap(({ path, name, cluster }) => {
    const problem = unanswered.get(cluster)
    return problem === undefined ? [] : [{ path, name, cluster, problems: [problem] as const }]
  })
}

function onlyCluster(config: Config, name: string | null): Checked<Config> {
  if (name === null) return { ok: true, value: config }
  const clusters = config.clusters.filter(cluster => cluster.name === name)
  if (clusters.length > 0) return { ok: true, value: { ...config, clusters } }
  const known = config.clusters.map(cluster => cluster.name).join(', ')
  const hint = `it has: ${known}`
  const message = `countersign.yaml has no cluster "${name}"`
  return { ok: false, problems: [{ code: 'CONFIG_CLUSTER_UNKNOWN', at: null, message, hint }] }
}
