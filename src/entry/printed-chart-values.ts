// countersign manifests chart-values: the values of the Helm chart that follow from the files of the checkout.
import { trustedDigest } from '../core/approval/configuration-digest.ts'
import type { Installation } from '../domain/cluster/installation.ts'
import { usageFailure } from '../domain/problem.ts'
import { chartValues } from '../setup/chart-values.ts'
import type { GuardOptions } from '../setup/guard/guard-policies.ts'
import { configurationFiles } from '../workflows/validate/configuration-files.ts'
import type { Context } from './command-context.ts'

/** Throws RUN_USAGE for another login than that of the pod. */
export async function chartValuesOf(
  { files, options }: Context,
  installation: Installation,
  guard: GuardOptions,
): Promise<string> {
  requireInCluster(installation)
  const digest = trustedDigest(await configurationFiles(files, options.config))
  return chartValues(installation, digest, guard)
}

/** Throws RUN_USAGE for another login than that of the pod. */
export function requireInCluster({ cluster: { name, auth } }: Installation): void {
  if (auth.kind === 'inCluster') return
  throw usageFailure(
    `the controller runs in the cluster, and clusters.${name}.auth is ${auth.kind}`,
    `write clusters.${name}.auth: {inCluster: {}}`,
  )
}
