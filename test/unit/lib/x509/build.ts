// Keys, requests and certificates made while the tests run; no key is stored in the repository.
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { San } from '../../../../src/domain/request/x500.ts'
import type { Checked, Problem } from '../../../../src/domain/problem.ts'
import {
  bitString,
  context,
  integer,
  oid,
  sequence,
  set,
  time,
} from '../../../../src/lib/x509/der-write.ts'
import { attribute, encodeName } from '../../../../src/lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../../src/lib/x509/oids.ts'
import { signatureAlgorithmFor, writePkcs10 } from '../../../../src/lib/x509/pkcs10-write.ts'
import { readPublicKey } from '../../../../src/lib/x509/public-key.ts'

export interface TestKey {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
  readonly sign: (data: Uint8Array) => Uint8Array
}

export function testKey(kind: string): TestKey {
  return wrapKey(makeKey(kind))
}

function makeKey(kind: string): KeyObject {
  const [name, size] = kind.split('-')
  if (name === 'RSA') {
    return generateKeyPairSync('rsa', { modulusLength: Number(size) }).privateKey
  }
  if (name === 'P') return generateKeyPairSync('ec', { namedCurve: kind }).privateKey
  if (name === 'Ed448') return generateKeyPairSync('ed448').privateKey
  if (name === 'Ed25519') return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('ec', { namedCurve: kind }).privateKey
}

const DIGESTS = new Map([
  ['secp384r1', 'sha384'],
  ['secp521r1', 'sha512'],
])

export function wrapKey(privateKey: KeyObject): TestKey {
  const spki = new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
  return {
    privateKey,
    spki,
    sign(data) {
      const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey
      const curve = DIGESTS.get(details?.namedCurve ?? '')
      const digest = type === 'ed25519' ? null : (curve ?? 'sha256')
      return new Uint8Array(sign(digest, data, { key: privateKey, dsaEncoding: 'der' }))
    },
  }
}

const OIDS: ReadonlyMap<string, string> = new Map(Object.entries(ATTRIBUTE_OIDS))

/** `CN=jane`, `O=developers` …; one RDN each. */
export function named(...parts: readonly string[]) {
  return parts.map(part => {
    const [name = '', ...rest] = part.split('=')
    return [attribute(OIDS.get(name) ?? name, rest.join('='))]
  })
}

interface RequestParts {
  readonly key?: TestKey
  readonly subject?: ReturnType<typeof named>
  readonly sans?: readonly San[]
  readonly keyUsage?: readonly string[]
  readonly extendedKeyUsage?: readonly string[]
}

const SHARED_KEY = testKey('P-256')

export function request(parts: RequestParts = {}): Uint8Array {
  const key = parts.key ?? SHARED_KEY
  return writePkcs10({
    subject: parts.subject ?? named('CN=jane', 'O=developers'),
    sans: parts.sans ?? [],
    keyUsage: parts.keyUsage ?? [],
    extendedKeyUsage: parts.extendedKeyUsage ?? [],
    spki: key.spki,
    sign: data => key.sign(data),
  })
}

interface RawRequest {
  readonly key?: TestKey
  readonly version?: Uint8Array
  readonly subject?: Uint8Array
  readonly spki?: Uint8Array
  /** The contents of [0]; null leaves the field out. */
  readonly attributes?: readonly Uint8Array[] | null
  readonly more?: readonly Uint8Array[]
  readonly algorithm?: Uint8Array
  readonly sign?: (data: Uint8Array) => Uint8Array
}

/** A request of any shape, correctly signed by default. */
export function rawRequest(raw: RawRequest): Uint8Array {
  const key = raw.key ?? SHARED_KEY
  const attributes = raw.attributes === null ? [] : [context(0, ...(raw.attributes ?? []))]
  const info = sequence(
    raw.version ?? integer(0),
    raw.subject ?? encodeName(named('CN=jane')),
    raw.spki ?? key.spki,
    ...attributes,
    ...(raw.more ?? []),
  )
  const algorithm = raw.algorithm ?? signatureAlgorithmFor(valueOf(readPublicKey(key.spki)))
  return sequence(info, algorithm, bitString((raw.sign ?? key.sign)(info)))
}

/** A request for these extensions, correctly signed. */
export function requestFor(...extensions: readonly Uint8Array[]): Uint8Array {
  return rawRequest({ attributes: [extensionRequest(sequence(...extensions))] })
}

export function extensionRequest(...values: readonly Uint8Array[]): Uint8Array {
  return sequence(oid('1.2.840.113549.1.9.14'), set(...values))
}

interface CertificateParts {
  readonly key?: TestKey
  readonly signer?: TestKey
  readonly subject?: Uint8Array
  readonly issuer?: Uint8Array
  readonly serial?: Uint8Array
  readonly version?: readonly Uint8Array[]
  readonly validity?: Uint8Array
  readonly extensions?: readonly Uint8Array[]
  readonly more?: readonly Uint8Array[]
  readonly innerAlgorithm?: Uint8Array
  readonly algorithm?: Uint8Array
  readonly sign?: (data: Uint8Array) => Uint8Array
}

export function certificate(parts: CertificateParts = {}): Uint8Array {
  const signer = parts.signer ?? SHARED_KEY
  const algorithm = parts.algorithm ?? signatureAlgorithmFor(valueOf(readPublicKey(signer.spki)))
  const tbs = sequence(
    ...(parts.version ?? [context(0, integer(2))]),
    parts.serial ?? integer(4711),
    parts.innerAlgorithm ?? algorithm,
    parts.issuer ?? encodeName(named('CN=ca')),
    parts.validity ??
      sequence(time(new Date('2030-01-01T00:00:00Z')), time(new Date('2031-01-01T00:00:00Z'))),
    parts.subject ?? encodeName(named('CN=jane')),
    (parts.key ?? SHARED_KEY).spki,
    ...(parts.extensions === undefined ? [] : [context(3, sequence(...parts.extensions))]),
    ...(parts.more ?? []),
  )
  return sequence(tbs, algorithm, bitString((parts.sign ?? signer.sign)(tbs)))
}

export function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

export function valueOf<T>(read: Checked<T>): T {
  if (read.ok) return read.value
  throw new Error(read.problems.map(({ code, message }) => `${code}: ${message}`).join('\n'))
}

export function problemOf(read: Checked<unknown>): Problem {
  if (read.ok) throw new Error('it was not refused')
  return read.problems[0]
}
