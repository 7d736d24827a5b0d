// countersign manifests rbac: the rights this repository's requests need, ready for kubectl apply -f -.
import type { ExitCode } from '../domain/outcome.ts'
import { failure } from '../domain/problem.ts'
import { readConfig, readRequests } from '../flow/read.ts'
import { rbacManifests } from '../report/manifests.ts'
import type { Subject } from '../report/manifests.ts'
import { planOptions } from './context.ts'
import type { Context } from './context.ts'
import { refusedAll } from './plan.ts'

export async function manifestsRbac(context: Context, subject: Subject): Promise<ExitCode> {
  const { options, files, terminal } = context
  const config = await readConfig(files, options.config, planOptions(context).fallback)
  if (!config.ok) return refusedAll(context, config.problems)
  const asked = await readRequests(files, config.value, options.requests ?? config.value.requests)
  const { clusters } = config.value
  const cluster =
    options.cluster === null ? clusters[0] : clusters.find(({ name }) => name === options.cluster)
  if (cluster === undefined || (options.cluster === null && clusters.length > 1))
    throw failure(
      'RUN_USAGE',
      options.cluster === null
        ? 'there are several clusters'
        : `there is no cluster "${options.cluster}"`,
      `say which: --cluster ${clusters.map(({ name }) => name).join(' | ')}`,
    )
  const requests = asked.requests.filter(request => request.cluster === cluster.name)
  terminal.result(rbacManifests(cluster, requests, subject).trimEnd())
  return 0
}
