// A kubeconfig that logs in with a certificate and its key (kubernetes.io/docs/reference/config-api/kubeconfig.v1). All data is
// inside, so it works on every machine.
import { Secret } from '../../domain/request/secret-value.ts'
import { yamlText } from '../../lib/source/yaml-text.ts'

export interface ClientLogin {
  /** Name of the cluster in the configuration. */
  readonly cluster: string
  /** https URL of the API server. */
  readonly server: string
  /** PEM of the API server's CA, null if the system's roots are used. */
  readonly serverCa: string | null
  /** Name of the request. */
  readonly user: string
  /** PEM, leaf first. */
  readonly certificate: string
  /** PEM of the private key. */
  readonly key: Secret<string>
}

/**
 * Returns the YAML text. User and context are named `user@cluster`: when kubeconfigs are merged, the first of two entries with the
 * same name wins.
 */
export function clientKubeconfig(login: ClientLogin): Secret<string> {
  const { cluster, server, serverCa, user, certificate, key } = login
  const name = `${user}@${cluster}`
  const ca = serverCa === null ? {} : { 'certificate-authority-data': base64(serverCa) }
  return new Secret(
    yamlText({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: { server, ...ca } }],
      users: [
        {
          name,
          user: {
            'client-certificate-data': base64(certificate),
            'client-key-data': base64(key.reveal()),
          },
        },
      ],
      contexts: [{ name, context: { cluster, user: name } }],
      'current-context': name,
    }),
  )
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
