import { constants, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readDer } from '../../../../src/lib/x509/der.ts'
import {
  context,
  integer,
  nullValue,
  oid,
  sequence,
  tlv,
} from '../../../../src/lib/x509/der-write.ts'
import {
  isSignatureValid,
  schemeOf,
  signatureName,
  verifyingKey,
} from '../../../../src/lib/x509/signature.ts'
import { bytes, testKey } from './build.ts'

const MGF1 = oid('1.2.840.113549.1.1.8')
const SHA1 = sequence(oid('1.3.14.3.2.26'), nullValue())
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue())
const SHA384 = sequence(oid('2.16.840.1.101.3.4.2.2'), nullValue())

function pss(...parameters: readonly Uint8Array[]): Uint8Array {
  return sequence(oid('1.2.840.113549.1.1.10'), sequence(...parameters))
}

function plain(dotted: string, ...parameters: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(dotted), ...parameters)
}

const PSS_SHA256 = pss(
  context(0, SHA256),
  context(1, sequence(MGF1, SHA256)),
  context(2, integer(32)),
)

const ED25519 = plain('1.3.101.112')

describe('a signature scheme', () => {
  test.each([
    ['sha1WithRSAEncryption', plain('1.2.840.113549.1.1.5', nullValue()), 'sha1'],
    ['sha256WithRSAEncryption', plain('1.2.840.113549.1.1.11', nullValue()), 'sha256'],
    ['sha384WithRSAEncryption', plain('1.2.840.113549.1.1.12', nullValue()), 'sha384'],
    ['sha512WithRSAEncryption', plain('1.2.840.113549.1.1.13', nullValue()), 'sha512'],
    ['RSASSA-PSS-SHA256', PSS_SHA256, 'sha256'],
    ['ecdsa-with-SHA1', plain('1.2.840.10045.4.1'), 'sha1'],
    ['ecdsa-with-SHA256', plain('1.2.840.10045.4.3.2'), 'sha256'],
    ['ecdsa-with-SHA384', plain('1.2.840.10045.4.3.3'), 'sha384'],
    ['ecdsa-with-SHA512', plain('1.2.840.10045.4.3.4'), 'sha512'],
    ['Ed25519', ED25519, null],
    ['Ed448', plain('1.3.101.113'), null],
  ])('the scheme %s is supported', (name, der, digest) => {
    expect(schemeOf(readDer(der))).toMatchObject({ name, digest })
    expect(signatureName(readDer(der))).toBe(name)
  })

  test.each([
    ['RSASSA-PSS-SHA384', SHA384, 48],
    ['RSASSA-PSS-SHA512', sequence(oid('2.16.840.1.101.3.4.2.3'), nullValue()), 64],
  ])('the scheme %s is supported with its salt length', (name, digest, saltLength) => {
    const mask = context(1, sequence(MGF1, digest))
    const der = pss(context(0, digest), mask, context(2, integer(saltLength)))
    expect(schemeOf(readDer(der))).toMatchObject({ name, saltLength })
  })

  test.each([
    ['sha1WithRSAEncryption', '1.2.840.113549.1.1.5'],
    ['sha224WithRSAEncryption', '1.2.840.113549.1.1.14'],
    ['sha256WithRSAEncryption', '1.2.840.113549.1.1.11'],
    ['sha384WithRSAEncryption', '1.2.840.113549.1.1.12'],
    ['sha512WithRSAEncryption', '1.2.840.113549.1.1.13'],
  ])('absent parameters of %s count as NULL (RFC 4055 §5)', (name, dotted) => {
    expect(schemeOf(readDer(plain(dotted))).name).toBe(name)
  })

  test('absent parameters of the RSASSA-PSS digest count as NULL (RFC 4055 §2.1)', () => {
    const bare = sequence(oid('2.16.840.1.101.3.4.2.1'))
    const der = pss(context(0, bare), context(1, sequence(MGF1, bare)), context(2, integer(32)))
    expect(schemeOf(readDer(der)).name).toBe('RSASSA-PSS-SHA256')
  })

  const hash = context(0, SHA256)
  const mask = context(1, sequence(MGF1, SHA256))
  const salt = context(2, integer(32))

  test.each([
    [
      'MD5',
      plain('1.2.840.113549.1.1.4', nullValue()),
      'the signature algorithm md5WithRSAEncryption is not supported',
    ],
    ['an unknown algorithm', plain('1.2.3'), 'the signature algorithm 1.2.3 is not supported'],
    [
      'RSA with other parameters',
      plain('1.2.840.113549.1.1.11', integer(1)),
      'sha256WithRSAEncryption has parameters that it does not take',
    ],
    [
      'ECDSA with NULL',
      plain('1.2.840.10045.4.3.2', nullValue()),
      'ecdsa-with-SHA256 has parameters that it does not take',
    ],
    [
      'Ed25519 with NULL',
      plain('1.3.101.112', nullValue()),
      'Ed25519 has parameters that it does not take',
    ],
    ['PSS without parameters', plain('1.2.840.113549.1.1.10'), 'RSASSA-PSS without parameters'],
    ['PSS with every default, which is SHA-1', pss(), 'RSASSA-PSS with SHA-1'],
    ['PSS with a default salt', pss(hash, mask), 'RSASSA-PSS with SHA-1'],
    [
      'PSS with explicit SHA-1',
      pss(context(0, SHA1), mask, salt),
      'RSASSA-PSS with the digest 1.3.14.3.2.26',
    ],
    [
      'PSS with another mask digest',
      pss(hash, context(1, sequence(MGF1, SHA384)), salt),
      'RSASSA-PSS with two different digests',
    ],
    [
      'PSS with another mask',
      pss(hash, context(1, sequence(oid('1.2.3'), SHA256)), salt),
      'RSASSA-PSS with a mask other than MGF1',
    ],
    [
      'PSS with a short salt',
      pss(hash, mask, context(2, integer(20))),
      'RSASSA-PSS with a salt unlike its digest',
    ],
    [
      'PSS with a negative salt',
      pss(hash, mask, context(2, integer(-32))),
      'RSASSA-PSS with a salt unlike its digest',
    ],
    [
      'PSS with digest parameters',
      pss(context(0, sequence(oid('2.16.840.1.101.3.4.2.1'), integer(1))), mask, salt),
      'RSASSA-PSS with the digest',
    ],
  ])('the scheme of %s is refused', (_, der, message) => {
    expect(() => schemeOf(readDer(der))).toThrow(message)
    expect(() => schemeOf(readDer(der))).toThrow(
      expect.objectContaining({ code: 'X509_ALGORITHM' }),
    )
  })

  test('a trailer field of RSASSA-PSS is refused, since only the default exists', () => {
    const der = pss(hash, mask, salt, context(3, integer(1)))
    expect(() => schemeOf(readDer(der))).toThrow(
      'the parameters of RSASSA-PSS has a field too many',
    )
  })
})

