// Address and login of one API server: the common result of every kind of login in the configuration.
import type { AgentOptions } from 'node:https'
import type { Secret } from '../../../domain/request/secret-value.ts'
import type { Authorization } from './authorization-header.ts'

/** How to reach and log in to one API server. Key and token are secrets. */
export interface Credential {
  readonly server: URL
  /** PEM of the API server's CA, null for the system's roots. */
  readonly ca: string | null
  readonly certificate: string | null
  readonly key: Secret<string> | null
  readonly authorization: Authorization
  /** Why the API server may answer 401, and what to do. Absent if nothing more is known. */
  readonly refusedHint?: () => string
  /** Name expected in the server's certificate if it differs from the URL's. */
  readonly serverName: string | null
  /** kubectl with the flags that choose the same context; absent if kubectl does not know it. */
  readonly kubectl?: string
}

export function isHttps(credential: Credential): boolean {
  return credential.server.protocol === 'https:'
}

export function tls(credential: Credential): AgentOptions {
  return {
    minVersion: 'TLSv1.2',
    // Set explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
    rejectUnauthorized: true,
    ...(credential.ca === null ? {} : { ca: credential.ca }),
    ...(credential.certificate === null ? {} : { cert: credential.certificate }),
    ...(credential.key === null ? {} : { key: credential.key.reveal() }),
    ...(credential.serverName === null ? {} : { servername: credential.serverName }),
  }
}
