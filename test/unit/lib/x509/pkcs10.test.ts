import { createHash, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  bitString,
  boolean,
  context,
  integer,
  namedBits,
  nullValue,
  oid,
  sequence,
  set,
  tlv,
  utf8String,
} from '../../../../src/lib/x509/der-write.ts'
import { encodeName, formatName } from '../../../../src/lib/x509/x500-name.ts'
import { EXTENSION_OIDS } from '../../../../src/lib/x509/oids.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { extension } from '../../../../src/lib/x509/pkcs10-write.ts'
import { encodeSans } from '../../../../src/lib/x509/general-names.ts'
import {
  bytes,
  extensionRequest,
  named,
  problemOf,
  rawRequest,
  request,
  requestFor,
  testKey,
  valueOf,
} from './build.ts'
import { extent, runs } from '../../../build/extent.ts'

const DNS = encodeSans([{ kind: 'dnsName', value: 'a.example' }])
const SAN = extension(EXTENSION_OIDS.subjectAltName, false, DNS)
const PASSWORD = sequence(oid('1.2.840.113549.1.9.7'), set(utf8String('x')))
const RSA_SHA1 = sequence(oid('1.2.840.113549.1.1.5'), nullValue())
const RSA_MD5 = sequence(oid('1.2.840.113549.1.1.4'), nullValue())

