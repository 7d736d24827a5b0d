import { createPublicKey, verify } from 'node:crypto'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import type { PrivateKeySpec } from '../../../../src/domain/request/request.ts'
import { CountersignError } from '../../../../src/domain/problem.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'

function spec(changes: Partial<PrivateKeySpec>): PrivateKeySpec {
  return { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always', ...changes }
}

const KINDS: readonly [string, Partial<PrivateKeySpec>, string, object][] = [
  ['RSA 2048', { algorithm: 'RSA', size: 2048 }, 'PRIVATE KEY', { modulusLength: 2048 }],
  ['RSA without a size', { algorithm: 'RSA', size: null }, 'PRIVATE KEY', { modulusLength: 2048 }],
  [
    'RSA 3072 as PKCS1',
    { algorithm: 'RSA', size: 3072, encoding: 'PKCS1' },
    'RSA PRIVATE KEY',
    { modulusLength: 3072 },
  ],
  ['ECDSA 256', {}, 'PRIVATE KEY', { namedCurve: 'prime256v1' }],
  ['ECDSA 384', { size: 384 }, 'PRIVATE KEY', { namedCurve: 'secp384r1' }],
  [
    'ECDSA 521 as PKCS1 (SEC 1)',
    { size: 521, encoding: 'PKCS1' },
    'EC PRIVATE KEY',
    { namedCurve: 'secp521r1' },
  ],
  ['Ed25519', { algorithm: 'Ed25519', size: null }, 'PRIVATE KEY', {}],
  [
    'Ed25519, which has no PKCS1',
    { algorithm: 'Ed25519', size: null, encoding: 'PKCS1' },
    'PRIVATE KEY',
    {},
  ],
]

const DATA = new TextEncoder().encode('a CertificationRequestInfo')

describe('a generated key', () => {
  test.each(KINDS)(
    '%s is generated, signs, and is the same when it is loaded again',
    async (...row) => {
      const [, changes, label, details] = row
      const made = await nodeKeys.generate(spec(changes))
      expect(made.pem.reveal()).toMatch(new RegExp(`^-----BEGIN ${label}-----\n`))
      const loaded = nodeKeys.load(made.pem)
      expect(loaded.pem.reveal()).toBe(made.pem.reveal())
      expect(loaded.spki).toEqual(made.spki)
      const publicKey = createPublicKey({
        key: Buffer.from(made.spki),
        type: 'spki',
        format: 'der',
      })
      expect(publicKey.asymmetricKeyDetails).toMatchObject(details)
      const size = changes.size ?? 256
      const digest = { 384: 'sha384', 521: 'sha512' }[size] ?? 'sha256'
      const hash = changes.algorithm === 'Ed25519' ? null : digest
      for (const key of [made, loaded])
        expect(verify(hash, DATA, publicKey, key.sign(DATA))).toBe(true)
    },
  )

  test('a generated key is another one each time', async () => {
    const [one, other] = [await nodeKeys.generate(spec({})), await nodeKeys.generate(spec({}))]
    expect(one.spki).not.toEqual(other.spki)
  })

  test('a generated key is not printed', async () => {
    const made = await nodeKeys.generate(spec({}))
    expect(JSON.stringify(made) + String(made.pem)).not.toContain('PRIVATE KEY')
  })
})

describe('a stored key', () => {
  const x25519 = generateKeyPairSync('x25519').privateKey
  const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const bitcoin = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  test.each([
    ['a text', 'hello'],
    ['an empty text', ''],
    ['a truncated key', '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----\n'],
    [
      'an encrypted key',
      locked.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
    ],
    ['a key on another curve', bitcoin.export({ type: 'pkcs8', format: 'pem' })],
    ['a key that cannot sign', x25519.export({ type: 'pkcs8', format: 'pem' })],
  ])('%s is SINK_KEY_UNREADABLE, and nothing of it is shown', (_, pem) => {
    const load = (): unknown => nodeKeys.load(new Secret(String(pem)))
    expect(load).toThrow(CountersignError)
    expect(load).toThrow(
      'SINK_KEY_UNREADABLE: the stored private key cannot be read, or is of a kind that countersign does not use',
    )
  })
})
