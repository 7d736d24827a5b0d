// Signature algorithms of requests and certificates (RFC 4055, RFC 5758, RFC 8410): AlgorithmIdentifier in, a named scheme out, and
// its verification by node:crypto over the original bytes.
import { constants, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { DerFault, TAG } from './der.ts'
import type { DerNode } from './der.ts'
import { explicitOf, Fields, integerOf, oidOf } from './der-values.ts'
import { keyObject } from './public-key.ts'

export interface SignatureScheme {
  /** For example sha256WithRSAEncryption, RSASSA-PSS-SHA256, ecdsa-with-SHA384, Ed25519. */
  readonly name: string
  /** The kinds of key that sign in this way, as node:crypto names them. */
  readonly keyTypes: readonly string[]
  /** The digest as node:crypto names it; null if the scheme has its own. */
  readonly digest: string | null
  /** Bytes of salt; null for every scheme but RSASSA-PSS. */
  readonly saltLength: number | null
}

const RSA: readonly [string, string, string | null][] = [
  ['1.2.840.113549.1.1.4', 'md5WithRSAEncryption', null],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption', 'sha1'],
  ['1.2.840.113549.1.1.14', 'sha224WithRSAEncryption', 'sha224'],
  ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption', 'sha512'],
]
const ECDSA: readonly [string, string, string][] = [
  ['1.2.840.10045.4.1', 'ecdsa-with-SHA1', 'sha1'],
  ['1.2.840.10045.4.3.1', 'ecdsa-with-SHA224', 'sha224'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256', 'sha256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384', 'sha384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512', 'sha512'],
]
const EDWARDS: readonly [string, string][] = [
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
]

const PSS = '1.2.840.113549.1.1.10'
const MGF1 = '1.2.840.113549.1.1.8'
/** Digests of RSASSA-PSS that Go's crypto/x509 knows, with the salt length in bytes that it requires. */
const PSS_DIGESTS: ReadonlyMap<string, { readonly digest: string; readonly bytes: number }> =
  new Map([
    ['2.16.840.1.101.3.4.2.1', { digest: 'sha256', bytes: 32 }],
    ['2.16.840.1.101.3.4.2.2', { digest: 'sha384', bytes: 48 }],
    ['2.16.840.1.101.3.4.2.3', { digest: 'sha512', bytes: 64 }],
  ])

const NAMES: ReadonlyMap<string, string> = new Map([
  ...[...RSA, ...ECDSA, ...EDWARDS].map(([oid, name]): [string, string] => [oid, name]),
  [PSS, 'RSASSA-PSS'],
])

/** Named schemes by OID. MD5 is missing on purpose: such a signature proves nothing. */
const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map([
  ...RSA.flatMap(([oid, name, digest]) =>
    digest === null ? [] : [entry(oid, name, 'rsa', digest)],
  ),
  ...ECDSA.map(([oid, name, digest]) => entry(oid, name, 'ec', digest)),
  ...EDWARDS.map(([oid, name]) => entry(oid, name, name.toLowerCase(), null)),
])

function entry(
  oid: string,
  name: string,
  keyType: string,
  digest: string | null,
): [string, SignatureScheme] {
  return [oid, { name, keyTypes: [keyType], digest, saltLength: null }]
}

/**
 * Returns the name of a signature algorithm, even if it cannot be verified; its OID if it has no name here. Throws DerFault
 * X509_STRUCTURE if the node is not an AlgorithmIdentifier.
 */
export function signatureName(algorithm: DerNode): string {
  const oid = oidOf(new Fields(algorithm, 'the signature algorithm').any('identifier'))
  if (oid !== PSS) return NAMES.get(oid) ?? oid
  try {
    return schemeOf(algorithm).name
  } catch (error) {
    if (error instanceof DerFault) return 'RSASSA-PSS'
    throw error
  }
}

/**
 * Returns the scheme to verify with. Throws DerFault X509_ALGORITHM for an unknown algorithm, for MD5, and for other parameters
 * than the RFCs allow: NULL or none for RSA (RFC 4055 §5), none for ECDSA (RFC 5758 §3.2) and Ed25519 (RFC 8410 §3), one digest
 * throughout for RSASSA-PSS (RFC 4055 §3.1).
 */
export function schemeOf(algorithm: DerNode): SignatureScheme {
  const fields = new Fields(algorithm, 'the signature algorithm')
  const oid = oidOf(fields.any('identifier'), 'the identifier of the signature algorithm')
  const parameters = fields.rest()
  if (oid === PSS) return pssOf(parameters, algorithm.offset)
  const scheme = SCHEMES.get(oid)
  if (scheme === undefined) {
    const sentence = `the signature algorithm ${NAMES.get(oid) ?? oid} is not supported`
    throw new DerFault('X509_ALGORITHM', sentence, algorithm.offset)
  }
  // RFC 4055 §5: NULL is written, and absent parameters are accepted as well.
  const isNull = scheme.keyTypes.includes('rsa') && parameters?.tag === TAG.NULL
  if (parameters !== null && !isNull) {
    const sentence = `${scheme.name} has parameters that it does not take`
    throw new DerFault('X509_ALGORITHM', sentence, parameters.offset)
  }
  return scheme
}

/** RFC 4055 §3.1, as narrow as Go's crypto/x509: one digest for message and mask, salt as long as it, default trailer. */
function pssOf(parameters: DerNode | null, offset: number): SignatureScheme {
  const fault = (sentence: string) => new DerFault('X509_ALGORITHM', sentence, offset)
  if (parameters === null) throw fault('RSASSA-PSS without parameters')
  const fields = new Fields(parameters, 'the parameters of RSASSA-PSS')
  const [hash, mask, salt] = [fields.optional(0xa0), fields.optional(0xa1), fields.optional(0xa2)]
  fields.end()
  if (hash === null || mask === null || salt === null) throw fault('RSASSA-PSS with SHA-1')
  const digest = digestOf(explicitOf(hash, 'the digest of RSASSA-PSS'))
  const mgf = new Fields(explicitOf(mask, 'the mask of RSASSA-PSS'), 'the mask of RSASSA-PSS')
  if (oidOf(mgf.any('function')) !== MGF1) throw fault('RSASSA-PSS with a mask other than MGF1')
  const maskDigest = digestOf(mgf.any('digest'))
  mgf.end()
  if (maskDigest.digest !== digest.digest) throw fault('RSASSA-PSS with two different digests')
  const saltLength = integerOf(explicitOf(salt, 'the salt of RSASSA-PSS'), 'the salt of RSASSA-PSS')
  if (saltLength !== BigInt(digest.bytes)) throw fault('RSASSA-PSS with a salt unlike its digest')
  return {
    name: `RSASSA-PSS-${digest.digest.toUpperCase()}`,
    keyTypes: ['rsa', 'rsa-pss'],
    digest: digest.digest,
    saltLength: digest.bytes,
  }
}

/** RFC 4055 §2.1: the digest's parameters are NULL or absent. */
function digestOf(node: DerNode): { readonly digest: string; readonly bytes: number } {
  const fields = new Fields(node, 'the digest of RSASSA-PSS')
  const oid = oidOf(fields.any('identifier'))
  const parameters = fields.rest()
  const digest = PSS_DIGESTS.get(oid)
  if (digest !== undefined && (parameters === null || parameters.tag === TAG.NULL)) return digest
  throw new DerFault('X509_ALGORITHM', `RSASSA-PSS with the digest ${oid}`, node.offset)
}

/**
 * Returns the key to verify signatures of this scheme with; null if OpenSSL cannot read it, or if keys of its kind do not sign in
 * this way.
 */
export function verifyingKey(scheme: SignatureScheme, spki: Uint8Array): KeyObject | null {
  try {
    const key = keyObject(spki)
    return scheme.keyTypes.includes(key.asymmetricKeyType ?? '') ? key : null
  } catch {
    return null
  }
}

/** Returns whether `signature` over `data` was made by this key. False also if OpenSSL cannot read the signature. */
export function isSignatureValid(
  scheme: SignatureScheme,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const padding =
    scheme.saltLength === null
      ? {}
      : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength }
  try {
    return verify(scheme.digest, data, { key, dsaEncoding: 'der', ...padding }, signature)
  } catch {
    return false
  }
}
