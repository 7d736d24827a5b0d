// What the csr commands work on: one cluster, logged in to, with the configuration and the policies that judge.
import type { KubernetesCluster } from '../../../adapters/kubernetes/objects/cluster-client.ts'
import type { ClusterConfig } from '../../../domain/request/config.ts'
import { ok } from '../../../domain/problem.ts'
import type { Checked } from '../../../domain/problem.ts'
import type { ApproverRules } from '../../../workflows/pending/judged-as-approver.ts'
import { inventoryOf } from '../../../workflows/validate/inventory-files.ts'
import { clusterNamed } from '../../../workflows/validate/selected-names.ts'
import { readRules } from '../../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../../workflows/validate/rules-in-force.ts'
import type { Context } from '../../command-context.ts'
import { configOfKubeconfig } from '../../fallback-config.ts'

export interface CsrContext {
  readonly cluster: KubernetesCluster
  readonly config: ClusterConfig
  readonly rules: Rules
  /** The flags of the clusters that are not asked, as `--cluster lab | --cluster dev`; empty if --cluster chose one. */
  readonly others: string
  /** What the approver of kubelets judges by; null without a configuration. */
  readonly approver: ApproverRules | null
}

/** The cluster of --cluster, the default one, or the only one; without a configuration that of the current kubeconfig. */
export async function openCsrContext(context: Context): Promise<Checked<CsrContext>> {
  const { options, files, clusters } = context
  const rules = await readRules(files, options.config, configOfKubeconfig(context))
  if (!rules.ok) return rules
  const { config: all, policies } = rules.value
  const { owner, defaultCluster } = all
  const config = clusterNamed(all, options.cluster ?? defaultCluster)
  const others = all.clusters.filter(each => each !== config).map(each => `--cluster ${each.name}`)
  return ok({
    config,
    rules: rules.value,
    others: options.cluster === null ? others.join(' | ') : '',
    approver: policies && {
      owner,
      policies,
      cluster: config,
      emergency: all.emergency,
      inventory: await inventoryOf(files, config, all.places),
    },
    cluster: await clusters.open(config, owner, [], all.clusters),
  })
}
