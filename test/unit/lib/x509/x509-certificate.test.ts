import { createHash, sign, X509Certificate } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  isSignedBy,
  readCertificate,
  readCertificates,
} from '../../../../src/lib/x509/x509-certificate.ts'
import {
  bitString,
  boolean,
  context,
  integer,
  nullValue,
  oid,
  sequence,
  time,
  unsignedInteger,
  utf8String,
} from '../../../../src/lib/x509/der-write.ts'
import { encodeName, formatName } from '../../../../src/lib/x509/x500-name.ts'
import { EXTENSION_OIDS } from '../../../../src/lib/x509/oids.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { encodeKeyUsage, extension } from '../../../../src/lib/x509/pkcs10-write.ts'
import { encodeSans } from '../../../../src/lib/x509/general-names.ts'
import { bytes, certificate, named, problemOf, testKey, valueOf } from './build.ts'

const CA_KEY = testKey('P-256')
const NOW = time(new Date('2030-01-01T00:00:00Z'))
const CA = certificate({
  key: CA_KEY,
  signer: CA_KEY,
  subject: encodeName(named('CN=ca')),
  extensions: [extension(EXTENSION_OIDS.basicConstraints, true, sequence(boolean(true)))],
})

describe('the certificate reader', () => {
  test('the reader returns every field of a certificate', () => {
    const key = testKey('Ed25519')
    const der = certificate({
      key,
      signer: CA_KEY,
      serial: unsignedInteger(bytes('80 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01')),
      subject: encodeName(named('O=system:nodes', 'CN=system:node:a')),
      extensions: [
        extension(EXTENSION_OIDS.keyUsage, true, encodeKeyUsage(['digitalSignature'])),
        extension(EXTENSION_OIDS.extendedKeyUsage, false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
        extension(
          EXTENSION_OIDS.subjectAltName,
          false,
          encodeSans([{ kind: 'dnsName', value: 'a' }]),
        ),
      ],
    })
    const read = valueOf(readCertificate(der))
    expect(read).toMatchObject({
      der,
      serial: '80000000000000000000000000000001',
      sans: [{ kind: 'dnsName', value: 'a' }],
      notBefore: new Date('2030-01-01T00:00:00Z'),
      notAfter: new Date('2031-01-01T00:00:00Z'),
      publicKey: { algorithm: 'Ed25519', spki: key.spki },
      signatureAlgorithm: 'ecdsa-with-SHA256',
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
      isCa: false,
      sha256: createHash('sha256').update(der).digest('hex'),
    })
    expect(formatName(read.subject)).toBe('O=system:nodes, CN=system:node:a')
    expect(formatName(read.issuer)).toBe('CN=ca')
  })

  test('OpenSSL reads the same serial, dates, names and SANs', () => {
    const sans = encodeSans([{ kind: 'uri', value: 'spiffe://a/b' }])
    const der = certificate({
      serial: integer(2n ** 150n + 5n),
      extensions: [extension(EXTENSION_OIDS.subjectAltName, false, sans)],
    })
    const [ours, theirs] = [valueOf(readCertificate(der)), new X509Certificate(der)]
    expect(ours.serial.toUpperCase()).toBe(theirs.serialNumber)
    expect(ours.notAfter).toEqual(new Date(theirs.validTo))
    expect(formatName(ours.subject)).toBe(theirs.subject)
    expect(theirs.subjectAltName).toBe('URI:spiffe://a/b')
    expect(ours.sha256).toBe(theirs.fingerprint256.replaceAll(':', '').toLowerCase())
  })

  test('the reader recognizes a CA', () => expect(valueOf(readCertificate(CA)).isCa).toBe(true))

  test('the reader accepts version 1, which has no extensions', () => {
    expect(valueOf(readCertificate(certificate({ version: [] }))).extensions).toEqual([])
  })

  test.each([
    ['a small serial number', integer(1), '01'],
    ['zero', integer(0), '00'],
    [
      'a serial number of 20 bytes',
      unsignedInteger(bytes(`7f${'00'.repeat(19)}`)),
      `7f${'00'.repeat(19)}`,
    ],
  ])('the reader accepts %s', (_, serial, text) => {
    expect(valueOf(readCertificate(certificate({ serial }))).serial).toBe(text)
  })

  test('the reader names a signature algorithm that it does not verify', () => {
    const md5 = sequence(oid('1.2.840.113549.1.1.4'), nullValue())
    expect(valueOf(readCertificate(certificate({ algorithm: md5 }))).signatureAlgorithm).toBe(
      'md5WithRSAEncryption',
    )
  })

  const any = extension('1.2.3', false, bytes('05 00'))

  test.each([
    [
      'version 2',
      certificate({ version: [context(0, integer(1))] }),
      'X509_STRUCTURE',
      'the version is neither v3 nor left out (v1)',
    ],
    [
      'an explicit version 1',
      certificate({ version: [context(0, integer(0))] }),
      'X509_STRUCTURE',
      'the version is neither v3 nor left out (v1)',
    ],
    [
      'extensions in version 1',
      certificate({ version: [], extensions: [any] }),
      'X509_STRUCTURE',
      'tbsCertificate has a field too many',
    ],
    [
      'a unique identifier',
      certificate({ more: [bytes('81 02 00 01')] }),
      'X509_STRUCTURE',
      'tbsCertificate has a field too many',
    ],
    [
      'a negative serial number',
      certificate({ serial: integer(-1) }),
      'X509_STRUCTURE',
      'the serial number is negative or longer than 20 bytes',
    ],
    [
      'a serial number of 21 bytes',
      certificate({ serial: unsignedInteger(bytes(`80${'00'.repeat(19)}`)) }),
      'X509_STRUCTURE',
      'longer than 20 bytes',
    ],
    [
      'an empty issuer',
      certificate({ issuer: sequence() }),
      'X509_STRUCTURE',
      'the issuer is empty',
    ],
    [
      'one date',
      certificate({ validity: sequence(NOW) }),
      'X509_STRUCTURE',
      'validity has no notAfter',
    ],
    [
      'a date as text',
      certificate({ validity: sequence(NOW, utf8String('2031')) }),
      'X509_DER',
      'notAfter is neither YYMMDDHHMMSSZ',
    ],
    [
      'an inner algorithm that differs',
      certificate({ innerAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) }),
      'X509_ALGORITHM',
      'the signature algorithm inside differs from the one outside',
    ],
    [
      'an empty list of extensions',
      certificate({ extensions: [] }),
      'X509_STRUCTURE',
      'the list of extensions (a SEQUENCE) is empty',
    ],
    [
      'an extension twice',
      certificate({ extensions: [any, any] }),
      'X509_STRUCTURE',
      'the extension 1.2.3 is given twice',
    ],
    [
      'a PKCS#10 request',
      sequence(sequence(integer(0)), sequence(oid('1.2.3')), bitString(bytes(''))),
      'X509_STRUCTURE',
      'signature',
    ],
  ])('the certificate reader refuses %s', (_, der, code, message) => {
    expect(problemOf(readCertificate(der))).toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  test('the certificate reader never throws', () => {
    const mutated = fc
      .tuple(fc.nat(CA.length - 1), fc.nat(255))
      .map(([at, value]) => CA.with(at, value))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), der => {
        expect(readCertificate(der)).toHaveProperty('ok')
      }),
      { numRuns: 500 },
    )
  })
})

