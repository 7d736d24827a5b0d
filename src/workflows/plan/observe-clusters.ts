// Logs in to clusters and reads this owner's records. A cluster that does not answer does not delay the others.
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import type { Refused } from '../../domain/cluster/plan-step.ts'
import { CountersignError, caughtProblem, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import type { BrokenRecord, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Cluster, ClusterIdentity, Clusters, Right } from '../../ports/cluster.ts'
import type { ClusterMemory } from '../../ports/records.ts'
import { recordsUnlessRestored } from './restored-clusters.ts'
import { REVOKED_AGAIN, setupGap, setupProblem, unusableNamespaces } from './setup-gap.ts'

export interface ObservePorts {
  readonly clusters: Clusters
  /** Null or absent in runs that remember nothing. */
  readonly memory?: ClusterMemory | null
  /** Restored clusters are read as well. */
  readonly isForAudit?: boolean
}

/** The rights that a run needs in a cluster, to report all of them if the records may not be listed. */
export type RightsOn = (cluster: ClusterConfig) => readonly Right[]

/** A cluster that answered. */
export interface Observed {
  readonly cluster: Cluster
  readonly settings: ClusterConfig
  readonly version: string
  readonly identity: ClusterIdentity
  readonly records: readonly RequestRecord[]
  /** Records that cannot be read. */
  readonly broken: readonly BrokenRecord[]
}

export interface Observation {
  readonly observed: readonly Observed[]
  /** Why a cluster did not answer, by its name. */
  readonly unanswered: ReadonlyMap<string, Problem>
}

/** The caller closes the clusters. */
export async function observeClusters(
  chosen: readonly ClusterConfig[],
  config: Config,
  ports: ObservePorts,
  rightsOn: RightsOn = () => [],
): Promise<Observation> {
  const answers = await Promise.all(
    chosen.map(cluster => observe(cluster, chosen, config, ports, rightsOn)),
  )
  return {
    observed: answers.flatMap(answer => ('observed' in answer ? [answer.observed] : [])),
    unanswered: new Map(
      answers.flatMap(answer =>
        'problem' in answer ? [[answer.cluster, answer.problem] as const] : [],
      ),
    ),
  }
}

type Answer =
  { readonly observed: Observed } | { readonly cluster: string; readonly problem: Problem }

async function observe(
  settings: ClusterConfig,
  chosen: readonly ClusterConfig[],
  { owner }: Config,
  ports: ObservePorts,
  rightsOn: RightsOn,
): Promise<Answer> {
  try {
    const cluster = await ports.clusters.open(settings, owner, chosen)
    return await closingOnError([{ cluster }], async () => {
      const [version, identity, { records, broken }] = await Promise.all([
        cluster.version(),
        cluster.whoAmI(),
        ports.isForAudit === true
          ? cluster.records.list()
          : recordsUnlessRestored(cluster, ports.memory, [settings.recordNamespace, owner]),
      ]).catch(async (cause: unknown) => {
        throw await explained(cause, cluster, settings, rightsOn)
      })
      return { observed: { cluster, settings, version, identity, records, broken } }
    })
  } catch (cause) {
    return { cluster: settings.name, problem: caughtProblem(cause) }
  }
}

/** A login that may not list the records lacks other rights too, or the cluster is not set up: all of it is one problem. */
async function explained(
  cause: unknown,
  cluster: Cluster,
  settings: ClusterConfig,
  rightsOn: RightsOn,
): Promise<unknown> {
  const needed = rightsOn(settings)
  if (caughtProblem(cause).code !== 'CLUSTER_FORBIDDEN' || needed.length === 0) return cause
  const gap = await setupGap(cluster, needed)
  const problem = setupProblem(gap, settings, await cluster.whoAmI(), cluster.kubectl)
  return problem === null ? cause : new CountersignError(problem)
}

/** Does work with the clusters. If it throws, they are closed; else the caller closes them. */
export async function closingOnError<T>(
  opened: readonly Pick<Observed, 'cluster'>[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    await Promise.all(opened.map(({ cluster }) => cluster.close()))
    throw cause
  }
}

/** CLUSTER_NOT_SET_UP for each cluster without the namespace of its records: what they listed may still work. Throws CLUSTER_ codes. */
export async function missingRecords(
  observed: readonly Omit<Observed, 'version' | 'identity'>[],
  { owner }: Pick<Config, 'owner'>,
): Promise<readonly Problem[]> {
  const found = observed.map(async ({ cluster, settings, records, broken }) => {
    const namespace = settings.recordNamespace
    const isEmpty = records.length + broken.length === 0
    if (!isEmpty) return []
    const { missing } = await unusableNamespaces(cluster, [{ namespace }])
    if (missing.length === 0) return []
    return unplaced(
      'CLUSTER_NOT_SET_UP',
      `there is no namespace ${namespace} in ${cluster.name}, so there are no records: certificates and bindings of before may still work`,
      `to see them: ${cluster.kubectl ?? 'kubectl'} get csr,rolebindings,clusterrolebindings -A -l ${OWNER_LABEL}=${owner}\n${REVOKED_AGAIN}`,
    )
  })
  return (await Promise.all(found)).flat()
}

/** Requests for a cluster that did not answer are refused in this run; the others continue. */
export function unreachable(
  requests: readonly EffectiveRequest[],
  unanswered: ReadonlyMap<string, Problem>,
): readonly Refused[] {
  return requests.flatMap(({ path, name, cluster, subject }) => {
    const problem = unanswered.get(cluster)
    if (problem === undefined) return []
    return [{ path, name, cluster, subject, problems: [problem] as const }]
  })
}
