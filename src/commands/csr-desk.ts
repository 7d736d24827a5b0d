// What the csr commands work on: one cluster, logged in to, with the configuration and the policies that judge.
import { terminalConfig } from '../config/terminal.ts'
import type { KubernetesCluster } from '../adapters/kubernetes/cluster.ts'
import type { ClusterConfig } from '../domain/config.ts'
import { failure, ok } from '../domain/problem.ts'
import type { Checked } from '../domain/problem.ts'
import { readRules } from '../flow/rules.ts'
import type { Rules } from '../flow/rules.ts'
import { visible } from '../report/words.ts'
import type { Context } from './context.ts'

export interface CsrDesk {
  readonly cluster: KubernetesCluster
  readonly config: ClusterConfig
  readonly rules: Rules
}

/** The cluster of --cluster, the default one, or the only one; without a configuration that of the current kubeconfig. */
export async function openDesk(context: Context): Promise<Checked<CsrDesk>> {
  const { options, files, clusters, terminal } = context
  const fallback = async () => {
    const { context: name } = await clusters.current()
    terminal.talk(
      `no ${options.config} here: using the context ${visible(name)} of the kubeconfig; no policy judges`,
    )
    return terminalConfig(name)
  }
  const rules = await readRules(files, options.config, options.isConfigNamed ? null : fallback)
  if (!rules.ok) return rules
  const config = chosen(rules.value, options.cluster)
  return ok({
    config,
    rules: rules.value,
    cluster: await clusters.open(config, rules.value.config.owner),
  })
}

function chosen({ config }: Rules, named: string | null): ClusterConfig {
  const [only, second] = config.clusters
  const name = named ?? config.defaultCluster ?? (second === undefined ? only?.name : undefined)
  const found = config.clusters.find(each => each.name === name)
  if (found !== undefined) return found
  throw failure(
    'RUN_USAGE',
    name === undefined ? 'there are several clusters' : `there is no cluster ${visible(name)}`,
    `--cluster takes ${config.clusters.map(each => each.name).join(', ')}`,
  )
}
