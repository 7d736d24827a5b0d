// The configuration that the controller before this one kept in the cluster of this pod: a controller that starts while the server of the
// repository does not answer serves emergencies by it.
import { placeOfPod } from '../adapters/kubernetes/login/in-cluster.ts'
import { caughtProblem, failure } from '../domain/problem.ts'
import { keptRules } from '../workflows/control/kept-files.ts'
import type { ReviewFrame } from '../workflows/prove/applied-history.ts'
import { unattended } from './account-clusters.ts'
import type { Context } from './command-context.ts'

/** Throws EMERGENCY_FILES unless files are kept of the commit in the Lease; CONFIG_AUTH_UNSUPPORTED outside a pod, and CLUSTER_ codes. */
export async function keptConfiguration(
  { clock, environment, options, root }: Context,
  owner: string,
  frame: Pick<ReviewFrame, 'config' | 'trustedConfig'>,
) {
  const name = options.cluster ?? owner
  const place = await placeOfPod(name, environment).catch((cause: unknown) => {
    if (caughtProblem(cause).code !== 'CONFIG_AUTH_UNSUPPORTED') throw cause
    throw failure(
      'CONFIG_AUTH_UNSUPPORTED',
      'the server of the repository does not answer, and without it a controller serves emergencies in a pod of the cluster only',
      'install it there with the Helm chart, or wait until the server answers',
      cause,
    )
  })
  const unknown = {
    provider: 'auto',
    signers: [],
    nodeInventory: null,
    knownCredentials: [],
  } as const
  const login = { ...unknown, ...place, name, auth: { kind: 'inCluster' } } as const
  const cluster = await unattended(root, clock, environment).open(login, owner)
  try {
    const kept = await keptRules(cluster, frame)
    const lease = await cluster.leases.read()
    if (kept !== null && kept.commit === lease?.commit)
      return { config: kept.rules.config, branch: kept.branch }
    throw failure(
      'EMERGENCY_FILES',
      `no configuration with an emergency of ${owner} is kept in ${place.recordNamespace}, of the commit that its Lease names`,
      'nothing is issued until the server of the repository answers',
    )
  } finally {
    await cluster.close()
  }
}