describe('the PKCS#10 reader', () => {
  test('the reader returns everything that is requested', () => {
    const key = testKey('P-384')
    const der = request({
      key,
      subject: named('CN=jane', 'O=developers'),
      sans: [
        { kind: 'dnsName', value: 'a.example' },
        { kind: 'ipAddress', value: '10.0.0.1' },
      ],
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
    })
    const read = valueOf(readPkcs10(der))
    expect(read).toMatchObject({
      der,
      sans: [
        { kind: 'dnsName', value: 'a.example' },
        { kind: 'ipAddress', value: '10.0.0.1' },
      ],
      publicKey: {
        algorithm: 'ECDSA',
        size: 384,
        sha256: createHash('sha256').update(key.spki).digest('hex'),
      },
      signatureAlgorithm: 'ecdsa-with-SHA384',
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
      isCa: false,
      otherAttributes: [],
    })
    expect(formatName(read.subject)).toBe('CN=jane, O=developers')
    expect(read.extensions).toHaveLength(3)
  })

  test('the reader returns both of two common names', () => {
    const read = valueOf(readPkcs10(request({ subject: named('CN=web', 'CN=system:admin') })))
    expect(formatName(read.subject)).toBe('CN=web, CN=system:admin')
  })

  test('the reader accepts a request with only a key', () => {
    const read = valueOf(readPkcs10(rawRequest({ subject: sequence() })))
    expect(read).toMatchObject({ subject: [], sans: [], extensions: [], otherAttributes: [] })
  })

  test('the reader accepts an RSA signature algorithm without parameters and verifies the signature', () => {
    const algorithm = sequence(oid('1.2.840.113549.1.1.11'))
    const der = rawRequest({ key: testKey('RSA-2048'), algorithm })
    expect(valueOf(readPkcs10(der)).signatureAlgorithm).toBe('sha256WithRSAEncryption')
    const last = der.length - 1
    const changed = der.with(last, der[last]! ^ 1)
    expect(problemOf(readPkcs10(changed)).code).toBe('X509_SIGNATURE')
  })

  test('the reader returns a requested CA', () => {
    const ca = extension(EXTENSION_OIDS.basicConstraints, true, sequence(boolean(true)))
    expect(valueOf(readPkcs10(requestFor(ca))).isCa).toBe(true)
  })

  test('the reader names the other attributes', () => {
    const der = rawRequest({ attributes: [PASSWORD, extensionRequest(sequence(SAN))] })
    const read = valueOf(readPkcs10(der))
    expect(read.otherAttributes).toEqual(['1.2.840.113549.1.9.7'])
    expect(read.sans).toHaveLength(1)
  })

  test('the reader accepts SHA-1 and names it', () => {
    const key = testKey('RSA-1024')
    const der = rawRequest({
      key,
      algorithm: RSA_SHA1,
      sign: data => sign('sha1', data, key.privateKey),
    })
    expect(valueOf(readPkcs10(der)).signatureAlgorithm).toBe('sha1WithRSAEncryption')
  })

  test('the reader accepts a key that Kubernetes does not support and names its algorithm', () => {
    const key = testKey('secp256k1')
    const der = rawRequest({
      key,
      algorithm: sequence(oid('1.2.840.10045.4.3.2')),
      sign: data => sign('sha256', data, { key: key.privateKey, dsaEncoding: 'der' }),
    })
    expect(valueOf(readPkcs10(der)).publicKey.algorithm).toBe('secp256k1')
  })

  const microsoft = sequence(oid('1.3.6.1.4.1.311.2.1.14'), set(sequence(SAN)))
  const twice = extensionRequest(sequence(SAN))

  test.each([
    ['version 1', rawRequest({ version: integer(1) }), 'the version is not 0 (v1)'],
    [
      'no attributes field',
      rawRequest({ attributes: null }),
      'certificationRequestInfo has no attributes',
    ],
    [
      'a field after the attributes',
      rawRequest({ more: [nullValue()] }),
      'certificationRequestInfo has a field too many',
    ],
    [
      'an attribute twice',
      rawRequest({ attributes: [PASSWORD, PASSWORD] }),
      'the attribute 1.2.840.113549.1.9.7 is given twice',
    ],
    [
      'extensionRequest twice',
      rawRequest({ attributes: [twice, twice] }),
      'the attribute extensionRequest is given twice',
    ],
    [
      'an attribute without values',
      rawRequest({ attributes: [sequence(oid('1.2.3'), set())] }),
      'the values of attribute 1.2.3 (a SET) is empty',
    ],
    [
      'two lists of extensions',
      rawRequest({
        attributes: [extensionRequest(sequence(SAN), sequence(extension('1.2.3', false, DNS)))],
      }),
      'extensionRequest has more than one value',
    ],
    [
      'an empty list of extensions',
      rawRequest({ attributes: [extensionRequest(sequence())] }),
      'the list of extensions (a SEQUENCE) is empty',
    ],
    ['an extension twice', requestFor(SAN, SAN), 'the extension subjectAltName is given twice'],
    [
      "extensions in Microsoft's attribute",
      rawRequest({ attributes: [microsoft] }),
      "extensions in Microsoft's attribute, which only some signers read",
    ],
    ['a certificate', sequence(sequence(integer(5))), 'the request has no signatureAlgorithm'],
  ])('the PKCS#10 reader refuses %s', (_, der, message) => {
    expect(problemOf(readPkcs10(der))).toMatchObject({
      code: 'X509_STRUCTURE',
      message: expect.stringContaining(message),
    })
  })

  test('the PKCS#10 reader refuses attributes out of order', () => {
    const der = rawRequest({ attributes: [extensionRequest(sequence(SAN)), PASSWORD] })
    expect(problemOf(readPkcs10(der))).toMatchObject({
      code: 'X509_DER',
      message: expect.stringContaining('a SET whose parts are not in ascending order'),
    })
  })

  test('the PKCS#10 reader refuses a name that it cannot decode and says where', () => {
    const subject = sequence(set(sequence(oid('2.5.4.3'), tlv(0x0c, bytes('c3 28')))))
    const problem = problemOf(readPkcs10(rawRequest({ subject })))
    expect(problem.code).toBe('X509_STRING')
    expect(problem.message).toMatch(/CN of a name is not a valid UTF8String at byte \d+$/)
  })

  test.each([
    ['MD5', 'RSA-1024', RSA_MD5, 'the signature algorithm md5WithRSAEncryption is not supported'],
    [
      'an RSA signature with an ECDSA key',
      'P-256',
      RSA_SHA1,
      'sha1WithRSAEncryption cannot be verified with its ECDSA key',
    ],
  ])('the PKCS#10 reader refuses %s as its algorithm', (_, kind, algorithm, message) => {
    const key = testKey(kind)
    const der = rawRequest({ key, algorithm, sign: data => sign('md5', data, key.privateKey) })
    expect(problemOf(readPkcs10(der))).toMatchObject({
      code: 'X509_ALGORITHM',
      message: expect.stringContaining(message),
    })
  })
})