describe('the signature of a certificate', () => {
  const ca = valueOf(readCertificate(CA))
  const leaf = valueOf(readCertificate(certificate({ signer: CA_KEY })))

  test('a certificate is signed by its issuer, and a root by itself', () => {
    expect(isSignedBy(leaf, ca)).toBe(true)
    expect(isSignedBy(ca, ca)).toBe(true)
  })

  test('an issuer is not signed by the certificate it issued', () =>
    expect(isSignedBy(ca, leaf)).toBe(false))

  test('a certificate is not signed by another key with the same name', () => {
    const twin = testKey('P-256')
    const other = certificate({ key: twin, signer: twin, subject: encodeName(named('CN=ca')) })
    expect(isSignedBy(leaf, valueOf(readCertificate(other)))).toBe(false)
  })

  test('a certificate is not signed by a CA with the same name in other bytes', () => {
    const utf8 = [[{ oid: '2.5.4.3', value: 'ca', der: utf8String('ca') }]]
    const other = certificate({ signer: CA_KEY, issuer: encodeName(utf8) })
    expect(isSignedBy(valueOf(readCertificate(other)), ca)).toBe(false)
  })

  test('a changed certificate is not signed by its issuer', () => {
    const der = Uint8Array.from(leaf.der)
    der[Buffer.from(der).indexOf('jane')] = 'l'.charCodeAt(0)
    expect(isSignedBy(valueOf(readCertificate(der)), ca)).toBe(false)
  })

  test.each([
    ['SHA-1', 'sha1', sequence(oid('1.2.840.113549.1.1.5'), nullValue())],
    ['MD5', 'md5', sequence(oid('1.2.840.113549.1.1.4'), nullValue())],
  ])('a signature with %s is not accepted', (_, digest, algorithm) => {
    const key = testKey('RSA-1024')
    const der = certificate({
      key,
      signer: key,
      subject: encodeName(named('CN=ca')),
      algorithm,
      sign: data => sign(digest, data, key.privateKey),
    })
    const read = valueOf(readCertificate(der))
    expect(new X509Certificate(der).verify(new X509Certificate(der).publicKey)).toBe(true)
    expect(isSignedBy(read, read)).toBe(false)
  })

  test.each(['RSA-2048', 'P-384', 'P-521', 'Ed25519'])('a %s signature is verified', kind => {
    const key = testKey(kind)
    const der = certificate({ key, signer: key, subject: encodeName(named('CN=ca')) })
    const read = valueOf(readCertificate(der))
    expect(isSignedBy(read, read)).toBe(true)
    expect(isSignedBy(leaf, read)).toBe(false)
  })
})

