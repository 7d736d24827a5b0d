// Kubeconfigs that countersign writes: one cluster, one user, one context, with all data inside, so that the file works in any
// folder (kubernetes.io/docs/reference/config-api/kubeconfig.v1).
import { Secret } from '../../domain/request/secret-value.ts'
import { yamlText } from './yaml-text.ts'

export interface KubeconfigLogin {
  /** Name of the cluster entry. */
  readonly cluster: string
  /** https URL of the API server. */
  readonly server: string
  /** PEM of the API server's CA, null for the system's roots. */
  readonly serverCa: string | null
  /** Name of the user entry. */
  readonly user: string
  /** Name of the context, which is the current one. */
  readonly context: string
  readonly login: ClientCertificate | Token | LoginProgram
}

export interface ClientCertificate {
  /** PEM, leaf first. */
  readonly certificate: string
  /** PEM of the private key. */
  readonly key: Secret<string>
}

export interface Token {
  readonly token: Secret<string>
}

/** A program that kubectl runs to log in (client.authentication.k8s.io/v1). */
export interface LoginProgram {
  readonly command: string
  readonly args: readonly string[]
  /** Variables beside those that kubectl has. */
  readonly env: Readonly<Record<string, string>>
  /** The program gets the address and the CA of the cluster. */
  readonly needsCluster: boolean
  /** What kubectl prints if there is no such program. */
  readonly installHint: string
}

/** The value of an entry, by its section. */
export interface KubeconfigEntries {
  readonly cluster: Readonly<Record<string, unknown>>
  readonly user: Readonly<Record<string, unknown>>
  readonly context: Readonly<Record<string, unknown>>
}

/** The YAML text. It may contain a key or a token: then it goes only to a sink, a secret store or a file of the owner. */
export function kubeconfigText(kubeconfig: KubeconfigLogin): Secret<string> {
  const { cluster, user, context } = kubeconfig
  const entries = kubeconfigEntries(kubeconfig)
  return new Secret(
    yamlText({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: entries.cluster }],
      users: [{ name: user, user: entries.user }],
      contexts: [{ name: context, context: entries.context }],
      'current-context': context,
    }),
  )
}

/** Returns the values of the three entries. The user may hold a key or a token. */
export function kubeconfigEntries(kubeconfig: KubeconfigLogin): KubeconfigEntries {
  const { cluster, server, serverCa, user, login } = kubeconfig
  const ca = serverCa === null ? {} : { 'certificate-authority-data': base64(serverCa) }
  return { cluster: { server, ...ca }, user: userOf(login), context: { cluster, user } }
}

function userOf(login: KubeconfigLogin['login']): Readonly<Record<string, unknown>> {
  if ('token' in login) return { token: login.token.reveal() }
  if ('certificate' in login)
    return {
      'client-certificate-data': base64(login.certificate),
      'client-key-data': base64(login.key.reveal()),
    }
  const env = Object.entries(login.env).map(([name, value]) => ({ name, value }))
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: login.command,
      args: login.args,
      ...(env.length === 0 ? {} : { env }),
      installHint: login.installHint,
      interactiveMode: 'Never',
      provideClusterInfo: login.needsCluster,
    },
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
