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
  readonly login: ClientCertificate | Token
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

/** The YAML text. It contains the key or the token, so it goes only to a sink or a secret store. */
export function kubeconfigText(kubeconfig: KubeconfigLogin): Secret<string> {
  const { cluster, server, serverCa, user, context, login } = kubeconfig
  const ca = serverCa === null ? {} : { 'certificate-authority-data': base64(serverCa) }
  return new Secret(
    yamlText({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: { server, ...ca } }],
      users: [{ name: user, user: userOf(login) }],
      contexts: [{ name: context, context: { cluster, user } }],
      'current-context': context,
    }),
  )
}

function userOf(login: KubeconfigLogin['login']): Readonly<Record<string, string>> {
  if ('token' in login) return { token: login.token.reveal() }
  return {
    'client-certificate-data': base64(login.certificate),
    'client-key-data': base64(login.key.reveal()),
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
