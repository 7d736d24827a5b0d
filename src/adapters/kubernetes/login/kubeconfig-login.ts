// Conversion of a kubeconfig into a Credential. @kubernetes/client-node reads the file and runs its login plugins; it is loaded
// only here.
import { readFile } from 'node:fs/promises'
import type { RequestOptions } from 'node:https'
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node'
import { z } from 'zod'
import { namedMember } from '../../../domain/json-text.ts'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { isSecure } from '../../system/secure-url.ts'
import { errorCode, errorMessage, errorPath } from '../../system/system-error.ts'
import { remembered } from './authorization-header.ts'
import { contextFor } from './kubeconfig-context.ts'
import { kubeconfigProblem, readKubeconfig } from './kubeconfig-files.ts'
import type { KubeconfigSource, UserExtras } from './kubeconfig-files.ts'
import type { Credential } from './cluster-credential.ts'
import type { Pin } from './pinned-server.ts'

export type { KubeconfigSource } from './kubeconfig-files.ts'

/** Plugins run and token files are read at most this often; both may change while a run waits. */
const LOGIN_IS_GOOD_FOR_MS = 10_000

export interface LoadedKubeconfig {
  readonly context: string
  readonly credential: Credential
}

/** `pin`: what `contextFor` compares. Throws CONFIG_KUBECONFIG…, CONFIG_KUBECONFIG_EXEC or CONFIG_SERVER_INSECURE with a hint. */
export async function loadKubeconfig(
  source: KubeconfigSource,
  pin: Pin | null = null,
): Promise<LoadedKubeconfig> {
  const { config, extras } = await readKubeconfig(source)
  const context = await contextFor(config, source.context, pin)
  const found = config.getContextObject(context)
  if (found === null) throw noContext(config, context)
  const cluster = config.getCluster(found.cluster)
  if (cluster === null)
    throw kubeconfigProblem(`the context "${context}" names a cluster that is not in the file`)
  const user = config.getUser(found.user)
  if (user === null)
    throw kubeconfigProblem(`the context "${context}" names a user that is not in the file`)
  const more = extras.get(user.name) ?? { tokenFile: null, impersonates: false }
  refusePlugins(user, source)
  refuseUnsupported(cluster, more)
  const server = serverUrl(cluster.server)
  if (cluster.skipTLSVerify)
    throw insecure(`the kubeconfig sets insecure-skip-tls-verify for ${server.origin}`)
  const kubectl = source.text === null ? kubectlFor(source.path, context, config) : 'kubectl'
  const logins = await loginsOf(cluster, user)
  const options = await login(logins, kubectl)
  const certificate = text(options.cert)
  const key = text(options.key)
  return {
    context,
    credential: {
      server,
      ca: text(options.ca),
      certificate,
      key: key === null ? null : new Secret(key),
      authorization: remembered(
        async isRefused => ({
          // client-node caches a program's output until the expiry that the output gave. After a refusal everything is asked again.
          header:
            more.tokenFile === null
              ? authorizationOf(
                  await login(isRefused ? await loginsOf(cluster, user) : logins, kubectl),
                )
              : await bearer(more.tokenFile),
          goodUntil: performance.now() + LOGIN_IS_GOOD_FOR_MS,
        }),
        () => performance.now(),
      ),
      serverName: cluster.tlsServerName ?? null,
      ...(source.text === null && { kubectl }),
    },
  }
}

function kubectlFor(path: string | null, context: string, { currentContext }: KubeConfig): string {
  const file = path === null ? '' : ` --kubeconfig ${shellWord(path)}`
  return `kubectl${file}${context === currentContext ? '' : ` --context ${shellWord(context)}`}`
}

/** One user at one cluster. The address must be https, since client-node creates no other agent. The agent is never used. */
async function loginsOf(cluster: Cluster, user: User): Promise<KubeConfig> {
  const { KubeConfig: Loader } = await import('@kubernetes/client-node')
  const logins = new Loader()
  const server = cluster.server.replace(/^http:/, 'https:')
  logins.loadFromClusterAndUser({ ...cluster, server }, await withExecInfo(user, cluster))
  return logins
}

async function bearer(path: string): Promise<Secret<string>> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw kubeconfigProblem(`the tokenFile ${path} cannot be read`, null, cause)
  })
  return new Secret(`Bearer ${content.trim()}`)
}

function refusePlugins(user: User, source: KubeconfigSource): void {
  const plugin = user.exec ? 'exec' : user.authProvider ? 'auth-provider' : null
  if (plugin === null || source.mayRunPlugins) return
  throw failure(
    'CONFIG_KUBECONFIG_EXEC',
    `the kubeconfig logs in by an ${plugin} entry, which would run a program`,
    'use a kubeconfig with a client certificate or a token, or githubOidc',
  )
}

