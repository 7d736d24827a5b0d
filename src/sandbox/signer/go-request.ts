// A PKCS#10 request as Go's crypto/x509 reads and verifies it: what it accepts, what it refuses, in its words.
import { constants, createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { DistinguishedName, San } from '../../domain/request/x500.ts'
import { DerFault, readDer } from '../../lib/x509/der.ts'
import type { DerNode } from '../../lib/x509/der.ts'
import { bitStringBytes, oidOf } from '../../lib/x509/der-values.ts'
import { nameFromNode } from '../../lib/x509/x500-name.ts'
import { EXTENSION_OIDS, REQUEST_ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { sansOf } from '../../lib/x509/general-names.ts'

export interface GoRequest {
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
}

/** Go's error text. */
export class RequestFault extends Error {}

const LIMIT = 1024 * 1024

/** Reads and verifies; throws RequestFault. */
export function readGoRequest(der: Uint8Array): GoRequest {
  const [info, algorithm, signature] = topLevel(der).children
  const [, subject, spki, attributes] = info?.children ?? []
  if (!info || !algorithm || !signature || !subject || !spki) {
    throw new RequestFault("asn1: structure error: tags don't match")
  }
  try {
    const request = {
      subject: nameFromNode(subject),
      sans: requestedSans(attributes),
      spki: Uint8Array.from(spki.bytes),
    }
    checkSignature(info.bytes, algorithm, bitStringBytes(signature, 'the signature'), spki.bytes)
    return request
  } catch (error) {
    if (!(error instanceof DerFault)) throw error
    throw new RequestFault(`x509: ${error.message}`, { cause: error })
  }
}

function topLevel(der: Uint8Array): DerNode {
  if (der.length === 0) throw new RequestFault('asn1: syntax error: sequence truncated')
  try {
    return readDer(der, { maximumBytes: LIMIT })
  } catch (error) {
    if (!(error instanceof DerFault)) throw error
    const isTrailing = error.message.includes('follow the end')
    const text = isTrailing ? 'trailing data' : 'data truncated'
    throw new RequestFault(`asn1: syntax error: ${text}`, { cause: error })
  }
}

function requestedSans(attributes: DerNode | undefined): readonly San[] {
  const lists = (attributes?.children ?? []).filter(
    item =>
      item.children[0] !== undefined &&
      oidOf(item.children[0]) === REQUEST_ATTRIBUTE_OIDS.extensionRequest,
  )
  const extensions = lists.flatMap(item => item.children[1]?.children[0]?.children ?? [])
  const oids = extensions.map(item => (item.children[0] ? oidOf(item.children[0]) : ''))
  if (new Set(oids).size < oids.length) {
    throw new RequestFault('x509: certificate request contains duplicate requested extensions')
  }
  const value = extensions[oids.indexOf(EXTENSION_OIDS.subjectAltName)]?.children.at(-1)
  if (value === undefined) return []
  const names = readDer(value.content, { maximumBytes: LIMIT })
  const address = names.children.find(
    name => name.tag === 0x87 && ![4, 16].includes(name.content.length),
  )
  if (address !== undefined) {
    throw new RequestFault(`x509: cannot parse IP address of length ${address.content.length}`)
  }
  return sansOf(names)
}

interface SignatureAlgorithm {
  readonly key: 'rsa' | 'ec' | 'ed25519'
  readonly hash: string | null
  readonly isPss?: boolean
}

const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.5': { key: 'rsa', hash: 'sha1' },
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' },
  '1.2.840.113549.1.1.10': { key: 'rsa', hash: 'sha256', isPss: true },
  '1.2.840.10045.4.1': { key: 'ec', hash: 'sha1' },
  '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
  '1.3.101.112': { key: 'ed25519', hash: null },
}

const MD5_WITH_RSA = '1.2.840.113549.1.1.4'
const PSS_HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

const CURVES = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1']

function checkSignature(
  signed: Uint8Array,
  identifier: DerNode,
  signature: Uint8Array,
  spki: Uint8Array,
): void {
  const key = publicKey(spki)
  const [oid, parameters] = identifier.children
  const dotted = oid === undefined ? '' : oidOf(oid)
  if (dotted === MD5_WITH_RSA) {
    throw new RequestFault('x509: cannot verify signature: insecure algorithm MD5-RSA')
  }
  const algorithm = ALGORITHMS[dotted]
  if (algorithm === undefined) throw unimplemented()
  if (key.asymmetricKeyType !== algorithm.key) throw mismatch(algorithm.key, key)
  const hash = algorithm.isPss === true ? pssHash(parameters) : algorithm.hash
  const padding =
    algorithm.isPss === true ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  const options = algorithm.key === 'rsa' ? { key, padding } : { key }
  if (!verify(hash, signed, options, signature)) throw forged(algorithm.key)
}

function unimplemented(): RequestFault {
  return new RequestFault('x509: cannot verify signature: algorithm unimplemented')
}

function mismatch(expected: string, key: KeyObject): RequestFault {
  const kind = key.asymmetricKeyType ?? 'unknown'
  const text = `x509: signature algorithm specifies an ${expected} public key, but have public key of type ${kind}`
  return new RequestFault(text)
}

function forged(key: SignatureAlgorithm['key']): RequestFault {
  if (key === 'rsa') return new RequestFault('crypto/rsa: verification error')
  return new RequestFault(`x509: ${key === 'ec' ? 'ECDSA' : 'Ed25519'} verification failure`)
}

function pssHash(parameters: DerNode | undefined): string {
  const hash = parameters?.children.find(item => item.tag === 0xa0)?.children[0]?.children[0]
  const name = hash === undefined ? undefined : PSS_HASHES[oidOf(hash)]
  if (name === undefined) throw unimplemented()
  return name
}

function publicKey(spki: Uint8Array): KeyObject {
  const key = keyOf(spki)
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'ec' && !CURVES.includes(details?.namedCurve ?? '')) {
    throw new RequestFault('x509: unsupported elliptic curve')
  }
  const bits = details?.modulusLength
  if (bits !== undefined && bits < 1024) {
    const page = 'https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size'
    throw new RequestFault(`crypto/rsa: ${bits}-bit keys are insecure (see ${page})`)
  }
  return key
}

function keyOf(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch (error) {
    throw new RequestFault('x509: unsupported elliptic curve', { cause: error })
  }
}
