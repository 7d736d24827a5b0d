// The writer of PKCS#10 certification requests (RFC 2986). The caller signs, so the private key stays with its holder.
import type { PublicKey } from '../../domain/cluster/certificate.ts'
import type { DistinguishedName, San } from '../../domain/request/x500.ts'
import {
  bitString,
  boolean,
  context,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  sequence,
  set,
} from './der-write.ts'
import { KEY_USAGES } from './extensions.ts'
import { encodeName } from './x500-name.ts'
import { EXTENSION_OIDS, REQUEST_ATTRIBUTE_OIDS } from './oids.ts'
import { readPublicKey } from './public-key.ts'
import { encodeSans } from './general-names.ts'

export interface Pkcs10Input {
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  /** RFC 5280 names of KeyUsage bits. */
  readonly keyUsage: readonly string[]
  /** OIDs of extended key usages. */
  readonly extendedKeyUsage: readonly string[]
  /** DER of the SubjectPublicKeyInfo: RSA, ECDSA (P-256, P-384, P-521) or Ed25519. */
  readonly spki: Uint8Array
  /** Signs with the digest of `signatureAlgorithmFor`. Returns an ECDSA signature in DER. */
  sign(data: Uint8Array): Uint8Array
}

const RSA_SHA256 = sequence(oid('1.2.840.113549.1.1.11'), nullValue())
const ED25519 = sequence(oid('1.3.101.112'))
/** By the size of the curve in bits: with a digest as strong as the key (RFC 5758 §3.2). Go chooses the same. */
const ECDSA: ReadonlyMap<number | null, Uint8Array> = new Map([
  [256, sequence(oid('1.2.840.10045.4.3.2'))],
  [384, sequence(oid('1.2.840.10045.4.3.3'))],
  [521, sequence(oid('1.2.840.10045.4.3.4'))],
])

/**
 * Returns the DER of the AlgorithmIdentifier that a key signs with: SHA-256 for RSA and P-256, SHA-384 for P-384, SHA-512 for P-521.
 * Throws RangeError for every key but RSA, ECDSA (P-256, P-384, P-521) and Ed25519.
 */
export function signatureAlgorithmFor(key: PublicKey): Uint8Array {
  if (key.algorithm === 'RSA') return RSA_SHA256
  if (key.algorithm === 'Ed25519') return ED25519
  const identifier = key.algorithm === 'ECDSA' ? ECDSA.get(key.size) : undefined
  if (identifier === undefined)
    throw new RangeError(`no signature algorithm for ${key.algorithm} keys`)
  return identifier
}

/**
 * Returns the DER of a signed request. Throws RangeError for a key that cannot be used, a key usage that RFC 5280 does not name, an
 * extended key usage that is not an OID, or a SAN with a `sanFault`. The caller must refuse these before.
 */
export function writePkcs10(input: Pkcs10Input): Uint8Array {
  const key = readPublicKey(input.spki)
  if (!key.ok) throw new RangeError(key.problems[0].message)
  const extensions = extensionsFor(input)
  const attributes =
    extensions.length === 0
      ? []
      : [sequence(oid(REQUEST_ATTRIBUTE_OIDS.extensionRequest), set(sequence(...extensions)))]
  const info = sequence(
    integer(0),
    encodeName(input.subject),
    key.value.spki,
    context(0, ...attributes),
  )
  return sequence(info, signatureAlgorithmFor(key.value), bitString(input.sign(info)))
}

function extensionsFor({ subject, sans, keyUsage, extendedKeyUsage }: Pkcs10Input): Uint8Array[] {
  const { subjectAltName, keyUsage: usage, extendedKeyUsage: purposes } = EXTENSION_OIDS
  return [
    // RFC 5280 §4.2.1.6: critical if the subject is empty, else not.
    ...(sans.length === 0
      ? []
      : [extension(subjectAltName, subject.length === 0, encodeSans(sans))]),
    ...(keyUsage.length === 0 ? [] : [extension(usage, true, encodeKeyUsage(keyUsage))]),
    ...(extendedKeyUsage.length === 0
      ? []
      : [extension(purposes, false, sequence(...extendedKeyUsage.map(oid)))]),
  ]
}

/**
 * Returns the DER of one Extension (RFC 5280 §4.1); `value` goes into the OCTET STRING. Throws RangeError if `id` is not an OID.
 */
export function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value))
}

/** Returns the value of a keyUsage extension (RFC 5280 §4.2.1.3). Throws RangeError for a name that is not one of the nine. */
export function encodeKeyUsage(names: readonly string[]): Uint8Array {
  const bits = names.map(name => KEY_USAGES.findIndex(known => known === name))
  const unknown = bits.indexOf(-1)
  if (unknown >= 0) throw new RangeError(`"${names[unknown]}" is not a key usage of RFC 5280`)
  return namedBits(bits)
}
