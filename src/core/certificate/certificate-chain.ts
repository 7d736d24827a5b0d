// The chain in status.certificate: PEM text in, leaf and intermediates out. The API server checks only that every block is a
// certificate; their order, and whether they belong together, is found here.
import type { Chain, X509Certificate } from '../../domain/cluster/certificate.ts'
import { checked, isNonEmpty, mapped, ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { isSignedBy, readCertificates } from '../../lib/x509/x509-certificate.ts'
import { formatName } from '../../lib/x509/x500-name.ts'

/** A longer chain would cost a signature check for each pair: who writes the status could stall a run. */
const MOST_CERTIFICATES = 32
/** Possible issuers of each certificate by name, on average. A chain has one, and few more after a change of the CA's key. */
const MOST_ISSUERS = 3

/**
 * Returns the leaf, then the intermediates in issuing order, whatever their order in the text. A self-signed root at the end is
 * left out: a peer that trusts it has it already (RFC 8446 §4.4.2). Refuses with CERTIFICATE_BROKEN if a block cannot be read, a
 * certificate is repeated, there are more than 32, too many have the same name, or they do not form one chain.
 */
export function orderChain(pemText: string): Checked<Chain> {
  const read = readCertificates(pemText)
  if (!read.ok)
    return { ok: false, problems: mapped(read.problems, ({ message }) => broken(message)) }
  const certificates = read.value
  if (certificates.length > MOST_CERTIFICATES)
    return refuse(
      broken(`it holds ${certificates.length} certificates; at most ${MOST_CERTIFICATES} are read`),
    )
  const twice = checked(duplicates(certificates), () => certificates)
  if (!twice.ok) return twice
  if (namedIssuers(certificates) > MOST_ISSUERS * certificates.length)
    return refuse(broken('too many of its certificates have the name of the same issuer'))
  const [leaf, second] = certificates.filter(one => issuedNone(one, certificates))
  if (leaf === undefined) return refuse(broken('every certificate issued another one'))
  if (second !== undefined)
    return refuse(
      broken(`the certificates of ${shown(leaf)} and of ${shown(second)} do not belong together`),
    )
  return chainOf(leaf, certificates)
}

function chainOf(leaf: X509Certificate, all: readonly X509Certificate[]): Checked<Chain> {
  const issuers = issuersFrom(leaf, withoutOne(all, leaf))
  const strangers = withoutOne(all, leaf).filter(one => !issuers.includes(one))
  const problems = strangers.map(one =>
    broken(`the certificate of ${shown(one)} is no part of the chain of ${shown(leaf)}`),
  )
  if (isNonEmpty(problems)) return { ok: false, problems }
  const top = issuers.at(-1)
  const hasRoot = top !== undefined && isSignedBy(top, top)
  return ok({ leaf, intermediates: hasRoot ? issuers.slice(0, -1) : issuers })
}

/** Returns issuer after issuer. Stops at a self-signed certificate, although another one with its name and key could follow. */
function issuersFrom(
  last: X509Certificate,
  others: readonly X509Certificate[],
): readonly X509Certificate[] {
  if (isSignedBy(last, last)) return []
  const issuer = others.find(one => isSignedBy(last, one))
  if (issuer === undefined) return []
  return [issuer, ...issuersFrom(issuer, withoutOne(others, issuer))]
}

function withoutOne(
  all: readonly X509Certificate[],
  left: X509Certificate,
): readonly X509Certificate[] {
  return all.filter(one => one !== left)
}

/** Returns whether this certificate signed no other one. Its own signature on itself does not count. */
function issuedNone(certificate: X509Certificate, all: readonly X509Certificate[]): boolean {
  return !all.some(other => other !== certificate && isSignedBy(other, certificate))
}

/** Number of signatures that have to be checked: pairs in which one certificate names the other one as its issuer. */
function namedIssuers(certificates: readonly X509Certificate[]): number {
  const subjects = certificates.map(({ subject }) => formatName(subject))
  const issuers = certificates.map(({ issuer }) => formatName(issuer))
  return issuers.flatMap(issuer => subjects.filter(subject => subject === issuer)).length
}

function duplicates(certificates: readonly X509Certificate[]): readonly Problem[] {
  return certificates.flatMap((one, index) => {
    const first = certificates.findIndex(({ sha256 }) => sha256 === one.sha256)
    return first === index
      ? []
      : [broken(`certificates ${first + 1} and ${index + 1} are the same one, of ${shown(one)}`)]
  })
}

function shown({ subject, serial }: X509Certificate): string {
  return subject.length === 0 ? `serial number ${serial}` : formatName(subject)
}

function broken(message: string): Problem {
  return unplaced('CERTIFICATE_BROKEN', `the signer did not return a certificate chain: ${message}`)
}
