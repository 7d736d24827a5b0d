// The port Keys over node:crypto. A private key exists as a KeyObject here and as a Secret<string> on its way to a sink.
import { createPrivateKey, createPublicKey, generateKeyPair, randomInt, sign } from 'node:crypto'
import type { KeyObject, KeyPairKeyObjectResult } from 'node:crypto'
import { promisify } from 'node:util'
import { nullIfThrown } from './system-error.ts'
import { failure } from '../../domain/problem.ts'
import type { PrivateKeySpec } from '../../domain/request/request.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import type { GeneratedKey, Keys } from '../../ports/keys.ts'

const generate = promisify(generateKeyPair)
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const KINDS: readonly string[] = ['rsa', 'ec', 'ed25519']
const CURVES: Readonly<Record<number, string>> = { 256: 'P-256', 384: 'P-384', 521: 'P-521' }

/** The digest each kind of key signs with: as long as the curve; SHA-256 for RSA; Ed25519 has its own. */
const DIGESTS: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
}

export const nodeKeys: Keys = {
  async generate(spec) {
    const { privateKey, publicKey } = await make(spec)
    return wrap(privateKey, publicKey, spec)
  },
  load(pem) {
    const key = readable(pem)
    const encoding = pem.reveal().includes('BEGIN PRIVATE KEY') ? 'PKCS8' : 'PKCS1'
    return wrap(key, createPublicKey(key), { encoding })
  },
  randomId() {
    return Array.from({ length: 20 }, () => BASE32[randomInt(BASE32.length)]).join('')
  },
}

/** OpenSSL's error for a broken key is not passed on: it describes secret text. */
function readable(pem: Secret<string>): KeyObject {
  const key = nullIfThrown(() => createPrivateKey(pem.reveal()))
  const { asymmetricKeyType: kind = '', asymmetricKeyDetails } = key ?? {}
  const isUsable = kind !== 'ec' || Object.hasOwn(DIGESTS, asymmetricKeyDetails?.namedCurve ?? '')
  if (key !== null && KINDS.includes(kind) && isUsable) return key
  throw failure(
    'SINK_KEY_UNREADABLE',
    'the stored private key cannot be read, or is of a kind that countersign does not use',
    'remove tls.key, or set rotationPolicy: Always, and a new key is made',
  )
}

async function make(spec: PrivateKeySpec): Promise<KeyPairKeyObjectResult> {
  if (spec.algorithm === 'Ed25519') return generate('ed25519', {})
  if (spec.algorithm === 'RSA') return generate('rsa', { modulusLength: spec.size ?? 2048 })
  const namedCurve = CURVES[spec.size ?? 256] ?? 'P-256'
  return generate('ec', { namedCurve })
}

function wrap(
  key: KeyObject,
  publicKey: KeyObject,
  spec: Pick<PrivateKeySpec, 'encoding'>,
): GeneratedKey {
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const digest = digestOf(key)
  return {
    pem: new Secret(exported(key, spec.encoding)),
    spki: new Uint8Array(spki),
    sign: data => new Uint8Array(sign(digest, data, { key, dsaEncoding: 'der' })),
  }
}

function digestOf(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null
  if (key.asymmetricKeyType === 'rsa') return 'sha256'
  return DIGESTS[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256'
}

/** PKCS1 means the traditional form of each kind, as in cert-manager: RSA PKCS#1, EC SEC1; Ed25519 has only PKCS#8. */
function exported(key: KeyObject, encoding: PrivateKeySpec['encoding']): string {
  if (encoding === 'PKCS1' && key.asymmetricKeyType === 'rsa')
    return key.export({ type: 'pkcs1', format: 'pem' }).toString()
  if (encoding === 'PKCS1' && key.asymmetricKeyType === 'ec')
    return key.export({ type: 'sec1', format: 'pem' }).toString()
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
