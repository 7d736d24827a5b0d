// The clusters of pull mode. At a terminal the login of the configuration is usually not there: then the current kubeconfig creates a
// token of the service account that applies, because the guard lets no other login issue.
import { KubernetesClusters, missingVariable } from '../adapters/kubernetes/login/cluster-logins.ts'
import type { ClustersSettings } from '../adapters/kubernetes/login/cluster-logins.ts'
import { requirePin } from '../adapters/kubernetes/login/pinned-server.ts'
import { random } from '../adapters/system/random.ts'
import type { ClusterConfig } from '../domain/request/config.ts'
import type { Clusters } from '../ports/cluster.ts'
import type { AdministeredCluster } from '../ports/administration.ts'
import { APPLY_ACCOUNT } from '../domain/cluster/installation.ts'
import { issueKubeconfig } from './commands/manifests-kubeconfig-command.ts'
import type { Context } from './command-context.ts'
import type { Clock } from '../ports/clock-port.ts'

const LOGIN_VARIABLE = 'COUNTERSIGN_APPLY_LOGIN'
const SECONDS = 3600
const CURRENT = { kind: 'currentKubeconfig' } as const

/**
 * Servers must be pinned and no plugins run, as on GitHub: nobody is there to notice another server. Only a person at a terminal may bring
 * the login of the service account in the current kubeconfig.
 */
export function accountClusters(context: Context): Clusters {
  const { environment, isAutomation } = context
  const { root, clock } = context
  const configured = unattended(root, clock, environment)
  return {
    open: async (config, owner) => {
      // Before a token is made: the current kubeconfig may be for another cluster.
      requirePin(config)
      const variable = missingVariable(config.auth, environment)
      if (variable === null || isAutomation) return configured.open(config, owner)
      const current = await context.clusters.open({ ...config, auth: CURRENT }, owner)
      const kubeconfig = await accountKubeconfig(context, config, current, variable).catch(
        async (cause: unknown) => {
          await current.close()
          throw cause
        },
      )
      if (kubeconfig === null) return current
      await current.close()
      const auth = { kind: 'kubeconfigEnv', variable: LOGIN_VARIABLE, context: null } as const
      const clusters = unattended(root, clock, { [LOGIN_VARIABLE]: kubeconfig })
      return clusters.open({ ...config, auth }, owner)
    },
  }
}

/** Null if the current login is that service account. */
async function accountKubeconfig(
  { terminal }: Context,
  { name, recordNamespace: namespace }: ClusterConfig,
  current: AdministeredCluster,
  variable: string,
): Promise<string | null> {
  const { username } = await current.whoAmI()
  if (username === `system:serviceaccount:${namespace}:${APPLY_ACCOUNT}`) return null
  const account = { kind: 'ServiceAccount', namespace, name: APPLY_ACCOUNT } as const
  const { kubeconfig, expiresAt } = await issueKubeconfig(current, account, SECONDS)
  terminal.talk(
    `${name}: using a token of ${namespace}/${APPLY_ACCOUNT}, valid until ${expiresAt.toISOString()}; the current kubeconfig created it, because ${variable} is not set`,
  )
  return kubeconfig.reveal()
}

/** Clusters of a run that nobody watches. */
export function unattended(
  workspace: string,
  clock: Clock,
  environment: ClustersSettings['environment'],
  mask: ClustersSettings['mask'] = () => undefined,
): KubernetesClusters {
  const settings = { environment, kubeconfig: null, context: null, isGithub: true, workspace }
  return new KubernetesClusters({ ...settings, clock, random, mask })
}
