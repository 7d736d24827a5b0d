// Login for `auth: inCluster`: the service account of the pod that runs countersign. Its token is read again as the kubelet renews
// it. The environment names the server (kubernetes.io/docs/tasks/run-application/access-api-from-pod, k8s.io/client-go/rest).
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { remembered } from './authorization-header.ts'
import type { Credential } from './cluster-credential.ts'
import { serverUrl } from './kubeconfig-login.ts'

type Environment = Readonly<Record<string, string | undefined>>

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'
/** The kubelet renews a token after four fifths of its life, which is at least ten minutes. */
const READ_AGAIN_MS = 10_000

/**
 * `environment`: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT; COUNTERSIGN_SERVICE_ACCOUNT_FOLDER if token and ca.crt are
 * not in the usual folder of pods. Throws CONFIG_AUTH_UNSUPPORTED outside a pod. `cluster` is the name in the configuration.
 */
export async function inCluster(
  cluster: string,
  environment: Environment,
  clock: Clock,
): Promise<Credential> {
  const folder = environment['COUNTERSIGN_SERVICE_ACCOUNT_FOLDER'] || FOLDER
  const server = serverUrl(addressOf(environment, cluster))
  const ca = await content(join(folder, 'ca.crt'), cluster)
  const now = (): number => clock.now().getTime()
  const logIn = async () => {
    const token = await content(join(folder, 'token'), cluster)
    return { header: new Secret(`Bearer ${token.trim()}`), goodUntil: now() + READ_AGAIN_MS }
  }
  const authorization = remembered(logIn, now)
  // A pod without a token fails here, not at the first call.
  await authorization()
  return {
    server,
    ca,
    certificate: null,
    key: null,
    serverName: null,
    authorization,
    refusedHint: () =>
      `the token in ${folder} is not this API server's, or has ended; a pod gets a new one when it is started again`,
  }
}

/** The cluster of this pod, and its namespace. Throws as `inCluster`. */
export async function placeOfPod(cluster: string, environment: Environment) {
  const folder = environment['COUNTERSIGN_SERVICE_ACCOUNT_FOLDER'] || FOLDER
  return {
    server: addressOf(environment, cluster),
    certificateAuthority: await content(join(folder, 'ca.crt'), cluster),
    recordNamespace: (await content(join(folder, 'namespace'), cluster)).trim(),
  }
}

function addressOf(environment: Environment, cluster: string): string {
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? ''
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? ''
  if (host === '' || port === '')
    throw unsupported(
      `clusters.${cluster}.auth is inCluster, which works only in a pod of that cluster`,
      'run countersign as a CronJob there; elsewhere log in with --kubeconfig FILE or auth: {kubeconfig: …}',
    )
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function content(path: string, cluster: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw noAccount(path, cluster, cause)
  })
  if (text.trim() === '') throw noAccount(path, cluster)
  return text
}

function noAccount(path: string, cluster: string, cause?: unknown): CountersignError {
  return unsupported(
    `clusters.${cluster}.auth is inCluster, and ${path} cannot be read or is empty`,
    'give the pod its service account: serviceAccountName, and not automountServiceAccountToken: false',
    cause,
  )
}

function unsupported(message: string, hint: string, cause?: unknown): CountersignError {
  return failure('CONFIG_AUTH_UNSUPPORTED', message, hint, cause)
}
