// The kubeconfig of a certificate and its key, as sinks and `countersign kubeconfig` write it.
import type { Secret } from '../../domain/request/secret-value.ts'
import { kubeconfigText } from '../../lib/source/kubeconfig-text.ts'

export interface ClientLogin {
  /** Name of the cluster in the configuration. */
  readonly cluster: string
  /** https URL of the API server. */
  readonly server: string
  /** PEM of the API server's CA, null where the system's roots are used. */
  readonly serverCa: string | null
  /** Name of the request. */
  readonly user: string
  /** PEM, leaf first. */
  readonly certificate: string
  /** PEM of the private key. */
  readonly key: Secret<string>
}

/** User and context are called `user@cluster`: kubeconfigs get merged, and the first of two namesakes wins. */
export function clientKubeconfig(login: ClientLogin): Secret<string> {
  const { cluster, server, serverCa, user, certificate, key } = login
  const name = `${user}@${cluster}`
  return kubeconfigText({
    cluster,
    server,
    serverCa,
    user: name,
    context: name,
    login: { certificate, key },
  })
}
