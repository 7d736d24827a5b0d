// The search for private keys in the output of tests: it finds every form, and ignores certificates and requests.
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

const { findKeys } = await import(join(ROOT, 'scripts/no-keys.mjs'))

const keys: readonly (readonly [string, KeyObject])[] = [
  ['RSA 2048', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ['RSA 4096', generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey],
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
  expect(findKeys('REQUEST_PRIVATE_KEY: the file holds a private key')).toEqual([])
})
