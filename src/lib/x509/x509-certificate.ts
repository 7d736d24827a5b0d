// X.509 certificates (RFC 5280 §4.1): DER in, their contents out. Nothing here decides on trust; `core/certificate` does.
import { hash } from 'node:crypto'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import { checked, isNonEmpty, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { DerFault, readDer, readingDer, TAG } from './der.ts'
import type { DerNode } from './der.ts'
import { bitStringBytes, explicitOf, Fields, integerOf, requireTag } from './der-values.ts'
import { extensionsOf, NO_EXTENSIONS } from './extensions.ts'
import { nameFromNode, requireNonEmptyName } from './x500-name.ts'
import { decodePemBlocks, shownLabel } from './pem.ts'
import type { PemBlock } from './pem.ts'
import { keepingNewest } from './newest-results.ts'
import { publicKeyOf } from './public-key.ts'
import { isSignatureValid, schemeOf, signatureName, verifyingKey } from './signature.ts'

/**
 * Returns a certificate of version 1 or 3; its signature is not verified. Refuses with X509_DER (also above 64 KiB),
 * X509_STRUCTURE, X509_STRING or X509_ALGORITHM.
 */
export function readCertificate(der: Uint8Array): Checked<X509Certificate> {
  return readingDer('the certificate', () => certificateOf(partsOf(Uint8Array.from(der))))
}

/**
 * Returns the certificates of a PEM text, at least one, in their order. The text has the form that the API server accepts in
 * status.certificate (k8s.io/kubernetes pkg/apis/certificates/validation/validation.go): text around and between blocks is allowed,
 * headers and other labels are not. Refuses with X509_PEM, or with the codes of `readCertificate`.
 */
export function readCertificates(pemText: string): Checked<readonly X509Certificate[]> {
  return readNewest(pemText)
}

/** The certificates of a PEM text; none without text, or if it cannot be read: nothing chains to an unreadable CA. */
export function certificatesIn(pemText: string | null): readonly X509Certificate[] {
  const read = pemText === null ? null : readNewest(pemText)
  return read?.ok === true ? read.value : []
}

/** The first certificate of a PEM text, which is the leaf of a chain; null without text, or if it cannot be read. */
export function leafIn(pemText: string | null): X509Certificate | null {
  return certificatesIn(pemText)[0] ?? null
}

/** A plan asks several times for the certificate of each record. Others can write a Secret or a status of 1 MiB, which is not kept. */
const TEXTS_KEPT = 2048
const LONGEST_KEPT = 8192

const readNewest = keepingNewest(TEXTS_KEPT, certificatesOf, LONGEST_KEPT)

function certificatesOf(pemText: string): Checked<readonly X509Certificate[]> {
  const blocks = decodePemBlocks(pemText)
  if (!blocks.ok) return blocks
  if (blocks.value.length === 0) return refuse(pemProblem('there is no CERTIFICATE block'))
  const foreign = blocks.value.flatMap(blockProblem)
  if (isNonEmpty(foreign)) return { ok: false, problems: foreign }
  const read = blocks.value.map(({ der }, index) =>
    readingDer(`certificate ${index + 1} of ${blocks.value.length}`, () =>
      certificateOf(partsOf(der)),
    ),
  )
  const problems = read.flatMap(one => (one.ok ? [] : one.problems))
  return checked(problems, () => read.flatMap(one => (one.ok ? [one.value] : [])))
}

function blockProblem({ label, hasHeaders }: PemBlock): readonly Problem[] {
  if (label !== 'CERTIFICATE')
    return [pemProblem(`found a ${shownLabel(label)} block among the certificates`)]
  return hasHeaders ? [pemProblem('a CERTIFICATE block has headers')] : []
}

function pemProblem(message: string): Problem {
  return unplaced('X509_PEM', message)
}

/** The nodes of a certificate: those that are needed as bytes, and those that are read further. */
interface Parts {
  readonly whole: DerNode
  readonly tbs: DerNode
  readonly algorithm: DerNode
  readonly signature: Uint8Array
  readonly serial: DerNode
  readonly issuer: DerNode
  readonly validity: DerNode
  readonly subject: DerNode
  readonly spki: DerNode
  readonly extensions: DerNode | null
}

function partsOf(der: Uint8Array): Parts {
  const whole = readDer(der)
  const fields = new Fields(whole, 'the certificate')
  const tbs = fields.next(TAG.SEQUENCE, 'tbsCertificate')
  const algorithm = fields.next(TAG.SEQUENCE, 'signatureAlgorithm')
  const signature = bitStringBytes(fields.any('signature'), 'the signature')
  fields.end()
  return { whole, tbs, algorithm, signature, ...tbsParts(tbs, algorithm) }
}

function tbsParts(tbs: DerNode, outer: DerNode) {
  const fields = new Fields(tbs, 'tbsCertificate')
  const version = versionOf(fields.optional(0xa0))
  const serial = fields.next(TAG.INTEGER, 'serial number')
  requireSameAlgorithm(fields.next(TAG.SEQUENCE, 'signature'), outer)
  const [issuer, validity] = [fields.any('issuer'), fields.any('validity')]
  const [subject, spki] = [fields.any('subject'), fields.any('public key')]
  const extensions = version === 3 ? fields.optional(0xa3) : null
  fields.end()
  return { serial, issuer, validity, subject, spki, extensions }
}

/** [0] EXPLICIT INTEGER. Version 1 is the default, so it is never written. Version 2 is refused: it adds nothing that is in use. */
function versionOf(node: DerNode | null): 1 | 3 {
  if (node === null) return 1
  const version = explicitOf(node, 'version')
  if (integerOf(version, 'version') === 2n) return 3
  throw new DerFault('X509_STRUCTURE', 'the version is neither v3 nor left out (v1)', node.offset)
}

/** RFC 5280 §4.1.1.2: the algorithm inside the signed bytes and the one outside are the same. */
function requireSameAlgorithm(inner: DerNode, outer: DerNode): void {
  if (Buffer.compare(inner.bytes, outer.bytes) === 0) return
  const sentence = 'the signature algorithm inside differs from the one outside'
  throw new DerFault('X509_ALGORITHM', sentence, inner.offset)
}

function certificateOf(parts: Parts): X509Certificate {
  const issuer = nameFromNode(parts.issuer)
  requireNonEmptyName(issuer, parts.issuer, 'the issuer')
  return {
    der: parts.whole.bytes,
    serial: serialOf(parts.serial),
    issuer,
    subject: nameFromNode(parts.subject),
    ...validityOf(parts.validity),
    publicKey: publicKeyOf(parts.spki),
    signatureAlgorithm: signatureName(parts.algorithm),
    ...(parts.extensions === null
      ? NO_EXTENSIONS
      : extensionsOf(explicitOf(parts.extensions, 'extensions'))),
    sha256: hash('sha256', parts.whole.bytes),
  }
}

/** RFC 5280 §4.1.2.2: not negative, at most 20 octets. A zero byte that only keeps the sign is left out. */
function serialOf(node: DerNode): string {
  const [first = 0, ...rest] = requireTag(node, TAG.INTEGER, 'the serial number').content
  if (first >= 0x80 || rest.length > 19) {
    const sentence = 'the serial number is negative or longer than 20 bytes'
    throw new DerFault('X509_STRUCTURE', sentence, node.offset)
  }
  const digits = first === 0 && rest.length > 0 ? rest : [first, ...rest]
  return Buffer.from(digits).toString('hex')
}

function validityOf(node: DerNode): { notBefore: Date; notAfter: Date } {
  const fields = new Fields(node, 'validity')
  const notBefore = timeOf(fields.any('notBefore'), 'notBefore')
  const notAfter = timeOf(fields.any('notAfter'), 'notAfter')
  fields.end()
  return { notBefore, notAfter }
}

type SignedParts = Pick<Parts, 'tbs' | 'algorithm' | 'signature' | 'issuer' | 'subject' | 'spki'>

/** An issuer is compared with each certificate that it signed. */
const KNOWN_PARTS = new WeakMap<X509Certificate, SignedParts>()

function signedParts(certificate: X509Certificate): SignedParts {
  const parts = KNOWN_PARTS.get(certificate) ?? partsOf(certificate.der)
  KNOWN_PARTS.set(certificate, parts)
  return parts
}

/**
 * Returns whether `issuer` signed `certificate`: the names match byte for byte, and the issuer's key verifies the signature over
 * the original bytes. False for SHA-1 and MD5, which prove nothing, and for certificates that cannot be read. Whether the issuer
 * may sign is not checked here.
 */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const answer = readingDer('the certificate', () => {
    const [signed, signer] = [signedParts(certificate), signedParts(issuer)]
    if (Buffer.compare(signed.issuer.bytes, signer.subject.bytes) !== 0) return false
    const scheme = schemeOf(signed.algorithm)
    const key = verifyingKey(scheme, signer.spki.bytes)
    return (
      key !== null &&
      scheme.digest !== 'sha1' &&
      isSignatureValid(scheme, key, signed.tbs.bytes, signed.signature)
    )
  })
  return answer.ok && answer.value
}

