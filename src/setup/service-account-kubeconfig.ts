// A kubeconfig that logs in with a token of the service account.
import { stringify } from 'yaml'
import type { Secret } from '../domain/request/secret-value.ts'

export interface TokenLogin {
  readonly cluster: string
  /** https URL of the API server. */
  readonly server: string
  /** PEM, null where the system's roots are used. */
  readonly serverCa: string | null
  readonly user: string
  readonly token: Secret<string>
}

/** The text holds the token: it goes to a secret store and nowhere else. */
export function tokenKubeconfig({ cluster, server, serverCa, user, token }: TokenLogin): string {
  const ca =
    serverCa === null
      ? {}
      : { 'certificate-authority-data': Buffer.from(serverCa).toString('base64') }
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: { server, ...ca } }],
      users: [{ name: user, user: { token: token.reveal() } }],
      contexts: [{ name: cluster, context: { cluster, user } }],
      'current-context': cluster,
    },
    { lineWidth: 0 },
  )
}
