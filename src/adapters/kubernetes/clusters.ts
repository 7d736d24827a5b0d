// The port Clusters: finds the credential the configuration names, holds it to the pinned server, logs in.
import { X509Certificate } from 'node:crypto'
import { isAbsolute, relative, resolve } from 'node:path'
import type { ClusterAuth, ClusterConfig } from '../../domain/config.ts'
import { failure } from '../../domain/problem.ts'
import { Secret } from '../../domain/secret.ts'
import type { Clock, Cluster, Clusters } from '../../ports.ts'
import { holdToPin, KubernetesCluster } from './cluster.ts'
import { loadKubeconfig } from './kubeconfig.ts'
import type { KubeconfigSource, LoadedKubeconfig } from './kubeconfig.ts'
import type { Credential } from './transport.ts'

export interface ClustersSettings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** --kubeconfig and --context; they win over the configuration. */
  readonly kubeconfig: string | null
  readonly context: string | null
  /** GitHub: servers must be pinned, plugins are refused, no kubeconfig from the workspace. */
  readonly isGithub: boolean
  readonly workspace: string
  readonly clock: Clock
  readonly random: () => number
}

export class KubernetesClusters implements Clusters {
  readonly #settings: ClustersSettings

  constructor(settings: ClustersSettings) {
    this.#settings = settings
  }

  async open(config: ClusterConfig, owner: string): Promise<Cluster> {
    const { clock, random, isGithub } = this.#settings
    const { credential } = await loadKubeconfig(this.#source(config.auth, config.name))
    refuseExpired(credential, config.name, clock.now())
    holdToPin(credential, config, isGithub)
    const { name, recordNamespace } = config
    return new KubernetesCluster({ name, owner, recordNamespace }, credential, clock, random)
  }

  /** The kubeconfig of the terminal, for a configuration made up from it. */
  async current(): Promise<LoadedKubeconfig> {
    return loadKubeconfig(this.#source({ kind: 'currentKubeconfig' }, 'the current context'))
  }

  #source(auth: ClusterAuth, cluster: string): KubeconfigSource {
    const { environment, kubeconfig, context, isGithub } = this.#settings
    const base = { text: null, path: kubeconfig, context, environment, mayRunPlugins: !isGithub }
    if (kubeconfig !== null && !isGithub) return base
    switch (auth.kind) {
      case 'currentKubeconfig':
        return base
      case 'kubeconfigPath':
        return { ...base, path: this.#outside(auth.path), context: context ?? auth.context }
      case 'kubeconfigEnv':
        return {
          ...base,
          text: secretVariable(environment, auth.variable, cluster),
          context: context ?? auth.context,
        }
      case 'githubOidc':
      case 'inCluster':
    }
    throw failure(
      'CONFIG_AUTH_UNSUPPORTED',
      `clusters.${cluster}.auth: ${auth.kind} is not available in this version`,
      'use kubeconfig with secretEnv or path',
    )
  }

  /** Whoever can write the workspace could write a kubeconfig there. */
  #outside(path: string): string {
    const { workspace, isGithub } = this.#settings
    const full = resolve(workspace, path)
    const inside = relative(workspace, full)
    if (isGithub && !inside.startsWith('..') && !isAbsolute(inside))
      throw failure(
        'CONFIG_KUBECONFIG',
        `the kubeconfig ${path} lies in the workspace`,
        'use secretEnv, or a path outside of it',
      )
    return full
  }
}

function secretVariable(
  environment: Readonly<Record<string, string | undefined>>,
  variable: string,
  cluster: string,
): Secret<string> {
  const value = environment[variable] ?? ''
  if (value === '')
    throw failure(
      'CONFIG_KUBECONFIG',
      `the environment variable ${variable} for cluster ${cluster} is not set`,
      `at a terminal name a kubeconfig with --kubeconfig; in GitHub set env: ${variable} from a secret of the environment`,
    )
  return new Secret(value)
}

function refuseExpired(credential: Credential, cluster: string, now: Date): void {
  if (credential.certificate === null) return
  const until = new Date(readable(credential.certificate).validTo)
  if (until > now) return
  throw failure(
    'CLUSTER_UNAUTHORIZED',
    `the client certificate for ${cluster} expired on ${until.toISOString()}`,
    'get a new kubeconfig, then run again',
  )
}

function readable(certificate: string): X509Certificate {
  try {
    return new X509Certificate(certificate)
  } catch (cause) {
    throw failure(
      'CONFIG_KUBECONFIG',
      'the client certificate in the kubeconfig cannot be read',
      null,
      cause,
    )
  }
}