describe('the name of a signature algorithm', () => {
  test.each([
    ['md5WithRSAEncryption', plain('1.2.840.113549.1.1.4', nullValue())],
    ['1.2.3', plain('1.2.3')],
    ['RSASSA-PSS', pss()],
    ['RSASSA-PSS', plain('1.2.840.113549.1.1.10', tlv(5))],
  ])('the algorithm %s is named though it is not supported (case %#)', (name, der) => {
    expect(signatureName(readDer(der))).toBe(name)
  })
})

describe('the verification of a signature', () => {
  const rsa = testKey('RSA-2048')
  const data = bytes('01 02 03')
  const scheme = schemeOf(readDer(PSS_SHA256))
  const key = verifyingKey(scheme, rsa.spki)
  const signWith = (saltLength: number) =>
    sign('sha256', data, {
      key: rsa.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength,
    })

  test('an RSASSA-PSS signature is valid with the named salt length only', () => {
    if (key === null) throw new Error('no key')
    expect(isSignatureValid(scheme, key, data, signWith(32))).toBe(true)
    expect(isSignatureValid(scheme, key, data, signWith(20))).toBe(false)
    expect(isSignatureValid(scheme, key, bytes('01 02 04'), signWith(32))).toBe(false)
    expect(isSignatureValid(scheme, key, data, bytes(''))).toBe(false)
  })

  test('a scheme has no key of another kind, nor one from invalid bytes', () => {
    expect(verifyingKey(schemeOf(readDer(ED25519)), rsa.spki)).toBeNull()
    expect(verifyingKey(scheme, bytes('30 00'))).toBeNull()
  })
})