describe('the signature of a request', () => {
  test('the signature must be by the key in the request', () => {
    const der = rawRequest({ sign: testKey('P-256').sign })
    expect(problemOf(readPkcs10(der))).toEqual({
      code: 'X509_SIGNATURE',
      at: null,
      message: 'the PKCS#10 request cannot be read: its signature does not match its public key',
      hint: 'make the request again from its private key: it was changed after signing',
    })
  })

  test('the signature must cover the bytes of the request', () => {
    const der = request({ subject: named('CN=jane') })
    const at = Buffer.from(der).indexOf('jane')
    der[at] = 'l'.charCodeAt(0)
    expect(problemOf(readPkcs10(der)).code).toBe('X509_SIGNATURE')
  })

  // Bits of an RSA request are sampled, since 1024 of them are signature; a short run samples all.
  test.each([
    ['P-256', extent(1, 5)],
    ['Ed25519', extent(1, 5)],
    ['RSA-1024', 7],
  ])(
    'a %s request with one flipped bit is refused (every bit number divisible by %i)',
    (kind, stride) => {
      const sans = [{ kind: 'dnsName', value: 'a.example' }] as const
      const der = request({ key: testKey(kind), sans, keyUsage: ['digitalSignature'] })
      for (let bit = 0; bit < der.length * 8; bit += stride) {
        const flipped = Uint8Array.from(der)
        flipped[bit >> 3]! ^= 0x80 >> (bit & 7)
        const read = readPkcs10(flipped)
        expect(read.ok ? `bit ${bit} was accepted` : 'refused').toBe('refused')
      }
    },
  )

  test('a request with a missing or additional byte is refused', () => {
    const der = request()
    for (let end = 0; end < der.length; end += 1) {
      expect(problemOf(readPkcs10(der.subarray(0, end))).code).toBe('X509_DER')
    }
    expect(problemOf(readPkcs10(Uint8Array.of(...der, 0))).code).toBe('X509_DER')
  })

  test('a BER signature of ECDSA is refused', () => {
    const key = testKey('P-256')
    const der = rawRequest({
      key,
      sign: data => {
        const [head = 0, length = 0, ...rest] = key.sign(data)
        return Uint8Array.of(head, 0x81, length, ...rest)
      },
    })
    expect(problemOf(readPkcs10(der)).code).toBe('X509_SIGNATURE')
  })

  test('a BIT STRING with unused bits is not a signature', () => {
    const [info, algorithm] = [sequence(integer(0)), sequence(oid('1.2.3'))]
    const der = sequence(info, algorithm, bitString(bytes('80'), 7))
    expect(problemOf(readPkcs10(der)).message).toContain('the signature does not hold whole bytes')
  })
})

test('the PKCS#10 reader never throws, and returns problems for invalid bytes', () => {
  const template = requestFor(SAN, extension(EXTENSION_OIDS.keyUsage, true, namedBits([0])))
  const mutated = fc
    .array(fc.tuple(fc.nat(template.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map(changes => {
      const der = Uint8Array.from(template)
      for (const [at, value] of changes) der[at] = value
      return der
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), der => {
      const read = readPkcs10(der)
      if (read.ok) expect(read.value.der).toEqual(template)
      else expect(read.problems.length).toBeGreaterThan(0)
    }),
    { numRuns: runs(500) },
  )
})

test('the result does not change when the given bytes change', () => {
  const der = request({ subject: named('CN=jane') })
  const read = valueOf(readPkcs10(der))
  der.fill(0)
  expect(encodeName(read.subject)).toEqual(encodeName(named('CN=jane')))
  expect(read.der[0]).toBe(0x30)
})

test('a context tag in place of the name is refused', () => {
  const der = rawRequest({ subject: context(0) })
  expect(problemOf(readPkcs10(der)).message).toContain('expected a name (a SEQUENCE), found tag a0')
})