// Time in certificates (RFC 5280 §4.1.2.5): UTCTime and GeneralizedTime, each in the one form that DER allows.

/** Returns the moment of a Time node, in whole seconds. Throws DerFault X509_DER for another form or a date that does not exist. */
export function timeOf(node: DerNode, what: string): Date {
  const text = Buffer.from(node.content).toString('latin1')
  const digits = node.tag === TAG.UTC_TIME ? utcDigits(text) : generalizedDigits(node.tag, text)
  if (digits === undefined) {
    const sentence = `${what} is neither YYMMDDHHMMSSZ (UTCTime) nor YYYYMMDDHHMMSSZ (GeneralizedTime)`
    throw new DerFault('X509_DER', sentence, node.offset)
  }
  const iso = digits.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6.000Z')
  const date = new Date(iso)
  // Date reads 31 February as 3 March, and 24:00 as the next day.
  if (!Number.isNaN(date.getTime()) && date.toISOString() === iso) return date
  throw new DerFault('X509_DER', `${what} is no date of the calendar`, node.offset)
}

/** Years 50 to 99 of UTCTime belong to the twentieth century (RFC 5280 §4.1.2.5.1). */
function utcDigits(text: string): string | undefined {
  const digits = /^(\d{12})Z$/.exec(text)?.[1]
  return digits === undefined ? undefined : `${digits < '5' ? '20' : '19'}${digits}`
}

function generalizedDigits(tag: number, text: string): string | undefined {
  return tag === TAG.GENERALIZED_TIME ? /^(\d{14})Z$/.exec(text)?.[1] : undefined
}
