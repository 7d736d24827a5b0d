// The newest certificate of a requester on their own machine, and when to look for a newer one. It is read at every kubectl command,
// so this file loads nothing but node:crypto.
import { jsonOf, textOrNull, namedMember, isRecord } from '../../domain/json-text.ts'
import { X509Certificate, hash } from 'node:crypto'
import type { RenewBefore } from '../../domain/request/request.ts'

export interface CachedCertificate {
  /** SHA-256 of the SubjectPublicKeyInfo that the rest is for, lower-case hex. */
  readonly key: string
  /** Name of the cluster in the configuration, null until a look found it. */
  readonly cluster: string | null
  /** PEM, leaf first; null if no look found one. */
  readonly certificate: string | null
  /** PEM of the CAs that may sign, null if the configuration names none. */
  readonly signerCa: string | null
  readonly renewBefore: RenewBefore | null
  /** Nobody looks for a newer certificate before this time. */
  readonly lookAt: Date
  /** ETag of GitHub's last answer, null if there is none. */
  readonly etag: string | null
}

const VERSION = 1
/** A later look was written by a clock that was wrong. */
const LONGEST_WAIT_WITHOUT_MS = 3_600_000

/** Returns the JSON of the cache file. */
export function cachedText(cached: CachedCertificate): string {
  return `${JSON.stringify({ version: VERSION, ...cached }, null, 2)}\n`
}

/** Returns the content of a cache file, null if it is broken or of another version: then a look replaces it. */
export function readCached(text: string): CachedCertificate | null {
  const read = jsonOf(text)
  if (!isRecord(read)) return null
  const { key, lookAt } = read
  const at = typeof lookAt === 'string' ? new Date(lookAt) : null
  if (read['version'] !== VERSION || typeof key !== 'string') return null
  if (at === null || Number.isNaN(at.getTime())) return null
  return {
    key,
    cluster: textOrNull(read['cluster']),
    certificate: textOrNull(read['certificate']),
    signerCa: textOrNull(read['signerCa']),
    renewBefore: renewBeforeOf(read['renewBefore']),
    lookAt: at,
    etag: textOrNull(read['etag']),
  }
}

/** Returns the SHA-256 of a SubjectPublicKeyInfo as lower-case hex. */
export function keyDigest(spki: Uint8Array): string {
  return hash('sha256', spki)
}

/** The dates of a certificate that can be used now. */
export interface UsableCertificate {
  readonly pem: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Returns the certificate if it is for the key with this SubjectPublicKeyInfo and valid at `now`; otherwise null. */
export function usableCertificate(
  { certificate: pem }: Pick<CachedCertificate, 'certificate'>,
  spki: Uint8Array,
  now: Date,
): UsableCertificate | null {
  const leaf = pem === null ? null : leafOf(pem)
  if (pem === null || leaf === null) return null
  const own = leaf.publicKey.export({ type: 'spki', format: 'der' })
  if (Buffer.compare(own, spki) !== 0) return null
  const [notBefore, notAfter] = [new Date(leaf.validFrom), new Date(leaf.validTo)]
  return notBefore <= now && now < notAfter ? { pem, notBefore, notAfter } : null
}

/** Returns whether it is time to look. Without a usable certificate the wait is at most 1 hour, whatever the file says. */
export function isLookDue({ lookAt }: CachedCertificate, isUsable: boolean, now: Date): boolean {
  const wait = lookAt.getTime() - now.getTime()
  return wait <= 0 || (!isUsable && wait > LONGEST_WAIT_WITHOUT_MS)
}

/** node:crypto reads the first certificate of the text. */
function leafOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

function renewBeforeOf(value: unknown): RenewBefore | null {
  const [seconds, percentage] = [namedMember(value, 'seconds'), namedMember(value, 'percentage')]
  if (typeof seconds === 'number') return { kind: 'seconds', seconds }
  return typeof percentage === 'number' ? { kind: 'percentage', percentage } : null
}
