// Clusters and secrets at GitHub, with a check of the leadership before each write. Names are those of the ports; every other method
// only reads.
import { CountersignError, failure } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Cluster, Clusters } from '../../ports/cluster.ts'
import type { ExternalSinks } from '../../ports/external-sinks.ts'
import { observeClusters } from '../plan/observe-clusters.ts'
import type { ObservePorts, Observed } from '../plan/observe-clusters.ts'
import { checkClock } from './cluster-clock.ts'
import type { Leadership } from './leadership.ts'

/** The place of the records, where the Lease is too. */
export interface ControlledCluster {
  readonly name: string
  readonly owner: string
  readonly recordNamespace: string
  /** https URL of its API server. */
  readonly server: string
}

/**
 * Works in the cluster of the controller by the files of `commit`, and closes it. Throws CLUSTER_ codes, CONTROLLER_CLOCK and
 * CONTROLLER_NOT_LEADER.
 */
export async function inOwnCluster<T>(
  ports: ObservePorts & { readonly clock: Clock; readonly leadership: Leadership },
  own: ControlledCluster,
  { config, commit }: { readonly config: Config; readonly commit: ObjectId },
  work: (observed: readonly Observed[]) => Promise<T>,
): Promise<T> {
  const clusters = fencedClusters(ports.clusters, own, () => ports.leadership.check(commit))
  const chosen = config.clusters.filter(({ name }) => name === own.name)
  const { observed, unanswered } = await observeClusters(chosen, config, { ...ports, clusters })
  for (const problem of unanswered.values()) throw new CountersignError(problem)
  try {
    await checkClock(observed, ports.clock)
    return await work(observed)
  } finally {
    await Promise.all(observed.map(({ cluster }) => cluster.close()))
  }
}

/** `check` throws if nothing may be written. Clusters with another name than `only` are not opened. */
export function fencedClusters(
  clusters: Clusters,
  only: ControlledCluster,
  check: () => Promise<void>,
): Clusters {
  return {
    open: async (config, owner) => {
      if (config.name !== only.name)
        throw failure(
          'CONTROLLER_OTHER_CLUSTER',
          `${config.name} is not the cluster of this controller`,
          `run a controller in ${config.name} too, or remove it from the configuration`,
        )
      const cluster = await clusters.open(config, owner)
      const place = `${config.recordNamespace} of ${owner} at ${cluster.server}`
      const leased = `${only.recordNamespace} of ${only.owner} at ${only.server}`
      if (place === leased) return fenced(cluster, check)
      await cluster.close()
      throw failure(
        'CONTROLLER_MOVED',
        `the records are in ${place} now; the Lease of this controller is in ${leased}`,
        'restart the controller',
      )
    },
  }
}

function fenced(cluster: Cluster, check: () => Promise<void>): Cluster {
  const { signingRequests, records, secrets, grants, revocations } = cluster
  return checked(cluster, [], check, {
    signingRequests: checked(signingRequests, ['create', 'approve', 'deny'], check),
    records: checked(records, ['write'], check),
    secrets: checked(secrets, ['apply', 'remove'], check),
    grants: checked(grants, ['bind', 'unbind'], check),
    revocations: checked(revocations, ['add', 'remove'], check),
  })
}

/** A controller writes no artifacts and no files. */
export function fencedSinks(sinks: ExternalSinks, check: () => Promise<void>): ExternalSinks {
  const { githubSecrets } = sinks
  return {
    ...sinks,
    githubSecrets: githubSecrets && checked(githubSecrets, ['put', 'remove'], check),
  }
}

/** The same object, whose `methods` check first; `replaced`: members that are replaced as a whole. */
function checked<T extends object>(
  target: T,
  methods: readonly (keyof T)[],
  check: () => Promise<void>,
  replaced: Readonly<Record<string, unknown>> = {},
): T {
  const names = methods.map(String)
  return new Proxy(target, {
    get(object, name) {
      if (typeof name === 'string' && name in replaced) return replaced[name]
      const member: unknown = Reflect.get(object, name)
      if (typeof member !== 'function') return member
      const method = (...args: readonly unknown[]): unknown => Reflect.apply(member, object, args)
      if (typeof name !== 'string' || !names.includes(name)) return method
      return async (...args: readonly unknown[]) => {
        await check()
        return method(...args)
      }
    },
  })
}