function refuseUnsupported(cluster: Cluster, user: UserExtras): void {
  if (cluster.proxyUrl !== undefined)
    throw failure(
      'CONFIG_AUTH_UNSUPPORTED',
      'a proxy-url in the kubeconfig is not supported',
      'run countersign where the API server is reachable without it',
    )
  if (user.impersonates)
    throw failure(
      'CONFIG_AUTH_UNSUPPORTED',
      'impersonation (as, as-uid, as-groups) in the kubeconfig is not supported',
      'log in as the user who makes the request: the cluster records that user',
    )
}

async function login(logins: KubeConfig, kubectl: string): Promise<RequestOptions> {
  const options: RequestOptions = {}
  try {
    await logins.applyToHTTPSOptions(options)
    return options
  } catch (cause) {
    // No cause is attached: a plugin's output may contain the token.
    throw kubeconfigProblem(
      `the login of the kubeconfig did not work${missing(cause) || printed(cause)}`,
      `try the same with ${kubectl} auth whoami`,
    )
  }
}

/** `: FILE is not there` for a plugin or a file of a key that cannot be found. */
function missing(cause: unknown): string {
  const path = errorPath(cause)
  if (path === '') return ''
  return errorCode(cause) === 'ENOENT' ? `: ${path} is not there` : `: ${path} cannot be used`
}

/** What may be a key, a token or a password. */
const SECRET =
  /[\w+/=.~-]{20,}|(?<=\/\/)[^\s/]+(?=@)|(?<=bearer\s+|(?:authorization|credential|key|passphrase|passw(?:or)?d|secret|token)\w*["']?\s*[:=]\s*["']?)[^\s"']+/gi

/** The first lines that a plugin wrote to stderr before it failed. Other errors quote its output, and are left out. */
function printed(cause: unknown): string {
  const [open = ''] =
    namedMember(cause, 'name') === 'Error' ? errorMessage(cause).split('-----') : []
  const words = open.replaceAll(SECRET, '…').trim().split('\n').slice(0, 3).join(' ')
  return /\w/.test(words) ? `: ${visible(words).slice(0, 300)}` : ''
}

function authorizationOf(options: RequestOptions): Secret<string> | null {
  const headers = new Map<string, unknown>(Object.entries(options.headers ?? {}))
  const value = headers.get('Authorization') ?? headers.get('authorization')
  if (typeof value === 'string') return new Secret(value)
  if (typeof options.auth === 'string')
    return new Secret(`Basic ${Buffer.from(options.auth).toString('base64')}`)
  return null
}

/** https, or http on loopback. */
export function serverUrl(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : null
  if (url === null) throw kubeconfigProblem(`"${server}" is not the URL of an API server`)
  if (!isSecure(url)) throw insecure(`${url.origin} is not https`)
  return url
}

function insecure(message: string): CountersignError {
  return failure(
    'CONFIG_SERVER_INSECURE',
    message,
    'others on the network could act in your name; use https and the CA of the cluster',
  )
}

function noContext(config: KubeConfig, context: string): CountersignError {
  const known = config.getContexts().map(({ name }) => name)
  const message =
    context === ''
      ? 'the kubeconfig has no current context'
      : `the kubeconfig has no context "${context}"`
  return kubeconfigProblem(
    message,
    known.length === 0 ? null : `it has: ${known.join(', ')}; choose with --context`,
  )
}

function text(value: unknown): string | null {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : null
}

// KUBERNETES_EXEC_INFO: the variable that a kubeconfig's login program gets from its caller (client.authentication.k8s.io
// ExecCredential, k8s.io/client-go/plugin/pkg/client/auth/exec).

const EXEC = z.looseObject({
  apiVersion: z.string().optional(),
  provideClusterInfo: z.boolean().optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
})

/** The user with the variable added to its program's environment. Unchanged if no program can be read from it. */
async function withExecInfo(user: User, cluster: Cluster): Promise<User> {
  const exec = EXEC.safeParse(user.exec)
  if (!exec.success) return user
  const { apiVersion, provideClusterInfo, env } = exec.data
  // The program cannot ask questions at a terminal.
  const spec = {
    interactive: false,
    ...(provideClusterInfo === true ? { cluster: await clusterInfo(cluster) } : {}),
  }
  const value = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec })
  const variable = { name: 'KUBERNETES_EXEC_INFO', value }
  return { ...user, exec: { ...exec.data, env: [...(env ?? []), variable] } }
}

async function clusterInfo({ server, tlsServerName, caData, caFile }: Cluster): Promise<object> {
  // If the file cannot be read, the login fails when it reads the same file, and reports it.
  const ca = caData ?? (caFile ? await readFile(caFile, 'base64').catch(() => null) : null)
  return {
    server,
    ...(tlsServerName ? { 'tls-server-name': tlsServerName } : {}),
    ...(ca === null ? {} : { 'certificate-authority-data': ca }),
  }
}
