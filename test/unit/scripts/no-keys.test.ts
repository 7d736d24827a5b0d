// The search for private keys in the output of tests: it finds every form, and ignores certificates and requests.
import {
  createDiffieHellmanGroup,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

const { findKeys } = await import(join(ROOT, 'scripts/no-keys.mjs'))

const keys: readonly (readonly [string, KeyObject])[] = [
  ['RSA 2048', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ['RSA 4096', rsa4096()],
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey],
  ['Ed25519', generateKeyPairSync('ed25519').privateKey],
]

describe.each(keys)('a private key: %s', (kind, key) => {
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const base64 = (text: string) => Buffer.from(text).toString('base64')

  test.each([
    ['PEM', pem],
    ['PEM inside JSON', JSON.stringify({ key: pem })],
    ['base64 of PEM', base64(pem)],
    ['base64 of PEM after one byte', base64(`.${pem}`)],
    ['base64 of PEM after two bytes', base64(`..${pem}`)],
    ['base64 of DER', der.toString('base64')],
  ])(`a private key of ${kind} is found as %s`, (_form, text) => {
    const found: readonly string[] = findKeys(`first line\nkey: ${text}`)
    expect(found.length).toBeGreaterThan(0)
    expect(found[0]).toMatch(/^2: /)
  })

  test(`a private key is never shown in the finding (${kind})`, () =>
    expect(findKeys(pem).join('')).not.toContain(pem.split('\n')[1]))
})

test.each(keys)('the public half of %s is not a private key', (_, key) => {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  expect(findKeys(spki)).toEqual([])
  expect(findKeys(Buffer.from(spki).toString('base64'))).toEqual([])
  expect(findKeys('FILE_PRIVATE_KEY: the file holds a private key')).toEqual([])
})

/** Of two known primes, with 3072 and 1024 bits (RFC 3526, RFC 2409): to look for primes of this size takes seconds. */
function rsa4096(): KeyObject {
  const [p, q] = [primeOf('modp15'), primeOf('modp2')] as const
  const e = 65_537n
  const d = inverse(e, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const members = Object.entries(numbers).map(([name, value]) => [name, base64url(value)])
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' })
}

function primeOf(group: string): bigint {
  return BigInt(`0x${createDiffieHellmanGroup(group).getPrime('hex')}`)
}

/** By the extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n]
  while (b > 0n) {
    const quotient = a / b
    ;[a, b, x, y] = [b, a - quotient * b, y, x - quotient * y]
  }
  return ((x % modulus) + modulus) % modulus
}

function base64url(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}
