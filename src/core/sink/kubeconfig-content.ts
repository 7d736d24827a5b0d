// The kubeconfig of a certificate and its key, as sinks and `countersign kubeconfig` write it.
import type { Secret } from '../../domain/request/secret-value.ts'
import { kubeconfigText } from '../../lib/source/kubeconfig-text.ts'
import type { ClientCertificate, KubeconfigLogin } from '../../lib/source/kubeconfig-text.ts'

/** `cluster` is a name of the configuration, `user` the name of the request. */
export type ClientLogin = Omit<KubeconfigLogin, 'context' | 'login'> & ClientCertificate

/** User and context are called `user@cluster`: kubeconfigs get merged, and the first of two namesakes wins. */
export function clientKubeconfig(login: ClientLogin): Secret<string> {
  const { certificate, key, ...server } = login
  const name = `${login.user}@${login.cluster}`
  return kubeconfigText({ ...server, user: name, context: name, login: { certificate, key } })
}
