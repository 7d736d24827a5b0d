// The certificate that a login program answers with: from the cache while it is good, else from a look. It runs at every kubectl
// command, so it loads nothing else.
import { caughtProblem, ok, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { RenewBefore } from '../../domain/request/request.ts'
import {
  cachedText,
  isLookDue,
  keyDigest,
  readCached,
  usableCertificate,
} from '../../core/certificate/cached-certificate.ts'
import type { CachedCertificate } from '../../core/certificate/cached-certificate.ts'
import { firstLook, nextLook } from '../../core/plan/look-time.ts'
import type { CertificateCache } from '../../ports/certificate-cache.ts'
import type { Clock } from '../../ports/clock-port.ts'

/** The state that a look starts from; `notBefore` is null if there is no certificate that can be used. */
export interface KnownCertificate extends Pick<
  CachedCertificate,
  'cluster' | 'certificate' | 'signerCa' | 'renewBefore' | 'etag'
> {
  readonly notBefore: Date | null
}

export interface CredentialCertificate {
  readonly cluster: string
  /** PEM, leaf first. */
  readonly certificate: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** PEM, null if the configuration names no CA. */
  readonly signerCa: string | null
  readonly renewBefore: RenewBefore | null
}

export interface Look {
  /** Null if there is no newer certificate. */
  readonly found: CredentialCertificate | null
  readonly etag: string | null
  readonly warnings: readonly Problem[]
}

export interface CredentialPorts {
  readonly cache: CertificateCache
  readonly clock: Clock
  readonly look: (known: KnownCertificate) => Promise<Checked<Look>>
}

export interface CredentialOwner {
  /** Name of the request. */
  readonly name: string
  /** owner/name */
  readonly repository: string
  /** DER of the SubjectPublicKeyInfo of the person's key. */
  readonly spki: Uint8Array
}

export interface CurrentCredential {
  /** PEM, leaf first. */
  readonly certificate: string
  /** When a client should ask again: at the next look, or at the end of the certificate. */
  readonly expiration: Date
  readonly warnings: readonly Problem[]
}

/**
 * Returns a certificate that can be used now. While the cached one is good and not due, nobody is asked. If a look finds nothing or
 * fails, a cached one stays in use as long as it is valid, and the next look waits. Refuses with SINK_NO_CERTIFICATE or with the
 * problems of the look, and throws its failures, only if there is no valid certificate.
 */
export async function currentCredential(
  ports: CredentialPorts,
  owner: CredentialOwner,
): Promise<Checked<CurrentCredential>> {
  const { cache, clock } = ports
  const now = clock.now()
  const good = await cachedCredential(cache, owner, now)
  if (good !== null) return ok(good)
  const cached = await readOwn(cache, owner)
  const usable = cached === null ? null : usableCertificate(cached, owner.spki, now)
  if (cached === null || usable === null) return firstCertificate(ports, owner, cached, now)
  // Written before the look, so that other processes of this time use the old one and do not look as well.
  const lookAt = nextLook(now, usable.notAfter)
  await cache.write(cachedText({ ...cached, lookAt }))
  const { look, warnings } = await tried(ports, { ...cached, notBefore: usable.notBefore })
  const found = look?.found ?? null
  if (found !== null) return store(ports, owner, found, warnings)
  if (look !== null && look.etag !== cached.etag) {
    const latest = await readOwn(cache, owner)
    if (latest?.certificate === cached.certificate)
      await cache.write(cachedText({ ...cached, lookAt, etag: look.etag }))
  }
  return ok(credential(usable, lookAt, warnings))
}

/** Returns the cached certificate if it can be used at `now` and no look is due; otherwise null. Throws SINK_FILE. */
export async function cachedCredential(
  cache: Pick<CertificateCache, 'read'>,
  owner: CredentialOwner,
  now: Date,
): Promise<CurrentCredential | null> {
  const cached = await readOwn(cache, owner)
  const usable = cached === null ? null : usableCertificate(cached, owner.spki, now)
  if (cached === null || usable === null || isLookDue(cached, true, now)) return null
  return credential(usable, cached.lookAt, [])
}

/** Puts a certificate into the cache. Returns it, or the newer one that another process stored meanwhile. Throws SINK_FILE. */
export async function store(
  { cache, clock }: Pick<CredentialPorts, 'cache' | 'clock'>,
  owner: CredentialOwner,
  found: CredentialCertificate,
  warnings: readonly Problem[],
): Promise<Checked<CurrentCredential>> {
  const now = clock.now()
  const other = await readOwn(cache, owner)
  const newer = other === null ? null : usableCertificate(other, owner.spki, now)
  if (other !== null && newer !== null && newer.notBefore > found.notBefore)
    return ok(credential(newer, other.lookAt, warnings))
  const { cluster, certificate, signerCa, renewBefore, notAfter } = found
  const renewed = { owner: owner.repository, cluster, name: owner.name }
  const due = firstLook(found, renewBefore, renewed)
  const lookAt = due > now ? due : nextLook(now, notAfter)
  const key = keyDigest(owner.spki)
  const stored = { key, cluster, certificate, signerCa, renewBefore, lookAt, etag: null }
  await cache.write(cachedText(stored))
  return ok(credential({ pem: certificate, notAfter }, lookAt, warnings))
}

/**
 * Every process looks for itself, because none has a certificate to go on with. After a look that found nothing, all of them wait. After
 * a failure the next process looks again: whether there is a certificate is not known.
 */
async function firstCertificate(
  ports: CredentialPorts,
  owner: CredentialOwner,
  cached: CachedCertificate | null,
  now: Date,
): Promise<Checked<CurrentCredential>> {
  if (cached !== null && !isLookDue(cached, false, now)) return notYet(owner, cached.lookAt)
  const known = { ...(cached ?? NOTHING), etag: null, notBefore: null }
  const look = await ports.look(known)
  if (look.ok && look.value.found !== null)
    return store(ports, owner, look.value.found, look.value.warnings)
  const lookAt = nextLook(ports.clock.now(), null)
  await ports.cache.write(
    cachedText({ ...(cached ?? NOTHING), key: keyDigest(owner.spki), lookAt }),
  )
  return look.ok ? notYet(owner, lookAt) : look
}

const NOTHING = { cluster: null, certificate: null, signerCa: null, renewBefore: null, etag: null }
export const NOTHING_KNOWN: KnownCertificate = { ...NOTHING, notBefore: null }

/** A failed look is a warning, because there is a valid certificate. */
async function tried(
  { look }: CredentialPorts,
  known: KnownCertificate,
): Promise<{ readonly look: Look | null; readonly warnings: readonly Problem[] }> {
  try {
    const answer = await look(known)
    return answer.ok
      ? { look: answer.value, warnings: answer.value.warnings }
      : { look: null, warnings: answer.problems }
  } catch (cause) {
    return { look: null, warnings: [caughtProblem(cause)] }
  }
}

/** Null for the cache of another key: the person has made a new one. */
async function readOwn(
  cache: Pick<CertificateCache, 'read'>,
  { spki }: CredentialOwner,
): Promise<CachedCertificate | null> {
  const text = await cache.read()
  const cached = text === null ? null : readCached(text)
  return cached?.key === keyDigest(spki) ? cached : null
}

function credential(
  { pem, notAfter }: { readonly pem: string; readonly notAfter: Date },
  lookAt: Date,
  warnings: readonly Problem[],
): CurrentCredential {
  return { certificate: pem, expiration: lookAt < notAfter ? lookAt : notAfter, warnings }
}

function notYet({ name }: CredentialOwner, lookAt: Date): Checked<never> {
  return refuseAs(
    'SINK_NO_CERTIFICATE',
    `there is no valid certificate of ${name} for this key; the next look is at ${lookAt.toISOString()}`,
    `merge the pull request and wait for apply; countersign kubeconfig ${name} looks at once`,
  )
}
