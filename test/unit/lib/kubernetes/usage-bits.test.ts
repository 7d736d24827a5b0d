// Usages as bits and OIDs: each of the 23 sets exactly one of them.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { USAGES } from '../../../../src/domain/request/usage.ts'
import {
  extendedKeyUsageOf,
  keyUsageOf,
  requestedPurposesOf,
} from '../../../../src/lib/kubernetes/usage-bits.ts'
import { KEY_USAGES } from '../../../../src/lib/x509/extensions.ts'
import { extendedKeyUsageName } from '../../../../src/lib/x509/oids.ts'

describe('a usage', () => {
  test.each([
    ['digital signature', 'digitalSignature'],
    ['signing', 'digitalSignature'],
    ['content commitment', 'contentCommitment'],
    ['key encipherment', 'keyEncipherment'],
    ['data encipherment', 'dataEncipherment'],
    ['key agreement', 'keyAgreement'],
    ['cert sign', 'keyCertSign'],
    ['crl sign', 'cRLSign'],
    ['encipher only', 'encipherOnly'],
    ['decipher only', 'decipherOnly'],
  ] as const)('the usage %s sets only the bit %s', (usage, name) => {
    expect(keyUsageOf([usage])).toEqual([name])
    expect(extendedKeyUsageOf([usage])).toEqual([])
  })

  test.each([
    ['any', 'anyExtendedKeyUsage'],
    ['server auth', 'serverAuth'],
    ['client auth', 'clientAuth'],
    ['code signing', 'codeSigning'],
    ['email protection', 'emailProtection'],
    ['s/mime', 'emailProtection'],
    ['ipsec end system', 'ipsecEndSystem'],
    ['ipsec tunnel', 'ipsecTunnel'],
    ['ipsec user', 'ipsecUser'],
    ['timestamping', 'timeStamping'],
    ['ocsp signing', 'OCSPSigning'],
    ['microsoft sgc', 'msSGC'],
    ['netscape sgc', 'nsSGC'],
  ] as const)('the usage %s sets only the purpose %s', (usage, name) => {
    expect(extendedKeyUsageOf([usage]).map(extendedKeyUsageName)).toEqual([name])
    expect(keyUsageOf([usage])).toEqual([])
  })
})

describe('all usages', () => {
  test('key usages have the order of the bits', () =>
    expect(keyUsageOf(USAGES)).toEqual(KEY_USAGES))

  test("extended key usages have the order of Go's x509.ExtKeyUsage", () =>
    expect(extendedKeyUsageOf(USAGES).map(extendedKeyUsageName)).toEqual([
      'anyExtendedKeyUsage',
      'serverAuth',
      'clientAuth',
      'codeSigning',
      'emailProtection',
      'ipsecEndSystem',
      'ipsecTunnel',
      'ipsecUser',
      'timeStamping',
      'OCSPSigning',
      'msSGC',
      'nsSGC',
    ]))

  test('usages have the same result in any order', () =>
    fc.assert(
      fc.property(fc.shuffledSubarray([...USAGES]), usages => {
        const sorted = usages.toSorted()
        expect(keyUsageOf(usages)).toEqual(keyUsageOf(sorted))
        expect(extendedKeyUsageOf(usages)).toEqual(extendedKeyUsageOf(sorted))
      }),
    ))
})

test('a PKCS#10 has the purposes in the order of the usages, each of them once', () => {
  const purposes = requestedPurposesOf(['client auth', 's/mime', 'server auth', 'email protection'])
  expect(purposes.map(extendedKeyUsageName)).toEqual([
    'clientAuth',
    'emailProtection',
    'serverAuth',
  ])
})
