import { describe, expect, test } from '@jest/globals'
import {
  readClaims,
  describeClaims,
} from '../../../../../src/adapters/kubernetes/login/token-claims.ts'

const tokenOf = (payload: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`

describe('the claims of a token', () => {
  test('the claims are read with the dates of the token', () => {
    const claims = readClaims(tokenOf({ iat: 100, exp: 400, ref: 'refs/heads/main' }))
    expect(claims).toMatchObject({ issuedAt: 100, expiresAt: 400 })
    expect(claims?.all.get('ref')).toBe('refs/heads/main')
  })

  test.each([
    ['nothing', ''],
    ['a single word', 'token'],
    ['three words', 'a.b.c'],
    ['a payload that is not an object', tokenOf([1])],
    ['null', tokenOf(null)],
    ['no time of issue', tokenOf({ exp: 400 })],
    ['no end', tokenOf({ iat: 100 })],
    ['an end as text', tokenOf({ iat: 100, exp: '400' })],
    ['an end before its beginning', tokenOf({ iat: 400, exp: 400 })],
  ])('%s has no claims', (_, token) => expect(readClaims(token)).toBeNull())

  test('the claims are shown in full length', () => {
    const ref = `acme/certs/.github/workflows/${'x'.repeat(200)}.yml@refs/heads/main`
    const claims = readClaims(tokenOf({ iat: 1, exp: 2, ref }))
    expect(claims && describeClaims(claims, ['ref'])).toEqual([`  ref: "${ref}"`])
  })

  test('the claims are shown by name, with missing claims and hidden characters visible', () => {
    const claims = readClaims(
      tokenOf({ iat: 1, exp: 2, ref: 'main\u202e', aud: ['a', 'b'], run: 7 }),
    )
    expect(claims && describeClaims(claims, ['ref', 'aud', 'run', 'environment'])).toEqual([
      '  ref: "main\ufffd"',
      '  aud: ["a","b"]',
      '  run: 7',
      '  environment: not there',
    ])
  })
})
