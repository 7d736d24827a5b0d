// The protocol between kubectl and a login program (kubernetes.io/docs/reference/config-api/client-authentication.v1): the question in
// the variable KUBERNETES_EXEC_INFO, and the answer on stdout.
import { jsonOf, namedMember } from '../../domain/json-text.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'

const EXEC_API_VERSION = 'client.authentication.k8s.io/v1'

/**
 * Checks the value of KUBERNETES_EXEC_INFO; null means that no client asked, and is accepted. Refuses with RUN_USAGE if it is not an
 * ExecCredential, or of another version than v1: a client rejects an answer of another version than its own.
 */
export function checkExecInfo(text: string | null): Checked<null> {
  if (text === null) return ok(null)
  const info = jsonOf(text)
  if (namedMember(info, 'kind') !== 'ExecCredential')
    return refuseAs(
      'RUN_USAGE',
      'KUBERNETES_EXEC_INFO is not an ExecCredential',
      'let kubectl set it, or unset it',
    )
  const version = namedMember(info, 'apiVersion')
  if (version === EXEC_API_VERSION) return ok(null)
  return refuseAs(
    'RUN_USAGE',
    `KUBERNETES_EXEC_INFO asks for another version: got ${JSON.stringify(version)}, expected "${EXEC_API_VERSION}"`,
    `set apiVersion: ${EXEC_API_VERSION} in the exec entry of the kubeconfig`,
  )
}

/** Returns the name of the request if an exec entry of a kubeconfig runs `countersign credential`; otherwise null. */
export function credentialName(exec: unknown): string | null {
  const args = namedMember(exec, 'args')
  const [verb, name] = Array.isArray(args) ? args.map(String) : []
  const isOwn = namedMember(exec, 'command') === 'countersign' && verb === 'credential'
  return isOwn ? (name ?? null) : null
}

/** The API server that the client logs in to. */
export interface ExecCluster {
  readonly server: string
  /** PEM, null for the system's roots. */
  readonly certificateAuthority: string | null
}

/** Returns the cluster in KUBERNETES_EXEC_INFO; null if there is none: the kubeconfig needs `provideClusterInfo: true`. */
export function execCluster(text: string | null): ExecCluster | null {
  const cluster = namedMember(namedMember(jsonOf(text ?? ''), 'spec'), 'cluster')
  const server = namedMember(cluster, 'server')
  const ca = namedMember(cluster, 'certificate-authority-data')
  if (typeof server !== 'string') return null
  const certificateAuthority = typeof ca === 'string' ? Buffer.from(ca, 'base64').toString() : null
  return { server, certificateAuthority }
}

export interface ExecLogin {
  /** PEM, leaf first. */
  readonly certificate: string
  /** PEM of the private key. */
  readonly key: Secret<string>
  /** When the client should run the program again. */
  readonly expiration: Date
}

/** Returns the JSON of the answer. It contains the private key, so it goes to a program and never to a terminal or a log. */
export function execCredential({ certificate, key, expiration }: ExecLogin): Secret<string> {
  return new Secret(
    JSON.stringify({
      apiVersion: EXEC_API_VERSION,
      kind: 'ExecCredential',
      status: {
        expirationTimestamp: `${expiration.toISOString().slice(0, 19)}Z`,
        clientCertificateData: certificate,
        clientKeyData: key.reveal(),
      },
    }),
  )
}
