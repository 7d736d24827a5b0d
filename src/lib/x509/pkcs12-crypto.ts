// The encryption and the MAC of keystores (RFC 7292, RFC 8018): PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC, and the key
// derivation of the MAC.
import { createCipheriv, createDecipheriv, createHmac, hash, pbkdf2Sync } from 'node:crypto'
import type { Secret } from '../../domain/request/secret-value.ts'
import { DerFault } from './der.ts'
import type { DerNode } from './der.ts'
import { Fields, integerOf, oidOf } from './der-values.ts'
import { integer, nullValue, octetString, oid, sequence } from './der-write.ts'

export const PKCS12_OIDS = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  /** Oracle's attribute. Without it, Java does not use a certificate of a keystore as a trust anchor. */
  javaTrustedKeyUsage: '2.16.840.1.113894.746875.1.1',
  anyExtendedKeyUsage: '2.5.29.37.0',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha256: '1.2.840.113549.2.9',
  sha256: '2.16.840.1.101.3.4.2.1',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
} as const

/** About five times OpenSSL's default, about 10 ms. More would only slow down those who have the password. */
export const ITERATIONS = 10_000
/** A file from elsewhere may ask for minutes of work. */
const MOST_ITERATIONS = 1_000_000
const KEY_BYTES = 32
const BLOCK_BYTES = 16
export const SALT_BYTES = 16

/** Returns `length` unpredictable bytes. */
export type RandomBytes = (length: number) => Uint8Array

/** `algorithm` is the DER of a whole AlgorithmIdentifier, `bytes` is the ciphertext. */
export interface Encrypted {
  readonly algorithm: Uint8Array
  readonly bytes: Uint8Array
}

/** Returns `plain` encrypted with PBES2 (RFC 8018 §6.2), under a new salt and a new initialization vector from `random`. */
export function encryptPbes2(
  plain: Uint8Array,
  password: Secret<string>,
  random: RandomBytes,
): Encrypted {
  const [salt, iv] = [random(SALT_BYTES), random(BLOCK_BYTES)]
  const cipher = createCipheriv('aes-256-cbc', derive(password, salt, ITERATIONS), iv)
  const derivation = sequence(
    oid(PKCS12_OIDS.pbkdf2),
    sequence(
      octetString(salt),
      integer(ITERATIONS),
      integer(KEY_BYTES),
      sequence(oid(PKCS12_OIDS.hmacWithSha256), nullValue()),
    ),
  )
  const encryption = sequence(oid(PKCS12_OIDS.aes256Cbc), octetString(iv))
  return {
    algorithm: sequence(oid(PKCS12_OIDS.pbes2), sequence(derivation, encryption)),
    bytes: Buffer.concat([cipher.update(plain), cipher.final()]),
  }
}

/**
 * Returns what `encryptPbes2` encrypted. Throws DerFault: X509_ALGORITHM for another algorithm or too many iterations,
 * X509_STRUCTURE for parameters of another structure, X509_PASSWORD if it cannot be decrypted.
 */
export function decryptPbes2(
  algorithm: DerNode,
  bytes: Uint8Array,
  password: Secret<string>,
): Uint8Array {
  const { salt, iterations, iv } = parametersOf(algorithm)
  try {
    const decipher = createDecipheriv('aes-256-cbc', derive(password, salt, iterations), iv)
    return Buffer.concat([decipher.update(bytes), decipher.final()])
  } catch {
    throw new DerFault('X509_PASSWORD', 'the password opens nothing', algorithm.offset)
  }
}

interface Parameters {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly iv: Uint8Array
}

function parametersOf(algorithm: DerNode): Parameters {
  const outer = new Fields(algorithm, 'the encryption algorithm')
  requireOid(outer, PKCS12_OIDS.pbes2, 'PBES2')
  const both = new Fields(outer.any('parameters'), 'PBES2-params')
  const derivation = new Fields(both.any('keyDerivationFunc'), 'keyDerivationFunc')
  requireOid(derivation, PKCS12_OIDS.pbkdf2, 'PBKDF2')
  const given = new Fields(derivation.any('parameters'), 'PBKDF2-params')
  const salt = given.next(0x04, 'salt').content
  const iterations = iterationsOf(given.any('iterationCount'))
  given.optional(0x02)
  requireOid(new Fields(given.any('prf'), 'prf'), PKCS12_OIDS.hmacWithSha256, 'HMAC-SHA-256')
  const encryption = new Fields(both.any('encryptionScheme'), 'encryptionScheme')
  requireOid(encryption, PKCS12_OIDS.aes256Cbc, 'AES-256-CBC')
  return { salt, iterations, iv: encryption.next(0x04, 'the initialization vector').content }
}

/**
 * Takes the next field, which must be this OID. Throws DerFault X509_ALGORITHM for another one, X509_STRUCTURE if there is none;
 * `name` is for the message.
 */
export function requireOid(fields: Fields, expected: string, name: string): void {
  const node = fields.any('an algorithm')
  const found = oidOf(node)
  if (found === expected) return
  throw new DerFault('X509_ALGORITHM', `${found} is not ${name}, the one that is read`, node.offset)
}

/**
 * Returns an iteration count from 1 to 1,000,000. Throws DerFault X509_ALGORITHM for any other number: a file from elsewhere may
 * ask for minutes of work.
 */
export function iterationsOf(node: DerNode): number {
  const count = Number(integerOf(node, 'iterations'))
  if (count >= 1 && count <= MOST_ITERATIONS) return count
  throw new DerFault('X509_ALGORITHM', `${count} iterations`, node.offset)
}

/** Returns 32 bytes: HMAC-SHA-256 with a key that is derived by RFC 7292 appendix B. */
export function macOf(
  content: Uint8Array,
  password: Secret<string>,
  salt: Uint8Array,
  iterations: number,
): Uint8Array {
  return createHmac('sha256', macKey(password, salt, iterations))
    .update(content)
    .digest()
}

function derive(password: Secret<string>, salt: Uint8Array, iterations: number): Uint8Array {
  return pbkdf2Sync(password.reveal(), salt, iterations, KEY_BYTES, 'sha256')
}

/** Block of SHA-256 in bytes. Its digest is as long as the key, so one round of RFC 7292 B.2 is enough. */
const HASH_BLOCK = 64
const PURPOSE_MAC = 3

function macKey(password: Secret<string>, salt: Uint8Array, iterations: number): Uint8Array {
  const text = Buffer.from(`${password.reveal()}\0`, 'utf16le').swap16()
  const purpose = Buffer.alloc(HASH_BLOCK, PURPOSE_MAC)
  let key: Uint8Array = Buffer.concat([purpose, filled(salt), filled(text)])
  for (let round = 0; round < iterations; round += 1) key = hash('sha256', key, 'buffer')
  return key
}

function filled(bytes: Uint8Array): Uint8Array {
  const length = Math.ceil(bytes.length / HASH_BLOCK) * HASH_BLOCK
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0)
}
