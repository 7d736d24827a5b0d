// The search for leaks that the other suites use must find each kind of leak.
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { leaks } from './leaks.ts'

const TOKEN = 'ghs_0123456789abcdef0123456789abcdef'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ec = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

describe('a leak', () => {
  test.each([
    ['a token', TOKEN, `token: ${TOKEN}`],
    ['a token in base64', TOKEN, `x ${base64(TOKEN)}`],
    ['a token in base64 of more', TOKEN, base64(`{"a":1,"token":"${TOKEN}"}`)],
    ['a key without its frame', ec, ec.split('\n').slice(1, 3).join('\n')],
    ['a key on one line', rsa, rsa.split('\n').slice(1, -2).join('')],
    ['a key escaped for JSON', rsa, JSON.stringify({ key: rsa })],
    ['a key in base64 of PEM', ec, base64(`apiVersion: v1\n${ec}`)],
    ['the private number alone', ec, numberOf(ec)],
  ])('the search finds %s', (_, secret, text) => {
    expect(leaks(text, [secret])).toContain('secret 0')
  })

  test('the search ignores a public key, which the certificate holds too', () => {
    const spki = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const lines = ec.split('\n')
    expect(leaks([spki, lines[3]].join('\n'), [ec])).toEqual([])
  })
})

function numberOf(pem: string): string {
  const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64')
  return der.subarray(36, 68).toString('base64')
}
