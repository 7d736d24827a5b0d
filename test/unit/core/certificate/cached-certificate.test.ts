import { describe, expect, test } from '@jest/globals'
import {
  cachedText,
  isLookDue,
  keyDigest,
  readCached,
  usableCertificate,
} from '../../../../src/core/certificate/cached-certificate.ts'
import type { CachedCertificate } from '../../../../src/core/certificate/cached-certificate.ts'
import { NOW, authority, keyPair, pemOf, secondsAfter } from '../../../build/issued.ts'

const KEYS = keyPair()
const CA = authority('cluster')
const LEAF = CA.issue({ spki: KEYS.spki, notBefore: NOW, notAfter: secondsAfter(NOW, 3600) })
const CACHED: CachedCertificate = {
  key: keyDigest(KEYS.spki),
  cluster: 'prod',
  certificate: pemOf(LEAF),
  signerCa: pemOf(CA.certificate),
  renewBefore: { kind: 'percentage', percentage: 50 },
  lookAt: secondsAfter(NOW, 1800),
  etag: 'W/"abc"',
}

describe('the text of the cache', () => {
  test('the text is read as it was written', () => {
    expect(readCached(cachedText(CACHED))).toEqual(CACHED)
    const renewBefore = { kind: 'seconds', seconds: 60 } as const
    const bare = { ...CACHED, cluster: null, certificate: null, signerCa: null, etag: null, renewBefore }
    expect(readCached(cachedText(bare))).toEqual(bare)
  }) // prettier-ignore

  test.each([
    ['no JSON', 'hello'],
    ['another type', 'null'],
    ['another version', cachedText(CACHED).replace('"version": 1', '"version": 2')],
    ['no key', cachedText(CACHED).replace('"key"', '"kye"')],
    ['a time that is none', cachedText(CACHED).replace('2026-', 'then-')],
  ])('a text with %s is broken', (_, text) => expect(readCached(text)).toBeNull())
})

describe('a usable certificate', () => {
  const usable = (spki: Uint8Array, now: Date, certificate = CACHED.certificate) =>
    usableCertificate({ certificate }, spki, now)

  test('a certificate for the key is usable from its first to its last second', () => {
    const found = { pem: pemOf(LEAF), notBefore: NOW, notAfter: secondsAfter(NOW, 3600) }
    expect(usable(KEYS.spki, NOW)).toEqual(found)
    expect(usable(KEYS.spki, secondsAfter(NOW, 3599))).toEqual(found)
    expect(usable(KEYS.spki, secondsAfter(NOW, 3600))).toBeNull()
    expect(usable(KEYS.spki, secondsAfter(NOW, -1))).toBeNull()
  })

  test('a certificate for another key, broken text and nothing are not usable', () => {
    expect(usable(keyPair().spki, NOW)).toBeNull()
    expect(usable(KEYS.spki, NOW, 'hello')).toBeNull()
    expect(usable(KEYS.spki, NOW, null)).toBeNull()
  })
})

describe('a due look', () => {
  const due = (seconds: number, isUsable: boolean) =>
    isLookDue({ ...CACHED, lookAt: secondsAfter(NOW, seconds) }, isUsable, NOW)

  test('a look is due from its time on', () =>
    expect([due(1, true), due(0, true), due(-1, false), due(30, false)]).toEqual([
      false,
      true,
      true,
      false,
    ]))

  test('a wait of more than one hour counts only with a usable certificate', () =>
    expect([due(3601, true), due(3601, false), due(3600, false)]).toEqual([false, true, false]))
})