describe('the reader of several certificates', () => {
  const pem = encodePem('CERTIFICATE', CA)
  const leafPem = encodePem('CERTIFICATE', certificate({ signer: CA_KEY }))

  test('the reader accepts text around and between blocks', () => {
    const read = valueOf(readCertificates(`leaf\n${leafPem}\nissuer\n${pem}end`))
    expect(read.map(({ subject }) => formatName(subject))).toEqual(['CN=jane', 'CN=ca'])
  })

  test.each([
    ['a text without a block', 'nothing', 'X509_PEM', 'there is no CERTIFICATE block'],
    [
      'a block of another kind',
      pem + encodePem('PRIVATE KEY', CA),
      'X509_PEM',
      'found a PRIVATE KEY block among the certificates',
    ],
    [
      'PEM headers',
      pem.replace('-----\n', '-----\nA: b\n\n'),
      'X509_PEM',
      'a CERTIFICATE block has headers',
    ],
    ['a block without an end', pem.slice(0, -20), 'X509_PEM', 'block 1 (CERTIFICATE) does not end'],
    [
      'a second certificate that is invalid',
      pem + encodePem('CERTIFICATE', bytes('30 00')),
      'X509_STRUCTURE',
      'certificate 2 of 2 cannot be read',
    ],
    [
      'two certificates in one block',
      encodePem('CERTIFICATE', Uint8Array.of(...CA, ...CA)),
      'X509_DER',
      'bytes follow the end',
    ],
  ])('the reader of certificates refuses %s', (_, text, code, message) => {
    expect(problemOf(readCertificates(text))).toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  test('every certificate that cannot be read is reported', () => {
    const broken = encodePem('CERTIFICATE', bytes('30 00'))
    const read = readCertificates(broken + pem + broken)
    expect(read.ok ? 0 : read.problems.length).toBe(2)
  })
})
