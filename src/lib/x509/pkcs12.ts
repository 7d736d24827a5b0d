// The writer of keystores (RFC 7292): a key with its chain, or trusted certificates, encrypted and sealed with one password.
import { hash } from 'node:crypto'
import { Secret } from '../../domain/request/secret-value.ts'
import {
  context,
  contextPrimitive,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  set,
  tlv,
} from './der-write.ts'
import { encryptPbes2, ITERATIONS, macOf, PKCS12_OIDS, SALT_BYTES } from './pkcs12-crypto.ts'
import type { RandomBytes } from './pkcs12-crypto.ts'
import { TAG } from './der.ts'

export interface Keystore {
  /** DER of the PKCS#8 private key. */
  readonly key: Secret<Uint8Array>
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[]
  /** The alias that tools list the key under. */
  readonly name: string
}

/**
 * Returns the DER of a keystore. The password encrypts the contents, and its MAC reveals changes. The bytes differ with each call,
 * because salts come from `random`.
 */
export function writeKeystore(
  { key, chain, name }: Keystore,
  password: Secret<string>,
  random: RandomBytes,
): Secret<Uint8Array> {
  const [leaf = new Uint8Array()] = chain
  const attributes = set(friendlyName(name), localKeyId(leaf))
  const { algorithm, bytes } = encryptPbes2(key.reveal(), password, random)
  const keyBag = sequence(
    oid(PKCS12_OIDS.shroudedKeyBag),
    context(0, sequence(algorithm, octetString(bytes))),
    attributes,
  )
  const certificates = chain.map((der, index) =>
    index === 0 ? certBag(der, attributes) : certBag(der),
  )
  const safes = [encrypted(certificates, password, random), data(sequence(keyBag))]
  return new Secret(sealed(safes, password, random))
}

/**
 * Returns the DER of a keystore with certificates alone, which Java and Go use as trust anchors. The aliases are `name`, `name-1`
 * and so on.
 */
export function writeTruststore(
  certificates: readonly Uint8Array[],
  name: string,
  password: Secret<string>,
  random: RandomBytes,
): Uint8Array {
  const bags = certificates.map((der, index) => {
    const called = friendlyName(index === 0 ? name : `${name}-${index}`)
    const trusted = attribute(PKCS12_OIDS.javaTrustedKeyUsage, oid(PKCS12_OIDS.anyExtendedKeyUsage))
    return certBag(der, set(called, trusted))
  })
  return sealed([encrypted(bags, password, random)], password, random)
}

function certBag(der: Uint8Array, attributes: Uint8Array = new Uint8Array()): Uint8Array {
  const certificate = sequence(oid(PKCS12_OIDS.x509Certificate), context(0, octetString(der)))
  return sequence(oid(PKCS12_OIDS.certBag), context(0, certificate), attributes)
}

/** The key and its certificate carry the same value; only equality matters. */
function localKeyId(leaf: Uint8Array): Uint8Array {
  return attribute(PKCS12_OIDS.localKeyId, octetString(hash('sha256', leaf, 'buffer')))
}

function friendlyName(name: string): Uint8Array {
  return attribute(PKCS12_OIDS.friendlyName, tlv(TAG.BMP, Buffer.from(name, 'utf16le').swap16()))
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), set(value))
}

function data(content: Uint8Array): Uint8Array {
  return sequence(oid(PKCS12_OIDS.data), context(0, octetString(content)))
}

function encrypted(
  bags: readonly Uint8Array[],
  password: Secret<string>,
  random: RandomBytes,
): Uint8Array {
  const { algorithm, bytes } = encryptPbes2(sequence(...bags), password, random)
  const content = sequence(oid(PKCS12_OIDS.data), algorithm, contextPrimitive(0, bytes))
  return sequence(oid(PKCS12_OIDS.encryptedData), context(0, sequence(integer(0), content)))
}

function sealed(
  safes: readonly Uint8Array[],
  password: Secret<string>,
  random: RandomBytes,
): Uint8Array {
  const content = sequence(...safes)
  const salt = random(SALT_BYTES)
  const mac = sequence(
    sequence(oid(PKCS12_OIDS.sha256), nullValue()),
    octetString(macOf(content, password, salt, ITERATIONS)),
  )
  return sequence(integer(3), data(content), sequence(mac, octetString(salt), integer(ITERATIONS)))
}
