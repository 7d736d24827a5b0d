// The port Clusters: logs in as the configuration says, and accepts only the pinned server.
import { X509Certificate } from 'node:crypto'
import { isAbsolute, relative, resolve } from 'node:path'
import type { ClusterAuth, ClusterConfig } from '../../../domain/request/config.ts'
import { failure } from '../../../domain/problem.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { Clusters } from '../../../ports/cluster.ts'
import { masked } from './authorization-header.ts'
import type { Credential } from './cluster-credential.ts'
import type { KubeconfigSource, LoadedKubeconfig } from './kubeconfig-login.ts'
import { holdToPin, requirePin } from './pinned-server.ts'
import type { Pin } from './pinned-server.ts'

type KubeconfigAuth = Exclude<ClusterAuth, { readonly kind: 'githubOidc' | 'inCluster' }>

export interface ClustersSettings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** --kubeconfig and --context; they override the configuration. */
  readonly kubeconfig: string | null
  readonly context: string | null
  /** The command that is running, for hints. */
  readonly command?: string | undefined
  /** On GitHub servers must be pinned, plugins are refused, and no kubeconfig may come from the workspace. */
  readonly isGithub: boolean
  /** Another CI system runs it. */
  readonly isAutomation?: boolean
  readonly workspace: string
  readonly clock: Clock
  readonly random: () => number
  /**
   * Reports that the kubeconfig of this machine is used, because the variable that `auth` names is not set. Without it the
   * cluster is refused.
   */
  readonly reportCurrent?: ((cluster: string, variable: string) => void) | undefined
  /** Gets each token before it is used, so that nothing the runner prints can show it. At a terminal it does nothing. */
  readonly mask: (secret: string) => void
}

/** How long an API server may be away when a run begins. A job waits longer, since nothing starts it again. */
const JOB_WAITS_MS = 60_000

export class KubernetesClusters implements Clusters {
  /** Clusters that did not answer yet, with the number of the attempt. */
  readonly waiting = new Map<string, number>()
  readonly #settings: ClustersSettings

  constructor(settings: ClustersSettings) {
    this.#settings = settings
  }

  /** `all`: the clusters of the configuration, for hints. */
  async open(config: ClusterConfig, owner: string, run: readonly ClusterConfig[] = [], all = run) {
    const { clock, random, isGithub, isAutomation = false, mask, command } = this.#settings
    if (isGithub) requirePin(config)
    const auth = this.#auth(config)
    const found = await this.#credential({ ...config, run }, auth)
    refuseExpired(found, config.name, clock.now())
    // A pod reaches the API server at another address. There only the CA identifies the server.
    holdToPin(found, auth.kind === 'inCluster' ? { ...config, server: null } : config, all)
    const credential = { ...found, authorization: masked(found.authorization, mask) }
    const { name, recordNamespace } = config
    const { kubernetesCluster } = await import('../objects/cluster-client.ts')
    const place = { name, owner, recordNamespace, command, isOnly: run.length === 1 }
    return kubernetesCluster(place, credential, clock, random, {
      reportAttempt: attempt =>
        attempt === null ? this.waiting.delete(name) : this.waiting.set(name, attempt),
      ...((isGithub || isAutomation) && { firstContactMs: JOB_WAITS_MS }),
    })
  }

  /** The kubeconfig of the terminal, for a configuration that is derived from it; for a known cluster as in `withPersonalLogin`. */
  async current(pin: ClusterConfig | null = null): Promise<LoadedKubeconfig> {
    const { loadKubeconfig } = await import('./kubeconfig-login.ts')
    const isOwn = pin?.auth.kind === 'kubeconfigPath' && this.#settings.kubeconfig === null
    return loadKubeconfig(this.#source(isOwn ? pin.auth : CURRENT, 'the current context'), pin)
  }

  async #credential(config: ClusterConfig & Pin, auth: ClusterAuth): Promise<Credential> {
    const { environment, clock } = this.#settings
    if (auth.kind === 'githubOidc') {
      const { githubOidc } = await import('./github-oidc.ts')
      return githubOidc(config, auth.audience, environment, clock)
    }
    if (auth.kind === 'inCluster') {
      const { inCluster } = await import('./in-cluster.ts')
      return inCluster(config.name, environment, clock)
    }
    const { loadKubeconfig } = await import('./kubeconfig-login.ts')
    return (await loadKubeconfig(this.#source(auth, config.name), config)).credential
  }

  /** At a terminal --kubeconfig overrides the configuration, and the current kubeconfig serves where a variable is not set. */
  #auth({ auth, name, server, certificateAuthority }: ClusterConfig): ClusterAuth {
    const { kubeconfig, isGithub, environment, reportCurrent } = this.#settings
    if (isGithub) return auth
    if (kubeconfig !== null) return CURRENT
    const variable = missingVariable(auth, environment)
    // Without a pin the current context could be another cluster.
    const isPinned = server !== null || certificateAuthority !== null
    if (variable === null || !isPinned || reportCurrent === undefined) return auth
    reportCurrent(name, variable)
    return CURRENT
  }

  #source(auth: KubeconfigAuth, cluster: string): KubeconfigSource {
    const { environment, kubeconfig, context, isGithub } = this.#settings
    const base = { text: null, path: kubeconfig, context, environment, mayRunPlugins: !isGithub }
    switch (auth.kind) {
      case 'currentKubeconfig':
        return base
      case 'kubeconfigPath':
        return { ...base, path: this.#outside(auth.path), context: context ?? auth.context }
      case 'kubeconfigEnv':
        return {
          ...base,
          text: secretVariable(environment, auth.variable, cluster),
          variable: auth.variable,
          context: context ?? auth.context,
        }
    }
  }

  /** Anyone who can write to the workspace could put a kubeconfig there. */
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

const CURRENT = { kind: 'currentKubeconfig' } as const

/** The cluster with the login of an administrator: the file and the context that `auth` names, else the current kubeconfig. */
export function withPersonalLogin(cluster: ClusterConfig): ClusterConfig {
  return cluster.auth.kind === 'kubeconfigPath' ? cluster : { ...cluster, auth: CURRENT }
}

/** The variable that a login of this kind needs and that is not set; null if it is set, or none is needed. */
export function missingVariable(
  auth: ClusterAuth,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const variable =
    auth.kind === 'kubeconfigEnv' ? auth.variable : (VARIABLES.get(auth.kind) ?? null)
  return variable !== null && (environment[variable] ?? '') === '' ? variable : null
}

/** Set by the runner of a job with `id-token: write`, and by the kubelet in a pod. */
const VARIABLES: ReadonlyMap<ClusterAuth['kind'], string> = new Map([
  ['githubOidc', 'ACTIONS_ID_TOKEN_REQUEST_URL'],
  ['inCluster', 'KUBERNETES_SERVICE_HOST'],
])

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
      `at a terminal add --kubeconfig FILE, or pin server and certificateAuthorityData in countersign.yaml; in a workflow set env: ${variable} from a secret of the environment`,
    )
  // The value may be a secret, so it is not printed.
  if (PATH.test(value.trim()))
    throw failure(
      'CONFIG_KUBECONFIG',
      `the environment variable ${variable} for cluster ${cluster} holds a path, not the text of a kubeconfig`,
      `export ${variable}="$(cat "$${variable}")"\nor add --kubeconfig FILE`,
    )
  return new Secret(value)
}

/** One line that begins like a path or ends like the name of a file: no YAML, no JSON and no base64 of these. */
const PATH = /^(?:[~/.$].*|[^\s{:]+\.(?:ya?ml|json|conf|config|kubeconfig))$/

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
