import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { San } from '../../../../src/domain/request/x500.ts'
import {
  context,
  contextPrimitive,
  oid,
  sequence,
  utf8String,
} from '../../../../src/lib/x509/der-write.ts'
import { encodeName } from '../../../../src/lib/x509/x500-name.ts'
import {
  encodeSans,
  formatSan,
  readSans,
  sanFault,
} from '../../../../src/lib/x509/general-names.ts'
import { bytes, named, problemOf, valueOf } from './build.ts'

const OTHER = context(0, oid('1.3.6.1.4.1.311.20.2.3'), context(0, utf8String('jane')))
const DIRECTORY = context(4, encodeName(named('CN=jane')))
const X400 = context(3)
const EDI = context(5, context(1, utf8String('x')))
const RID = bytes('88 03 55 04 03')

const EVERY_KIND: readonly San[] = [
  { kind: 'otherName', der: OTHER },
  { kind: 'emailAddress', value: 'jane@example.com' },
  { kind: 'dnsName', value: 'a.example' },
  { kind: 'x400Address', der: X400 },
  { kind: 'directoryName', der: DIRECTORY },
  { kind: 'ediPartyName', der: EDI },
  { kind: 'uri', value: 'spiffe://cluster/ns/a' },
  { kind: 'ipAddress', value: '10.0.0.1' },
  { kind: 'ipAddress', value: '2001:db8::1' },
  { kind: 'registeredId', der: RID },
]

describe('the reader of alternative names', () => {
  test('the reader accepts every kind in order, and the writer gives the same bytes', () => {
    expect(valueOf(readSans(encodeSans(EVERY_KIND)))).toEqual(EVERY_KIND)
  })

  test.each([
    ['no names', sequence(), 'X509_STRUCTURE', 'subjectAltName (a SEQUENCE) is empty'],
    [
      'an unknown kind',
      sequence(contextPrimitive(9, bytes('61'))),
      'X509_STRUCTURE',
      'a SAN of a kind that does not exist at byte 2',
    ],
    [
      'a constructed DNS name',
      sequence(context(2, utf8String('a'))),
      'X509_STRUCTURE',
      'a kind that does not exist',
    ],
    [
      'a universal string',
      sequence(utf8String('a')),
      'X509_STRUCTURE',
      'a kind that does not exist',
    ],
    [
      'a DNS name with non-ASCII letters',
      sequence(contextPrimitive(2, bytes('c3 a9'))),
      'X509_STRING',
      'a DNS SAN is not ASCII at byte 2',
    ],
    [
      'NUL in a DNS name',
      sequence(contextPrimitive(2, bytes('61 00 62'))),
      'X509_STRING',
      'a DNS SAN holds a control character at byte 2',
    ],
    [
      'an empty DNS name',
      sequence(contextPrimitive(2, bytes(''))),
      'X509_STRING',
      'a DNS SAN is empty at byte 2',
    ],
    [
      'NUL in an e-mail address',
      sequence(contextPrimitive(1, bytes('00'))),
      'X509_STRING',
      'an e-mail SAN holds a control character',
    ],
    [
      'a line end in a URI',
      sequence(contextPrimitive(6, bytes('61 0a'))),
      'X509_STRING',
      'a URI SAN holds a control character',
    ],
    [
      'an address of 3 bytes',
      sequence(contextPrimitive(7, bytes('0a 00 00'))),
      'X509_STRUCTURE',
      'an IP SAN of 3 bytes, not 4 or 16 at byte 2',
    ],
    [
      'an address with a mask',
      sequence(contextPrimitive(7, bytes('0a 00 00 00 ff 00 00 00'))),
      'X509_STRUCTURE',
      'an IP SAN of 8 bytes',
    ],
    [
      'IPv4 inside IPv6',
      sequence(contextPrimitive(7, bytes(`${'00'.repeat(10)} ff ff 0a 00 00 01`))),
      'X509_STRUCTURE',
      'an IP SAN is IPv4 inside IPv6',
    ],
    [
      'an otherName without a value',
      sequence(context(0, oid('1.2.3'))),
      'X509_STRUCTURE',
      'an otherName SAN is not a type and a value',
    ],
    [
      'an otherName of two values',
      sequence(context(0, oid('1.2.3'), context(0, oid('1.2.3'), oid('1.2.3')))),
      'X509_STRUCTURE',
      'must wrap exactly one value',
    ],
    [
      'a directoryName that is not a name',
      sequence(context(4, sequence(oid('1.2.3')))),
      'X509_STRUCTURE',
      'a relative distinguished name',
    ],
    [
      'a directoryName with NUL',
      sequence(context(4, encodeName(named('CN=a\0b')))),
      'X509_STRING',
      'control character',
    ],
    [
      'a padded registeredID',
      sequence(contextPrimitive(8, bytes('80 01'))),
      'X509_DER',
      'an OBJECT IDENTIFIER with a padded arc at byte 2',
    ],
    ['bytes after the names', bytes('30 03 82 01 61 00'), 'X509_DER', 'bytes follow the end'],
  ])('the reader of alternative names refuses %s', (_, der, code, message) => {
    expect(problemOf(readSans(der))).toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })
})

