// Names in flags, looked up in the configuration. An unknown name is refused: a run that ignored it would answer another question.
import type { ClusterConfig, Config, PersonConfig } from '../../domain/request/config.ts'
import type { Requester } from '../../domain/request/policy.ts'
import { failure, usageFailure } from '../../domain/problem.ts'
import { didYouMean } from '../../lib/source/did-you-mean.ts'

/** The cluster of --cluster; all clusters if it was not given. */
export function clustersNamed(
  { clusters }: Pick<Config, 'clusters'>,
  name: string | null,
): readonly ClusterConfig[] {
  if (name === null) return clusters
  const found = clusters.filter(cluster => cluster.name === name)
  if (found.length > 0) return found
  throw failure(
    'CONFIG_CLUSTER_UNKNOWN',
    `there is no cluster "${name}"`,
    didYouMean(
      name,
      clusters.map(each => each.name),
      listed(clusters),
    ),
  )
}

/** The cluster of --cluster, or the only one, for commands that act on one cluster. */
export function clusterNamed(config: Pick<Config, 'clusters'>, name: string | null): ClusterConfig {
  const [first, second] = clustersNamed(config, name)
  if (first !== undefined && second === undefined) return first
  throw usageFailure('there are several clusters', listed(config.clusters))
}

/** The person of --requester, null if it was not given. */
export function personNamed({ people }: Config, login: string | null): PersonConfig | null {
  const person = people.find(each => each.login === login)
  if (person !== undefined || login === null) return person ?? null
  const logins = people.map(each => each.login)
  const known = logins.length === 0 ? 'it lists nobody' : `it has: ${logins.join(', ')}`
  throw usageFailure(
    `nobody in people of the configuration has the login "${login}"`,
    didYouMean(login, logins, known),
  )
}

function listed(clusters: readonly ClusterConfig[]): string {
  return `choose one: --cluster ${clusters.map(({ name }) => name).join(' | ')}`
}

/** A person of that name is assumed to be the requester. On GitHub the author of the pull request is. */
export function assumedRequester(
  config: Config,
  login: string | null,
  name: string,
): Requester | null {
  return personNamed(config, login) ?? config.people.find(each => each.name === name) ?? null
}
