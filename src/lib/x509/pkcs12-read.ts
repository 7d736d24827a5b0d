// The reader of keystores with modern algorithms: ours, and those that OpenSSL 3, Java 17 and Go write by default.
import { timingSafeEqual } from 'node:crypto'
import type { Checked } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { DerFault, readDer, readingDer, TAG } from './der.ts'
import type { DerNode } from './der.ts'
import { explicitOf, Fields, insideOctets, integerOf, oidOf, requireTag } from './der-values.ts'
import { decryptPbes2, iterationsOf, macOf, PKCS12_OIDS, requireOid } from './pkcs12-crypto.ts'

export interface OpenedKeystore {
  /** DER of the PKCS#8 private key, null if there is none. */
  readonly key: Secret<Uint8Array> | null
  /** DER, in the order of the file. */
  readonly certificates: readonly Uint8Array[]
}

const MOST_BYTES = 1024 * 1024

/**
 * Returns the key and the certificates of a keystore of at most 1 MiB. The MAC is checked before anything inside is read. Refuses
 * with X509_PASSWORD for another password or a changed file, X509_ALGORITHM for another version or algorithm or for a second key,
 * X509_DER or X509_STRUCTURE for another form.
 */
export function readKeystore(file: Uint8Array, password: Secret<string>): Checked<OpenedKeystore> {
  return readingDer('the keystore', () => {
    const outer = new Fields(readDer(file, { maximumBytes: MOST_BYTES }), 'a PFX')
    const version = outer.any('version')
    if (integerOf(version, 'version') !== 3n)
      throw new DerFault('X509_ALGORITHM', 'another version than 3', version.offset)
    const content = dataOf(outer.any('authSafe'))
    checkMac(content, outer.any('macData'), password)
    outer.end()
    const bags = insideOctets(content, 'authSafe').children.flatMap(safe => bagsOf(safe, password))
    const keys = bags.flatMap(bag => keyOf(bag, password))
    if (keys.length > 1)
      throw new DerFault('X509_ALGORITHM', 'more than one private key', content.offset)
    return { key: keys[0] ?? null, certificates: bags.flatMap(certificateOf) }
  })
}

function checkMac(content: DerNode, macData: DerNode, password: Secret<string>): void {
  const fields = new Fields(macData, 'macData')
  const digestInfo = new Fields(fields.any('mac'), 'DigestInfo')
  requireOid(new Fields(digestInfo.any('digestAlgorithm'), 'digest'), PKCS12_OIDS.sha256, 'SHA-256')
  const expected = digestInfo.next(TAG.OCTET_STRING, 'digest').content
  const salt = fields.next(TAG.OCTET_STRING, 'macSalt').content
  const iterations = iterationsOf(fields.any('iterations'))
  const found = macOf(content.content, password, salt, iterations)
  if (expected.length === found.length && timingSafeEqual(expected, found)) return
  throw new DerFault(
    'X509_PASSWORD',
    'its checksum (MAC) does not match the password',
    macData.offset,
  )
}

/** Returns the OCTET STRING of a ContentInfo of type data. */
function dataOf(info: DerNode): DerNode {
  const fields = new Fields(info, 'ContentInfo')
  requireOid(fields, PKCS12_OIDS.data, 'data')
  return requireTag(explicitOf(fields.any('content'), 'content'), TAG.OCTET_STRING, 'data')
}

function bagsOf(safe: DerNode, password: Secret<string>): readonly DerNode[] {
  const [type] = safe.children
  if (type === undefined || oidOf(type) !== PKCS12_OIDS.encryptedData)
    return insideOctets(dataOf(safe), 'SafeContents').children
  const fields = new Fields(safe, 'ContentInfo')
  fields.any('contentType')
  const whole = new Fields(explicitOf(fields.any('content'), 'content'), 'EncryptedData')
  whole.any('version')
  const content = new Fields(whole.any('encryptedContentInfo'), 'EncryptedContentInfo')
  requireOid(content, PKCS12_OIDS.data, 'data')
  const algorithm = content.any('algorithm')
  const bytes = content.next(0x80, 'encryptedContent').content
  return readDer(decryptPbes2(algorithm, bytes, password), { maximumBytes: MOST_BYTES }).children
}

function keyOf(bag: DerNode, password: Secret<string>): readonly Secret<Uint8Array>[] {
  const { type, value } = bagOf(bag)
  if (type === PKCS12_OIDS.keyBag) return [new Secret(value.bytes)]
  if (type !== PKCS12_OIDS.shroudedKeyBag) return []
  const fields = new Fields(value, 'EncryptedPrivateKeyInfo')
  const algorithm = fields.any('algorithm')
  const { content } = fields.next(TAG.OCTET_STRING, 'encryptedData')
  return [new Secret(decryptPbes2(algorithm, content, password))]
}

function certificateOf(bag: DerNode): readonly Uint8Array[] {
  const { type, value } = bagOf(bag)
  if (type !== PKCS12_OIDS.certBag) return []
  const fields = new Fields(value, 'CertBag')
  if (oidOf(fields.any('certId')) !== PKCS12_OIDS.x509Certificate) return []
  const certificate = explicitOf(fields.any('certValue'), 'certValue')
  return [requireTag(certificate, TAG.OCTET_STRING, 'a certificate').content]
}

function bagOf(bag: DerNode): { readonly type: string; readonly value: DerNode } {
  const fields = new Fields(bag, 'SafeBag')
  const type = oidOf(fields.any('bagId'))
  return { type, value: explicitOf(fields.any('bagValue'), 'bagValue') }
}
