// The name of a CertificateSigningRequest: the same decision and attempt always give the same name, so that a second run
// finds the first one's object.
import { createHash } from 'node:crypto'

/** What a name is made of. `effective` is the digest of the effective request, `n` the attempt in the record's life. */
export interface NamedAttempt {
  readonly owner: string
  readonly cluster: string
  readonly request: string
  readonly effective: string
  readonly n: number
}

/** `cs-<request>-<first 8 hex of SHA-256(owner, cluster, request, effective)>-<n>`. */
export function objectName(attempt: NamedAttempt): string {
  const { owner, cluster, request, effective, n } = attempt
  const digest = createHash('sha256').update(JSON.stringify([owner, cluster, request, effective]))
  return `cs-${request}-${digest.digest('hex').slice(0, 8)}-${n}`
}

const OBJECT_NAME = /^cs-(?<request>.+)-[0-9a-f]{8}-(?<n>[1-9][0-9]{0,8})$/

/** The request and the attempt that a name is made of; null for a name that `objectName` does not make. */
export function namedAttempt(name: string): Pick<NamedAttempt, 'request' | 'n'> | null {
  const { request, n } = OBJECT_NAME.exec(name)?.groups ?? {}
  return request === undefined || n === undefined ? null : { request, n: Number(n) }
}
