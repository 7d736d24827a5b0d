// The check that a chain leads to a CA of the signer: each certificate is signed by the next one, and the next one may sign.
import type { Chain, X509Certificate } from '../../domain/cluster/certificate.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { isSignedBy } from '../../lib/x509/x509-certificate.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { EXTENSION_OIDS } from '../../lib/x509/oids.ts'

/**
 * Returns the CA in `signerCa` that vouches for the chain, null if there is none: valid at `now`, allowed to sign, and the issuer
 * of the leaf, or of an intermediate if that one and all before it are valid and may sign. `chain` must be in issuing order. Rules:
 * RFC 5280 §6.1.4 (k), (n) and §6.1.3 (a)(2). Path length, name constraints and revocation are not checked.
 */
export function anchorOf(
  chain: Chain,
  signerCa: readonly X509Certificate[],
  now: Date,
): X509Certificate | null {
  for (const link of linksOf(chain, now)) {
    const anchor = signerCa.find(ca => faultOf(ca, now).length === 0 && isSignedBy(link, ca))
    if (anchor !== undefined) return anchor
  }
  return null
}

/** Returns one CERTIFICATE_CHAIN with the reason if no CA in `signerCa` vouches for the chain; else empty. */
export function chainProblems(
  chain: Chain,
  signerCa: readonly X509Certificate[],
  now: Date,
): readonly Problem[] {
  if (anchorOf(chain, signerCa, now) !== null) return []
  const all = [chain.leaf, ...chain.intermediates]
  const signers = signerCa.filter(ca => all.some(link => isSignedBy(link, ca)))
  const faults = [...chain.intermediates, ...signers].flatMap(ca => faultOf(ca, now))
  const reason =
    faults.length > 0 ? faults.join('; ') : unknownIssuer(all.at(-1) ?? chain.leaf, signerCa)
  return [
    unplaced(
      'CERTIFICATE_CHAIN',
      `the certificate does not chain to the CA of the signer: ${reason}`,
      'compare certificateAuthorityData and retiring of the signer in countersign.yaml with the CA in use',
    ),
  ]
}

/** Names the issuer of the last certificate. For chains in which no CA of the signer signed anything. */
function unknownIssuer({ issuer }: X509Certificate, signerCa: readonly X509Certificate[]): string {
  const name = formatName(issuer)
  if (signerCa.some(ca => shown(ca) === name))
    return `a CA that also calls itself ${name} signed it`
  const known = signerCa.length === 0 ? 'not known' : signerCa.map(shown).join(' or ')
  return `${name} signed it, and the signer's CA is ${known}`
}

/** Returns the leaf, and the intermediates up to the first one that may not issue or is not valid. */
function linksOf({ leaf, intermediates }: Chain, now: Date): readonly X509Certificate[] {
  const end = intermediates.findIndex(one => faultOf(one, now).length > 0)
  return [leaf, ...(end < 0 ? intermediates : intermediates.slice(0, end))]
}

/** Returns in words how a CA breaks RFC 5280 §6.1.4 (k), (n) or §6.1.3 (a)(2); empty if it does not. */
function faultOf(ca: X509Certificate, now: Date): readonly string[] {
  const hasKeyUsage = ca.extensions.some(({ oid }) => oid === EXTENSION_OIDS.keyUsage)
  return [
    ...(ca.isCa ? [] : [`${shown(ca)} is not a CA`]),
    ...(hasKeyUsage && !ca.keyUsage.includes('keyCertSign')
      ? [`${shown(ca)} may not sign certificates`]
      : []),
    ...(now < ca.notBefore ? [`${shown(ca)} is not valid yet`] : []),
    ...(now >= ca.notAfter ? [`${shown(ca)} expired at ${ca.notAfter.toISOString()}`] : []),
  ]
}

function shown({ subject }: X509Certificate): string {
  return formatName(subject)
}
