// A kubeconfig → Credential. @kubernetes/client-node reads the file and runs its login plugins; it is loaded only here.
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { CountersignError, failure } from '../../domain/problem.ts'
import { Secret } from '../../domain/secret.ts'
import type { Credential } from './transport.ts'

/** Where the kubeconfig comes from, first match wins: its text, one path, or kubectl's own rules. */
export interface KubeconfigSource {
  readonly text: Secret<string> | null
  readonly path: string | null
  readonly context: string | null
  /** Environment, for KUBECONFIG. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** False in GitHub: exec and auth-provider entries run programs, and are refused. */
  readonly mayRunPlugins: boolean
}

export interface LoadedKubeconfig {
  readonly context: string
  readonly credential: Credential
}

/** Throws CONFIG_KUBECONFIG…, CONFIG_KUBECONFIG_EXEC or CONFIG_SERVER_INSECURE with the way out. */
export async function loadKubeconfig(source: KubeconfigSource): Promise<LoadedKubeconfig> {
  const config = await read(source)
  const context = source.context ?? config.currentContext
  if (config.getContextObject(context) === null) throw noContext(config, context)
  config.setCurrentContext(context)
  const cluster = config.getCurrentCluster()
  if (cluster === null)
    throw kubeconfigProblem(`the context "${context}" names a cluster that is not in the file`)
  refusePlugins(config, source)
  const server = serverUrl(cluster.server)
  if (cluster.skipTLSVerify)
    throw insecure(`the kubeconfig sets insecure-skip-tls-verify for ${server.origin}`)
  if (cluster.proxyUrl !== undefined)
    throw failure(
      'CONFIG_AUTH_UNSUPPORTED',
      'a proxy-url in the kubeconfig is not supported',
      'run countersign where the API server is reachable without it',
    )
  const options = await login(config)
  const certificate = text(options.cert)
  const key = text(options.key)
  return {
    context,
    credential: {
      server,
      ca: text(options.ca),
      certificate,
      key: key === null ? null : new Secret(key),
      authorization: async () => authorizationOf(await login(config)),
      serverName: cluster.tlsServerName ?? null,
    },
  }
}

async function read(source: KubeconfigSource): Promise<KubeConfig> {
  const { KubeConfig: Loader } = await import('@kubernetes/client-node')
  const config = new Loader()
  if (source.text !== null) {
    load(() => config.loadFromString(decoded(source.text?.reveal() ?? '')), 'the kubeconfig')
    return config
  }
  const [first, ...others] = paths(source)
  await loadFile(config, first)
  for (const path of others) {
    const next = new Loader()
    await loadFile(next, path)
    config.mergeConfig(next, true)
  }
  return config
}

async function loadFile(config: KubeConfig, path: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw kubeconfigProblem(
      `the kubeconfig ${path} cannot be read`,
      'name one with --kubeconfig FILE or KUBECONFIG, or try it all without a cluster: countersign sandbox',
      cause,
    )
  })
  load(() => config.loadFromString(content), path)
  config.makePathsAbsolute(dirname(path))
}

function load(parse: () => void, what: string): void {
  try {
    parse()
  } catch (cause) {
    // The parser's own message may quote the file, and with it a key.
    throw kubeconfigProblem(
      `${what} is not a kubeconfig`,
      'kubectl config view shows what kubectl makes of it',
      cause,
    )
  }
}

function paths(source: KubeconfigSource): readonly [string, ...string[]] {
  if (source.path !== null) return [source.path]
  const listed = (source.environment['KUBECONFIG'] ?? '')
    .split(delimiter)
    .filter(path => path !== '')
  const [first, ...others] = listed
  const home = source.environment['HOME'] ?? homedir()
  return first === undefined ? [join(home, '.kube', 'config')] : [first, ...others]
}

/** Secrets are often stored as base64 of the file. */
function decoded(content: string): string {
  const compact = content.replaceAll(/\s/g, '')
  const isBase64 = compact.length > 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact)
  return isBase64 ? Buffer.from(compact, 'base64').toString('utf8') : content
}

function refusePlugins(config: KubeConfig, source: KubeconfigSource): void {
  const user = config.getCurrentUser()
  const plugin =
    user?.exec !== undefined && user.exec !== null
      ? 'exec'
      : user?.authProvider
        ? 'auth-provider'
        : null
  if (plugin === null || source.mayRunPlugins) return
  throw failure(
    'CONFIG_KUBECONFIG_EXEC',
    `the kubeconfig logs in by an ${plugin} entry, which would run a program`,
    'use a kubeconfig with a client certificate or a token, or githubOidc',
  )
}

async function login(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (cause) {
    if (cause instanceof CountersignError) throw cause
    throw kubeconfigProblem(
      'the login of the kubeconfig did not work',
      'try the same with kubectl auth whoami',
      cause,
    )
  }
  return options
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
  const isLoopback = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    throw insecure(`${url.origin} is not https`)
  return url
}

function insecure(message: string): CountersignError {
  return failure(
    'CONFIG_SERVER_INSECURE',
    message,
    'anybody on the way could sign in your name; use https and the CA of the cluster',
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

function kubeconfigProblem(
  message: string,
  hint: string | null = null,
  cause?: unknown,
): CountersignError {
  return failure('CONFIG_KUBECONFIG', message, hint, cause)
}

function text(value: unknown): string | null {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : null
}
