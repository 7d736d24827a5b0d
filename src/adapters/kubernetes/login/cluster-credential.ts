// How one API server is reached and logged in to, whatever the way: what every login of the configuration comes down to.
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
  /** Why the API server may say 401 to it, and what to do; absent where no more is known than that it did. */
  readonly refusedHint?: () => string
  /** Name to expect in the server's certificate where it is not the URL's. */
  readonly serverName: string | null
}

export function isHttps(credential: Credential): boolean {
  return credential.server.protocol === 'https:'
}

export function tls(credential: Credential): AgentOptions {
  return {
    minVersion: 'TLSv1.2',
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED cannot unsay it.
    rejectUnauthorized: true,
    ...(credential.ca === null ? {} : { ca: credential.ca }),
    ...(credential.certificate === null ? {} : { cert: credential.certificate }),
    ...(credential.key === null ? {} : { key: credential.key.reveal() }),
    ...(credential.serverName === null ? {} : { servername: credential.serverName }),
  }
}
