// A Secret as the source of a certificate for an own key.
import { random } from '../../../adapters/system/random.ts'
import { KubernetesClusters } from '../../../adapters/kubernetes/login/cluster-logins.ts'
import type { ClusterConfig } from '../../../domain/request/config.ts'
import { failure, usageFailure } from '../../../domain/problem.ts'
import type { CommentedCertificate } from '../../../output/comment/certificates-in-comment.ts'
import type { ExecCluster } from '../../../lib/kubernetes/exec-credential.ts'
import { kubeconfigText } from '../../../lib/source/kubeconfig-text.ts'
import type { ClientCertificate } from '../../../lib/source/kubeconfig-text.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { personKubeconfig } from '../../../setup/person-kubeconfig.ts'
import type { Cluster } from '../../../ports/cluster.ts'
import type { Context } from '../../command-context.ts'

const LOGIN_VARIABLE = 'COUNTERSIGN_OWN_LOGIN'
const CERTIFICATE = 'tls.crt'

export interface SecretName {
  readonly namespace: string
  readonly name: string
}

/** Throws RUN_USAGE for a text that is not NAMESPACE/NAME. */
export function readSecretName(text: string): SecretName {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(text) ?? []
  if (namespace !== undefined && name !== undefined) return { namespace, name }
  throw usageFailure(
    `--secret "${visible(text)}" is not the name of a Secret`,
    'write it as NAMESPACE/NAME, for example --secret apps/jane-tls',
  )
}

/** Returns the certificate in the Secret, empty if there is none. Throws CLUSTER_ codes. */
export async function certificatesInSecret(
  cluster: Cluster,
  { namespace, name }: SecretName,
  request: string,
): Promise<readonly CommentedCertificate[]> {
  const stored = await cluster.secrets.read(namespace, name)
  const bytes = stored?.data.reveal()[CERTIFICATE]
  if (bytes === undefined) return []
  const pem = Buffer.from(bytes).toString()
  return [{ request, cluster: cluster.name, pem, isTrusted: true }]
}

/** The cluster that kubectl logs in to, with the certificate that is known so far. Throws RUN_USAGE if kubectl did not name it. */
export async function ownCluster(
  { clock, root }: Context,
  name: string,
  cluster: ExecCluster | null,
  login: ClientCertificate | null,
): Promise<Cluster> {
  if (cluster === null || login === null)
    throw failure(
      'RUN_USAGE',
      cluster === null
        ? 'kubectl does not say which cluster it logs in to'
        : 'no valid certificate is known, and the Secret is read with one',
      `run again with a login that may read the Secret: countersign kubeconfig ${name} --secret NAMESPACE/NAME --merge`,
    )
  const { server, certificateAuthority: serverCa } = cluster
  const kubeconfig = kubeconfigText(
    personKubeconfig({ name, cluster: name, server, serverCa, login }),
  )
  const clusters = new KubernetesClusters({
    environment: { [LOGIN_VARIABLE]: kubeconfig.reveal() },
    kubeconfig: null,
    context: null,
    command: 'credential',
    isGithub: false,
    workspace: root,
    clock,
    random,
    mask: () => undefined,
  })
  const config: ClusterConfig = {
    name,
    provider: 'auto',
    server,
    certificateAuthority: serverCa,
    auth: { kind: 'kubeconfigEnv', variable: LOGIN_VARIABLE, context: null },
    recordNamespace: 'default',
    signers: [],
    nodeInventory: null,
    knownCredentials: [],
  }
  return clusters.open(config, name)
}
