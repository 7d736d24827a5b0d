// The check of an issued certificate against the approved request. Nothing ties status.certificate to the request: a user with
// access to /status can put any certificate there. So every property that matters is checked, and all faults are reported at once.
import type { Chain, X509Certificate } from '../../domain/cluster/certificate.ts'
import type { PredictedCertificate } from '../../domain/cluster/prediction.ts'
import type { Problem } from '../../domain/problem.ts'
import { memberProblem } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { extendedKeyUsageOf, keyUsageOf } from '../../lib/kubernetes/usage-bits.ts'
import {
  EXTENDED_KEY_USAGE_OIDS,
  EXTENSION_OIDS,
  extendedKeyUsageName,
} from '../../lib/x509/oids.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { issuedNameProblems } from './check-names.ts'
import { chainProblems } from './check-chain.ts'

export interface ExpectedCertificate {
  readonly request: EffectiveRequest
  readonly prediction: PredictedCertificate
  /** DER of the SubjectPublicKeyInfo that was asked for. */
  readonly spki: Uint8Array
  /** The CAs that this signer may sign with; null if they are not known. An empty list means that no CA is accepted. */
  readonly signerCa: readonly X509Certificate[] | null
  /** By the API server's clock. */
  readonly now: Date
}

export interface Findings {
  /** Why the certificate must not be stored; empty if it may be. */
  readonly problems: readonly Problem[]
  /** Remarks on a certificate that may be stored. */
  readonly warnings: readonly Problem[]
}

/**
 * Returns every fault of an issued certificate; it may be stored if `problems` is empty. Problems: CERTIFICATE_KEY,
 * CERTIFICATE_NAMES, CERTIFICATE_USAGE, CERTIFICATE_CA, CERTIFICATE_DATES, CERTIFICATE_CHAIN. Warnings: CERTIFICATE_USAGE if one is
 * missing, CERTIFICATE_SHORT, and CERTIFICATE_CHAIN_UNCHECKED if `signerCa` is null. `chain` must be in issuing order, as `orderChain`
 * returns it.
 */
export function checkIssued(chain: Chain, expected: ExpectedCertificate): Findings {
  const { request, prediction, spki, signerCa, now } = expected
  const { leaf } = chain
  return {
    problems: [
      ...keyProblems(leaf, spki, request),
      ...issuedNameProblems(leaf, request, prediction),
      ...usageProblems(leaf, request),
      ...caProblems(leaf, request),
      ...dateProblems(leaf, request, now),
      ...(signerCa === null ? [] : chainProblems(chain, signerCa, now)),
    ],
    warnings: [
      ...missingUsageWarnings(leaf, request),
      ...shortWarnings(leaf, request, now),
      ...(signerCa === null ? [chainUnchecked(request)] : []),
    ],
  }
}

function keyProblems(
  { publicKey }: X509Certificate,
  spki: Uint8Array,
  request: EffectiveRequest,
): readonly Problem[] {
  if (Buffer.compare(publicKey.spki, spki) === 0) return []
  const member = request.key.kind === 'own' ? 'request' : 'privateKey'
  const message = `the certificate holds another public key (SHA-256 ${publicKey.sha256}) than was requested`
  const hint = 'another party holds its private key; find out who wrote status.certificate'
  return [memberProblem('CERTIFICATE_KEY', request, member, message, hint)]
}

/**
 * Reports key usages and extended key usages beyond those asked for. A certificate without an extendedKeyUsage extension is good for
 * any purpose (RFC 5280 §4.2.1.12), and the API server accepts it from clients. The built-in signers write no keyUsage extension if
 * no key usage is asked for.
 */
function usageProblems(leaf: X509Certificate, request: EffectiveRequest): readonly Problem[] {
  const isLimited = hasExtension(leaf, EXTENSION_OIDS.extendedKeyUsage)
  const purposes = isLimited ? leaf.extendedKeyUsage : [EXTENDED_KEY_USAGE_OIDS.anyExtendedKeyUsage]
  const keyUsage = keyUsageOf(request.usages)
  const extended = extendedKeyUsageOf(request.usages)
  const extra = [
    ...leaf.keyUsage.filter(usage => !keyUsage.includes(usage)),
    ...purposes.filter(purpose => !extended.includes(purpose)).map(extendedKeyUsageName),
  ]
  if (extra.length === 0) return []
  const without = isLimited ? '' : ' (it has no extendedKeyUsage, which means any)'
  const message = `the certificate may be used for ${extra.join(', ')}${without}; requested: ${request.usages.join(', ')}`
  const hint = `${request.signerName} signs more than was requested; nothing was stored`
  return [memberProblem('CERTIFICATE_USAGE', request, 'usages', message, hint)]
}

/**
 * Warns of requested usages that the certificate must not be used for, since its extensions leave them out (RFC 5280 §4.2.1.3 and
 * §4.2.1.12). kube-controller-manager signs exactly the approved usages. Other signers may leave some out: a certificate with the
 * rest of them is still useful, so it is stored.
 */
function missingUsageWarnings(
  leaf: X509Certificate,
  request: EffectiveRequest,
): readonly Problem[] {
  const missing = [...missingKeyUsages(leaf, request), ...missingPurposes(leaf, request)]
  // A certificate with other usages instead is refused anyway.
  if (missing.length === 0 || usageProblems(leaf, request).length > 0) return []
  const message = `the certificate must not be used for ${missing.join(', ')}; requested: ${request.usages.join(', ')}`
  const hint = `${request.signerName} leaves out a usage: remove it from usages, or use a signer that includes it`
  return [memberProblem('CERTIFICATE_USAGE', request, 'usages', message, hint)]
}