describe('the writer of alternative names', () => {
  const ascii = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
  const san: fc.Arbitrary<San> = fc.oneof(
    fc.record({ kind: fc.constantFrom('dnsName', 'emailAddress', 'uri'), value: ascii }),
    fc.record({
      kind: fc.constant('ipAddress'),
      value: fc.oneof(fc.ipV4(), fc.constant('2001:db8::1')),
    }),
    fc.constantFrom(...EVERY_KIND),
  )

  test('alternative names are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(san, { minLength: 1, maxLength: 8 }), sans => {
        expect(valueOf(readSans(encodeSans(sans)))).toEqual(sans)
      }),
    )
  })

  test('the writer throws RangeError exactly where the check finds a fault', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '.', '1', '\0', '\u007f', 'é'),
      maxLength: 6,
    })
    const kind = fc.constantFrom('dnsName', 'emailAddress', 'uri', 'ipAddress')
    fc.assert(
      fc.property(fc.record({ kind, value: text }), one => {
        if (sanFault(one) === null) expect(valueOf(readSans(encodeSans([one])))).toHaveLength(1)
        else expect(() => encodeSans([one])).toThrow(RangeError)
      }),
    )
  })
})

test.each<[San, string | null]>([
  [{ kind: 'dnsName', value: 'a.example' }, null],
  [{ kind: 'dnsName', value: 'é.example' }, '"é.example" is not ASCII, as DNS names are'],
  [{ kind: 'dnsName', value: '' }, 'a subject alternative name (DNS) is empty'],
  [{ kind: 'uri', value: 'a\nb' }, '"a\nb" holds a control character'],
  [{ kind: 'ipAddress', value: '10.0.0.0/8' }, '"10.0.0.0/8" is not an IP address'],
  [{ kind: 'ipAddress', value: '::ffff:1.2.3.4' }, '"::ffff:1.2.3.4" is not an IP address'],
  [{ kind: 'registeredId', der: RID }, null],
])('the check of %j finds %j', (san, fault) => expect(sanFault(san)).toBe(fault))

describe('the text of an alternative name', () => {
  test.each([
    ['otherName:1.3.6.1.4.1.311.20.2.3:0c046a616e65', EVERY_KIND[0]],
    ['email:jane@example.com', EVERY_KIND[1]],
    ['DNS:a.example', EVERY_KIND[2]],
    ['x400Address:a300', EVERY_KIND[3]],
    ['dirName:CN=jane', EVERY_KIND[4]],
    ['ediPartyName:a505a1030c0178', EVERY_KIND[5]],
    ['URI:spiffe://cluster/ns/a', EVERY_KIND[6]],
    ['IP:10.0.0.1', EVERY_KIND[7]],
    ['IP:2001:db8::1', EVERY_KIND[8]],
    ['RID:2.5.4.3', EVERY_KIND[9]],
    [String.raw`DNS:a\, DNS:b`, { kind: 'dnsName', value: 'a, DNS:b' }],
    [String.raw`DNS:a\E2\80\AEb`, { kind: 'dnsName', value: 'a\u202Eb' }],
    ['otherName:0500', { kind: 'otherName', der: bytes('05 00') }],
    ['otherName:ff', { kind: 'otherName', der: bytes('ff') }],
  ] as const)('the text of an alternative name is %s', (text, san) =>
    expect(san === undefined ? '' : formatSan(san)).toBe(text),
  )
})
