// What the csr commands work on: one cluster, logged in to, with the configuration and the policies that judge.
import { terminalConfig } from '../config/terminal.ts'
import type { KubernetesCluster } from '../adapters/kubernetes/cluster.ts'
import type { ClusterConfig } from '../domain/config.ts'
import { ok } from '../domain/problem.ts'
import type { Checked } from '../domain/problem.ts'
import { clusterNamed } from '../flow/choose.ts'
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
  const { defaultCluster } = rules.value.config
  const config = clusterNamed(rules.value.config, options.cluster ?? defaultCluster)
  return ok({
    config,
    rules: rules.value,
    cluster: await clusters.open(config, rules.value.config.owner),
  })
}
