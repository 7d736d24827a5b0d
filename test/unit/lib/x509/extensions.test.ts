import { describe, expect, test } from '@jest/globals'
import { readDer } from '../../../../src/lib/x509/der.ts'
import {
  bitString,
  boolean,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  sequence,
} from '../../../../src/lib/x509/der-write.ts'
import { extensionsOf, KEY_USAGES } from '../../../../src/lib/x509/extensions.ts'
import { EXTENSION_OIDS } from '../../../../src/lib/x509/oids.ts'
import { extension } from '../../../../src/lib/x509/pkcs10-write.ts'
import { encodeSans } from '../../../../src/lib/x509/general-names.ts'
import { bytes } from './build.ts'

const { basicConstraints, extendedKeyUsage, keyUsage, subjectAltName } = EXTENSION_OIDS

const read = (...list: readonly Uint8Array[]) => extensionsOf(readDer(sequence(...list)))

describe('the reader of extensions', () => {
  test('the reader keeps every extension as bytes and decodes those that are judged', () => {
    const sans = encodeSans([{ kind: 'dnsName', value: 'a.example' }])
    const set = read(
      extension(subjectAltName, false, sans),
      extension(keyUsage, true, namedBits([0, 2])),
      extension(extendedKeyUsage, false, sequence(oid('1.3.6.1.5.5.7.3.2'), oid('1.2.3'))),
      extension(basicConstraints, true, sequence(boolean(true), integer(0))),
      extension('1.2.3.4', true, bytes('ff')),
    )
    expect(set).toMatchObject({
      sans: [{ kind: 'dnsName', value: 'a.example' }],
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.2', '1.2.3'],
      isCa: true,
    })
    expect(set.extensions.map(({ oid, critical }) => [oid, critical])).toEqual([
      [subjectAltName, false],
      [keyUsage, true],
      [extendedKeyUsage, false],
      [basicConstraints, true],
      ['1.2.3.4', true],
    ])
    expect(set.extensions.at(-1)).toEqual({ oid: '1.2.3.4', critical: true, value: bytes('ff') })
  })

  test.each(KEY_USAGES.map((name, bit) => [name, bit] as const))(
    'the key usage %s is bit %i',
    (name, bit) => {
      expect(read(extension(keyUsage, true, namedBits([bit]))).keyUsage).toEqual([name])
    },
  )

  test('empty basicConstraints are not a CA', () => {
    expect(read(extension(basicConstraints, true, sequence())).isCa).toBe(false)
  })

  const dns = encodeSans([{ kind: 'dnsName', value: 'a' }])

  test.each([
    ['no extensions', sequence(), 'X509_STRUCTURE', 'the list of extensions (a SEQUENCE) is empty'],
    [
      'a SAN extension twice',
      sequence(extension(subjectAltName, false, dns), extension(subjectAltName, true, dns)),
      'X509_STRUCTURE',
      'the extension subjectAltName is given twice',
    ],
    [
      'an unknown extension twice',
      sequence(extension('1.2.3', false, dns), extension('1.2.3', false, dns)),
      'X509_STRUCTURE',
      'the extension 1.2.3 is given twice',
    ],
    [
      'an explicit critical FALSE',
      sequence(sequence(oid('1.2.3'), boolean(false), octetString(dns))),
      'X509_DER',
      'critical of 1.2.3 is written out although it is the default',
    ],
    [
      'an extension without a value',
      sequence(sequence(oid('1.2.3'), boolean(true))),
      'X509_STRUCTURE',
      'an extension has no value (1.2.3)',
    ],
    [
      'a value that is not an OCTET STRING',
      sequence(sequence(oid(subjectAltName), nullValue())),
      'X509_STRUCTURE',
      'expected value (subjectAltName), found tag 05',
    ],
    [
      'a fourth field',
      sequence(sequence(oid('1.2.3'), octetString(dns), nullValue())),
      'X509_STRUCTURE',
      'an extension has a field too many',
    ],
    [
      'bytes after a SAN',
      sequence(extension(subjectAltName, false, Uint8Array.of(...dns, 0))),
      'X509_DER',
      'bytes follow the end of the value',
    ],
    [
      'an empty SAN',
      sequence(extension(subjectAltName, false, sequence())),
      'X509_STRUCTURE',
      'subjectAltName (a SEQUENCE) is empty',
    ],
    [
      'a key usage with zero bits at its end',
      sequence(extension(keyUsage, true, bytes('03 02 00 80'))),
      'X509_DER',
      'keyUsage ends in a bit that is not set',
    ],
    [
      'a tenth key usage',
      sequence(extension(keyUsage, true, namedBits([9]))),
      'X509_STRUCTURE',
      'keyUsage has a bit that RFC 5280 does not name',
    ],
    [
      'a key usage that is not a BIT STRING',
      sequence(extension(keyUsage, true, octetString(bytes('80')))),
      'X509_STRUCTURE',
      'expected keyUsage',
    ],
    [
      'an empty extended key usage',
      sequence(extension(extendedKeyUsage, true, sequence())),
      'X509_STRUCTURE',
      'extendedKeyUsage is empty',
    ],
    [
      'an extended key usage that is not an OID',
      sequence(extension(extendedKeyUsage, true, sequence(nullValue()))),
      'X509_STRUCTURE',
      'expected a purpose of extendedKeyUsage',
    ],
    [
      'an explicit cA FALSE',
      sequence(extension(basicConstraints, true, sequence(boolean(false)))),
      'X509_DER',
      'cA of basicConstraints is written out although it is the default',
    ],
    [
      'a path length without a CA',
      sequence(extension(basicConstraints, true, sequence(integer(0)))),
      'X509_STRUCTURE',
      'a path length that is negative, or not of a CA',
    ],
    [
      'a negative path length',
      sequence(extension(basicConstraints, true, sequence(boolean(true), integer(-1)))),
      'X509_STRUCTURE',
      'a path length that is negative',
    ],
    [
      'a third basic constraint',
      sequence(extension(basicConstraints, true, sequence(boolean(true), integer(0), nullValue()))),
      'X509_STRUCTURE',
      'basicConstraints has a field too many',
    ],
  ])('the reader of extensions refuses %s', (_, der, code, message) => {
    expect(() => extensionsOf(readDer(der))).toThrow(message)
    expect(() => extensionsOf(readDer(der))).toThrow(expect.objectContaining({ code }))
  })

  test('a key usage without bits is an empty list', () => {
    expect(read(extension(keyUsage, true, bitString(bytes('')))).keyUsage).toEqual([])
  })
})
