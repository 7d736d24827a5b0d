import { describe, expect, test } from '@jest/globals'
import {
  isNewerForKey,
  newestCertificate,
} from '../../../../src/core/certificate/newest-certificate.ts'
import { NOW, authority, keyPair, pemOf, secondsAfter } from '../../../build/issued.ts'

const KEYS = keyPair()
const CA = authority('cluster')
const OTHER_CA = authority('other')
const issued = (seconds: number, from = CA): string =>
  pemOf(from.issue({ spki: KEYS.spki, notBefore: secondsAfter(NOW, seconds) }))
const QUESTION = { name: 'jane', spki: KEYS.spki, signerCa: [CA.certificate], now: NOW }
const OF_ANOTHER_KEY = pemOf(CA.issue({ spki: keyPair().spki }))

function newest(...pems: readonly string[]): string {
  const found = newestCertificate(pems, QUESTION)
  if (found === null) return 'none for the key'
  return found.ok ? pemOf(found.value.chain.leaf) : found.problems[0].code
}

describe('the newest certificate', () => {
  const [older, newer] = [issued(-7200), issued(-60)]

  test('the certificate with the latest start is chosen, in any order', () => {
    expect(newest(older, newer)).toBe(newer)
    expect(newest(newer, older)).toBe(newer)
  })

  test('a newer certificate of another CA, of another key or of the future is passed over', () =>
    expect(newest(issued(-1, OTHER_CA), OF_ANOTHER_KEY, issued(60), 'hello', older)).toBe(older))

  test('the problem is that of the newest certificate for the key', () => {
    const expired = { notBefore: secondsAfter(NOW, -90), notAfter: secondsAfter(NOW, -30) }
    const old = pemOf(CA.issue({ spki: KEYS.spki, ...expired }))
    expect(newest(old, issued(-60, OTHER_CA))).toBe('CERTIFICATE_CHAIN')
    expect(newest(issued(-100, OTHER_CA), old)).toBe('CERTIFICATE_DATES')
  })

  test('a text without a certificate for the key is skipped, although its certificates are no chain', () => {
    const stranger = pemOf(OTHER_CA.issue({ spki: keyPair().spki }))
    expect(newest(`${OF_ANOTHER_KEY}${stranger}`)).toBe('none for the key')
    expect(newest(`${stranger}${newer}`)).toBe('CERTIFICATE_BROKEN')
  })

  test('certificates for other keys are none, and a broken text is a problem', () => {
    expect(newest(OF_ANOTHER_KEY)).toBe('none for the key')
    expect(newest()).toBe('none for the key')
    expect(newest('hello')).toBe('CERTIFICATE_BROKEN')
  })
})

test('a certificate is newer if it is for the key and starts later', () => {
  const at = (seconds: number | null, pem = issued(-60)) =>
    isNewerForKey(pem, KEYS.spki, seconds === null ? null : secondsAfter(NOW, seconds))
  expect([at(null), at(-61), at(-60), at(-59)]).toEqual([true, true, false, false])
  expect([at(null, OF_ANOTHER_KEY), at(null, 'hello')]).toEqual([false, false])
})