function missingKeyUsages(leaf: X509Certificate, request: EffectiveRequest): readonly string[] {
  if (!hasExtension(leaf, EXTENSION_OIDS.keyUsage)) return []
  const { algorithm } = leaf.publicKey
  const impossible = [
    ...(algorithm === 'ECDSA' ? [] : ONLY_WITH_ECDSA),
    ...(algorithm === 'RSA' ? [] : ONLY_WITH_RSA),
  ]
  return keyUsageOf(request.usages).filter(
    usage => !leaf.keyUsage.includes(usage) && !impossible.includes(usage),
  )
}

/** Signers leave out what the algorithm of the key cannot do (RFC 3279 §2.3.1, RFC 5480 §3, RFC 8410 §5). */
const ONLY_WITH_ECDSA: readonly string[] = ['keyAgreement', 'encipherOnly', 'decipherOnly']
const ONLY_WITH_RSA: readonly string[] = ['keyEncipherment', 'dataEncipherment']

function missingPurposes(leaf: X509Certificate, request: EffectiveRequest): readonly string[] {
  const purposes = leaf.extendedKeyUsage
  if (!hasExtension(leaf, EXTENSION_OIDS.extendedKeyUsage)) return []
  if (purposes.includes(EXTENDED_KEY_USAGE_OIDS.anyExtendedKeyUsage)) return []
  return extendedKeyUsageOf(request.usages)
    .filter(purpose => !purposes.includes(purpose))
    .map(extendedKeyUsageName)
}

function hasExtension({ extensions }: X509Certificate, wanted: string): boolean {
  return extensions.some(({ oid }) => oid === wanted)
}

function caProblems({ isCa }: X509Certificate, request: EffectiveRequest): readonly Problem[] {
  if (!isCa) return []
  const message = 'the certificate is a CA certificate: the holder of its key could sign others'
  const hint = `${request.signerName} must not sign CAs; nothing was stored`
  return [memberProblem('CERTIFICATE_CA', request, '', message, hint)]
}

function chainUnchecked(request: EffectiveRequest): Problem {
  const message = `the CA of ${request.signerName} is not known, so the chain was not checked`
  const hint = 'put certificateAuthorityData of the signer into countersign.yaml'
  return memberProblem('CERTIFICATE_CHAIN_UNCHECKED', request, 'signerName', message, hint)
}

// The checks of the dates of a certificate against the duration that was asked for.

/**
 * Clocks differ, and the built-in signers backdate by five minutes: they move notBefore back, and notAfter too for lifetimes of
 * eight hours or more (k8s.io/kubernetes pkg/controller/certificates/signer/signer.go and authority/policies.go).
 */
const TOLERANCE_SECONDS = 300

/** Time that the wait for the signer may use up, in addition to the five minutes that a signer may take off the end. */
const WAIT_SECONDS = 300

/**
 * Returns one CERTIFICATE_DATES for each fault, empty if there is none: not valid yet five minutes after `now`, expired at `now`,
 * or valid for more than five minutes longer than asked.
 */
function dateProblems(
  { notBefore, notAfter }: X509Certificate,
  request: EffectiveRequest,
  now: Date,
): readonly Problem[] {
  const problem = (message: string, hint: string): Problem =>
    memberProblem('CERTIFICATE_DATES', request, 'duration', message, hint)
  const left = secondsFrom(now, notAfter)
  const longer = left - request.durationSeconds
  const { until } = request
  return [
    ...(secondsFrom(now, notBefore) > TOLERANCE_SECONDS
      ? [problem(`the certificate is not valid before ${shown(notBefore)}`, CLOCKS)]
      : []),
    ...(left <= 0 ? [problem(`the certificate expired at ${shown(notAfter)}`, CLOCKS)] : []),
    ...(until !== null && notAfter > until ? [problem(beyond(notAfter, until), LATE)] : []),
    ...(longer > TOLERANCE_SECONDS
      ? [
          problem(
            `the certificate is valid until ${shown(notAfter)}, ${formatDuration(Math.floor(longer))} longer than the ${formatDuration(request.durationSeconds)} requested`,
            'the signer ignores expirationSeconds; set duration to the lifetime that it signs',
          ),
        ]
      : []),
  ]
}

const LATE = 'the signer was late; the next run asks for a shorter certificate'
const beyond = (notAfter: Date, until: Date): string =>
  `the certificate is valid until ${shown(notAfter)}, after the end of the request (${shown(until)})`

const CLOCKS = 'compare the clocks of the signer and of the API server'

/**
 * Returns one CERTIFICATE_SHORT if the certificate ends more than ten minutes earlier than asked. Empty if it has expired: then
 * `dateProblems` reports it.
 */
function shortWarnings(
  { notAfter }: X509Certificate,
  request: EffectiveRequest,
  now: Date,
): readonly Problem[] {
  const left = Math.floor(secondsFrom(now, notAfter))
  const ends = request.until === null ? Infinity : Math.floor(secondsFrom(now, request.until))
  const asked = Math.min(request.durationSeconds, ends)
  if (left <= 0 || left >= asked - TOLERANCE_SECONDS - WAIT_SECONDS) return []
  const message = `the certificate is valid for ${formatDuration(left)} more, until ${shown(notAfter)}; ${formatDuration(asked)} were requested`
  const hint = 'the signer or its CA caps the lifetime; the certificate is renewed by its own dates'
  return [memberProblem('CERTIFICATE_SHORT', request, 'duration', message, hint)]
}

function secondsFrom(now: Date, date: Date): number {
  return (date.getTime() - now.getTime()) / 1000
}

function shown(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z')
}
