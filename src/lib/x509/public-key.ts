// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 3279, RFC 5480, RFC 8410): DER in, kind and strength out.
import { hash, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { PublicKey } from '../../domain/cluster/certificate.ts'
import type { Checked } from '../../domain/problem.ts'
import { DerFault, readDer, readingDer, TAG } from './der.ts'
import type { DerNode } from './der.ts'
import { bitStringBytes, Fields, integerOf, oidOf } from './der-values.ts'
import { keepingNewest } from './newest-results.ts'

interface Kind {
  readonly algorithm: string
  readonly size: number | null
}

interface Reading {
  readonly parameters: DerNode | null
  readonly key: Uint8Array
  /** Offset of the first byte of `key`. */
  readonly offset: number
}

const KINDS: ReadonlyMap<string, (reading: Reading) => Kind> = new Map([
  ['1.2.840.113549.1.1.1', rsa],
  ['1.2.840.10045.2.1', elliptic],
  ['1.3.101.112', ed25519],
  ['1.3.101.113', () => ({ algorithm: 'Ed448', size: null })],
  ['1.3.101.110', () => ({ algorithm: 'X25519', size: null })],
  ['1.3.101.111', () => ({ algorithm: 'X448', size: null })],
  ['1.2.840.113549.1.1.10', () => ({ algorithm: 'RSA-PSS', size: null })],
  ['1.2.840.10040.4.1', () => ({ algorithm: 'DSA', size: null })],
])

const CURVES: ReadonlyMap<string, Kind> = new Map([
  ['1.2.840.10045.3.1.7', { algorithm: 'ECDSA', size: 256 }],
  ['1.3.132.0.34', { algorithm: 'ECDSA', size: 384 }],
  ['1.3.132.0.35', { algorithm: 'ECDSA', size: 521 }],
  // Other curves keep their own names, so that no rule takes them for one of the above.
  ['1.3.132.0.33', { algorithm: 'secp224r1', size: 224 }],
  ['1.3.132.0.10', { algorithm: 'secp256k1', size: 256 }],
  ['1.2.840.10045.3.1.1', { algorithm: 'secp192r1', size: 192 }],
  ['1.3.36.3.3.2.8.1.1.7', { algorithm: 'brainpoolP256r1', size: 256 }],
  ['1.3.36.3.3.2.8.1.1.11', { algorithm: 'brainpoolP384r1', size: 384 }],
  ['1.3.36.3.3.2.8.1.1.13', { algorithm: 'brainpoolP512r1', size: 512 }],
])

/**
 * Returns the kind and size (bits) of the key in a SubjectPublicKeyInfo. RSA, ECDSA (P-256, P-384, P-521) and Ed25519 are checked
 * to be usable keys; any other kind is only named, for a rule to refuse. Refuses with X509_DER, X509_STRUCTURE, or X509_ALGORITHM
 * for explicit curve parameters, a compressed point or one that is not on its curve, and an RSA modulus or exponent that cannot be
 * used.
 */
export function readPublicKey(spki: Uint8Array): Checked<PublicKey> {
  return readingDer('the public key', () => publicKeyOf(readDer(Uint8Array.from(spki))))
}

/** Returns the same for a node of a larger structure. Throws DerFault with the codes of `readPublicKey`. */
export function publicKeyOf(node: DerNode): PublicKey {
  const fields = new Fields(node, 'the public key')
  const algorithm = new Fields(fields.any('algorithm'), 'the algorithm of the public key')
  const oid = oidOf(algorithm.any('identifier'), 'the identifier of the key algorithm')
  const parameters = algorithm.rest()
  const bits = fields.next(TAG.BIT_STRING, 'key (a BIT STRING)')
  fields.end()
  const key = bitStringBytes(bits, 'the public key')
  const kind = KINDS.get(oid)?.({ parameters, key, offset: bits.contentOffset + 1 })
  if (kind?.algorithm === 'ECDSA') requirePoint(node)
  const sha256 = hash('sha256', node.bytes)
  return { algorithm: kind?.algorithm ?? oid, size: kind?.size ?? null, spki: node.bytes, sha256 }
}

/** OpenSSL's OPENSSL_RSA_MAX_MODULUS_BITS. */
const MAX_RSA_BITS = 16384

/** RFC 3279 §2.3.1: NULL parameters, two positive integers. No signature can be made with an exponent of 1 or an even one. */
function rsa({ parameters, key, offset }: Reading): Kind {
  requireNull(parameters, 'the RSA key', offset)
  const fields = new Fields(readDer(key, { offset }), 'the RSA key')
  const modulus = integerOf(fields.any('modulus'), 'the RSA modulus')
  const exponent = integerOf(fields.any('exponent'), 'the RSA exponent')
  fields.end()
  if (modulus <= 0n || modulus % 2n === 0n) {
    throw new DerFault('X509_ALGORITHM', 'the RSA modulus is not a positive odd number', offset)
  }
  // Go's crypto/rsa takes 31 bits at most, so a larger exponent would fail in the cluster.
  if (exponent < 3n || exponent % 2n === 0n || exponent >= 2n ** 31n) {
    throw new DerFault('X509_ALGORITHM', 'the RSA exponent is not an odd number of 31 bits', offset)
  }
  const size = modulus.toString(2).length
  if (size > MAX_RSA_BITS) {
    throw new DerFault(
      'X509_ALGORITHM',
      `an RSA key of ${size} bits, more than OpenSSL reads`,
      offset,
    )
  }
  return { algorithm: 'RSA', size }
}

function requireNull(parameters: DerNode | null, what: string, offset: number): void {
  if (parameters?.tag === TAG.NULL) return
  throw new DerFault('X509_ALGORITHM', `${what} lacks its NULL parameters`, offset)
}

/** RFC 5480 §2.1.1 and §2.2: a named curve, and the uncompressed point that every implementation reads. */
function elliptic({ parameters, key, offset }: Reading): Kind {
  if (parameters?.tag !== TAG.OID) {
    const hint = 'make the key on a named curve (openssl: -pkeyopt ec_param_enc:named_curve)'
    throw new DerFault('X509_ALGORITHM', 'the curve of the key is not named', offset, hint)
  }
  const oid = oidOf(parameters)
  const kind = CURVES.get(oid)
  if (kind === undefined) return { algorithm: `EC ${oid}`, size: null }
  if (key[0] === 4 && key.length === 1 + 2 * Math.ceil((kind.size ?? 0) / 8)) return kind
  const hint = 'write the point uncompressed (openssl: -conv_form uncompressed)'
  throw new DerFault('X509_ALGORITHM', 'the key is not an uncompressed curve point', offset, hint)
}

function ed25519({ parameters, key, offset }: Reading): Kind {
  if (parameters !== null || key.length !== 32) {
    throw new DerFault(
      'X509_ALGORITHM',
      'the Ed25519 key is not 32 bytes without parameters',
      offset,
    )
  }
  return { algorithm: 'Ed25519', size: null }
}

/** OpenSSL refuses points that are not on the curve. */
function requirePoint(node: DerNode): void {
  try {
    keyObject(node.bytes)
  } catch {
    throw new DerFault('X509_ALGORITHM', 'the key is not a point on its curve', node.offset)
  }
}

/** A CA is read with each certificate that it signed, and the key of a new certificate with its request, too. */
const KEYS_KEPT = 64

const fromLatin1 = keepingNewest(KEYS_KEPT, spki =>
  createPublicKey({ key: Buffer.from(spki, 'latin1'), type: 'spki', format: 'der' }),
)

/** Returns the key as node:crypto uses it. Throws if OpenSSL cannot read it. */
export function keyObject(spki: Uint8Array): KeyObject {
  return fromLatin1(Buffer.from(spki).toString('latin1'))
}
