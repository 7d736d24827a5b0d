// countersign manifests rbac: the rights this repository's requests need, ready for kubectl apply -f -.
import type { ExitCode } from '../domain/outcome.ts'
import { failure } from '../domain/problem.ts'
import { readRequests } from '../flow/read.ts'
import { readRules } from '../flow/rules.ts'
import { rbacManifests } from '../report/manifests.ts'
import type { Subject } from '../report/manifests.ts'
import { planOptions } from './context.ts'
import type { Context } from './context.ts'
import { refusedAll } from './plan.ts'

export async function manifestsRbac(context: Context, subject: Subject): Promise<ExitCode> {
  const { clock, options, files, terminal } = context
  const rules = await readRules(files, options.config, planOptions(context).fallback)
  if (!rules.ok) return refusedAll(context, rules.problems)
  const { config } = rules.value
  const folder = options.requests ?? config.requests
  // Rights are for what the files ask, allowed by a policy or not yet.
  const unjudged = { config, policies: null }
  const asked = await readRequests(files, {
    rules: unjudged,
    folder,
    requesterOf: () => null,
    now: clock.now(),
  })
  const { clusters } = config
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
