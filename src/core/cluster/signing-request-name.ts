// The name of a CertificateSigningRequest. It has a random part, so that nobody can take it first; a claim records it before the
// object is created, so that a second run finds the object of the first.
import { hash } from 'node:crypto'

/** The parts of a name. `effective` is the digest of the effective request, `n` the number of the attempt in the record. */
export interface NamedAttempt {
  readonly owner: string
  readonly cluster: string
  readonly request: string
  readonly effective: string
  readonly n: number
  /** Random letters of base32. */
  readonly id: string
}

const ID_LENGTH = 10

/**
 * Returns `cs-<request>-<first 8 hex digits of SHA-256 over the JSON array owner, cluster, request, effective>-<10 letters of id>-<n>`.
 */
export function objectName({ n, id, ...step }: NamedAttempt): string {
  return `${stepPrefix(step)}${id.slice(0, ID_LENGTH)}-${n}`
}

/** The beginning of the names of all attempts of a step. */
export function stepPrefix(step: Omit<NamedAttempt, 'n' | 'id'>): string {
  const { owner, cluster, request, effective } = step
  const digest = hash('sha256', JSON.stringify([owner, cluster, request, effective]))
  return `cs-${request}-${digest.slice(0, 8)}-`
}

/** Names of version 0.1.0 have no random part. */
const OBJECT_NAME = /^cs-(?<request>.+)-[0-9a-f]{8}-(?:[a-z2-7]{10}-)?(?<n>[1-9][0-9]{0,8})$/

/** Returns the request and the attempt in a name, null for a name of another form than `objectName` makes. */
export function namedAttempt(name: string): Pick<NamedAttempt, 'request' | 'n'> | null {
  const { request, n } = OBJECT_NAME.exec(name)?.groups ?? {}
  return request === undefined || n === undefined ? null : { request, n: Number(n) }
}
