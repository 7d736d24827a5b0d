import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { formatName } from '../../../../src/lib/x509/x500-name.ts'
import { EXTENSION_OIDS } from '../../../../src/lib/x509/oids.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import {
  encodeKeyUsage,
  signatureAlgorithmFor,
  writePkcs10,
} from '../../../../src/lib/x509/pkcs10-write.ts'
import { readPublicKey } from '../../../../src/lib/x509/public-key.ts'
import { KEY_USAGES } from '../../../../src/lib/x509/extensions.ts'
import { bytes, named, request, testKey, valueOf } from './build.ts'

describe('the PKCS#10 writer', () => {
  test.each([
    ['RSA-2048', 'sha256WithRSAEncryption'],
    ['P-256', 'ecdsa-with-SHA256'],
    ['P-384', 'ecdsa-with-SHA384'],
    ['P-521', 'ecdsa-with-SHA512'],
    ['Ed25519', 'Ed25519'],
  ])('a %s key signs with %s', (kind, name) => {
    const key = testKey(kind)
    const read = valueOf(readPkcs10(request({ key })))
    expect(read.signatureAlgorithm).toBe(name)
    expect(read.publicKey.spki).toEqual(key.spki)
  })

  test('the SAN extension is critical exactly where the subject is empty', () => {
    const sans = [{ kind: 'dnsName', value: 'a.example' }] as const
    const critical = (subject: ReturnType<typeof named>) =>
      valueOf(readPkcs10(request({ subject, sans }))).extensions.map(({ critical }) => critical)
    expect(critical([])).toEqual([true])
    expect(critical(named('CN=a'))).toEqual([false])
  })

  test('a request without extensions has no extensionRequest', () => {
    const read = valueOf(readPkcs10(request()))
    expect([read.extensions, read.otherAttributes]).toEqual([[], []])
  })

  test('key usage is critical, extended key usage is not', () => {
    const der = request({ keyUsage: ['keyCertSign'], extendedKeyUsage: ['1.2.3'] })
    expect(valueOf(readPkcs10(der)).extensions.map(({ oid, critical }) => [oid, critical])).toEqual(
      [
        [EXTENSION_OIDS.keyUsage, true],
        [EXTENSION_OIDS.extendedKeyUsage, false],
      ],
    )
  })

  test('a request is read as it was written', () => {
    const key = testKey('Ed25519')
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(isVisible)
    const usages = fc.subarray([...KEY_USAGES])
    const purposes = fc.uniqueArray(fc.constantFrom('1.2.3', '2.999.1', '1.3.6.1.5.5.7.3.1'))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), usages, purposes, (names, keyUsage, oids) => {
        const subject = named(...names.map(name => `O=${name}`))
        const read = valueOf(
          readPkcs10(request({ key, subject, keyUsage, extendedKeyUsage: oids })),
        )
        expect(formatName(read.subject)).toBe(formatName(subject))
        expect([read.keyUsage, read.extendedKeyUsage]).toEqual([keyUsage, oids])
      }),
    )
  })

  test.each([
    ['an invalid key', { spki: bytes('30 00') }, 'the public key cannot be read'],
    [
      'a curve that Kubernetes does not support',
      { spki: testKey('secp256k1').spki },
      'no signature algorithm for secp256k1 keys',
    ],
    [
      'an unknown key usage',
      { keyUsage: ['nonRepudiation'] },
      '"nonRepudiation" is not a key usage of RFC 5280',
    ],
    [
      'an extended key usage that is not an OID',
      { extendedKeyUsage: ['clientAuth'] },
      '"clientAuth" is not an object identifier',
    ],
    [
      'a DNS name with non-ASCII letters',
      { sans: [{ kind: 'dnsName', value: 'é' }] },
      '"é" is not ASCII',
    ],
  ] as const)('the writer throws RangeError for %s', (_, part, message) => {
    const key = testKey('P-256')
    const plain = { subject: [], sans: [], keyUsage: [], extendedKeyUsage: [] }
    const write = () => writePkcs10({ ...plain, spki: key.spki, sign: key.sign, ...part })
    expect(write).toThrow(RangeError)
    expect(write).toThrow(message)
  })
})

function isVisible(text: string): boolean {
  return !/\p{Cc}/u.test(text)
}

test('key usage bits do not depend on the order of the names', () => {
  expect(encodeKeyUsage(['keyEncipherment', 'digitalSignature'])).toEqual(bytes('03 02 05 a0'))
  expect(encodeKeyUsage(['decipherOnly'])).toEqual(bytes('03 03 07 00 80'))
})

test('only RSA algorithms have NULL parameters', () => {
  const der = (kind: string) => signatureAlgorithmFor(valueOf(readPublicKey(testKey(kind).spki)))
  expect(der('RSA-1024')).toEqual(bytes('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00'))
  expect(der('P-256')).toEqual(bytes('30 0a 06 08 2a 86 48 ce 3d 04 03 02'))
})
