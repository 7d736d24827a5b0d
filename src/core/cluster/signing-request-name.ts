// The name of a CertificateSigningRequest. The same step and attempt always give the same name, so a second run finds the object of
// the first.
import { createHash } from 'node:crypto'

/** The parts of a name. `effective` is the digest of the effective request, `n` the number of the attempt in the record. */
export interface NamedAttempt {
  readonly owner: string
  readonly cluster: string
  readonly request: string
  readonly effective: string
  readonly n: number
}

/** Returns `cs-<request>-<first 8 hex digits of SHA-256 over the JSON array owner, cluster, request, effective>-<n>`. */
export function objectName(attempt: NamedAttempt): string {
  const { owner, cluster, request, effective, n } = attempt
  const digest = createHash('sha256').update(JSON.stringify([owner, cluster, request, effective]))
  return `cs-${request}-${digest.digest('hex').slice(0, 8)}-${n}`
}

const OBJECT_NAME = /^cs-(?<request>.+)-[0-9a-f]{8}-(?<n>[1-9][0-9]{0,8})$/

/** Returns the request and the attempt in a name, null for a name of another form than `objectName` makes. */
export function namedAttempt(name: string): Pick<NamedAttempt, 'request' | 'n'> | null {
  const { request, n } = OBJECT_NAME.exec(name)?.groups ?? {}
  return request === undefined || n === undefined ? null : { request, n: Number(n) }
}
