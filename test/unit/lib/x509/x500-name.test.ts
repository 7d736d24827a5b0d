import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { DistinguishedName } from '../../../../src/domain/request/x500.ts'
import { oid, sequence, set, tlv, utf8String } from '../../../../src/lib/x509/der-write.ts'
import {
  attribute,
  encodeName,
  formatName,
  inDerOrder,
  readName,
  showInvisible,
  attributeValues,
} from '../../../../src/lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../../src/lib/x509/oids.ts'
import { bytes, named, problemOf, valueOf } from './build.ts'

const { CN, O, C, DC, emailAddress, serialNumber } = ATTRIBUTE_OIDS

const read = (name: DistinguishedName) => valueOf(readName(encodeName(name)))

describe('the reader of names', () => {
  test('the reader returns every attribute of every RDN in order', () => {
    const name = read([
      ...named('CN=web', 'CN=system:admin'),
      [attribute(O, 'b'), attribute(O, 'a')],
    ])
    expect(name.map(rdn => rdn.map(({ value }) => value))).toEqual([
      ['web'],
      ['system:admin'],
      ['a', 'b'],
    ])
    expect(attributeValues(name, CN)).toEqual(['web', 'system:admin'])
  })

  test('the reader accepts an empty name', () => expect(read([])).toEqual([]))

  test('the reader keeps the type of each string', () => {
    const der = sequence(set(sequence(oid(CN), utf8String('jane'))))
    expect(valueOf(readName(der))[0]?.[0]?.der).toEqual(utf8String('jane'))
    expect(encodeName(valueOf(readName(der)))).toEqual(der)
  })

  test.each([
    ['a SET in place of the SEQUENCE', tlv(0x31), 'X509_STRUCTURE', 'expected a name (a SEQUENCE)'],
    ['an RDN that is a SEQUENCE', sequence(sequence()), 'X509_STRUCTURE', 'expected a relative'],
    [
      'an empty RDN',
      sequence(set()),
      'X509_STRUCTURE',
      'distinguished name (a SET) is empty at byte 2',
    ],
    [
      'an attribute without a value',
      sequence(set(sequence(oid(CN)))),
      'X509_STRUCTURE',
      'an attribute of a name has no value',
    ],
    [
      'an attribute of two values',
      sequence(set(sequence(oid(CN), utf8String('a'), utf8String('b')))),
      'X509_STRUCTURE',
      'an attribute of a name has a field too many',
    ],
    [
      'a type that is not an OID',
      sequence(set(sequence(utf8String('CN'), utf8String('a')))),
      'X509_STRUCTURE',
      'the type of a name attribute',
    ],
    [
      'a value that is not a string',
      sequence(set(sequence(oid(CN), tlv(0x02, bytes('05'))))),
      'X509_STRING',
      'CN of a name is not a character string at byte 11',
    ],
    [
      'NUL in a value',
      sequence(set(sequence(oid(CN), utf8String('a\0b')))),
      'X509_STRING',
      'CN of a name holds a control character at byte 11',
    ],
    ['bytes after the name', bytes('30 00 00'), 'X509_DER', 'bytes follow the end'],
  ])('the reader of names refuses %s', (_, der, code, message) => {
    expect(problemOf(readName(der))).toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  test('the reader refuses an RDN out of order', () => {
    const [a, b] = [sequence(oid(O), utf8String('a')), sequence(oid(O), utf8String('b'))]
    expect(readName(sequence(tlv(0x31, a, b))).ok).toBe(true)
    expect(problemOf(readName(sequence(tlv(0x31, b, a)))).code).toBe('X509_DER')
  })

  test('the result of the reader does not change when the given bytes change', () => {
    const der = encodeName(named('CN=jane'))
    const name = valueOf(readName(der))
    der.fill(0)
    expect(encodeName(name)).toEqual(encodeName(named('CN=jane')))
  })
})

describe('a name attribute', () => {
  test.each([
    ['a plain name', CN, 'jane doe', 0x13],
    ['a name with an asterisk', CN, '*.example', 0x0c],
    ['a name with non-ASCII letters', O, 'Zoë', 0x0c],
    ['a country', C, 'DE', 0x13],
    ['a serial number', serialNumber, 'A-1', 0x13],
    ['an e-mail address', emailAddress, 'jane@example.com', 0x16],
    ['an e-mail address with non-ASCII letters', emailAddress, 'zoë@example.com', 0x0c],
    ['a domain component', DC, 'example', 0x16],
  ])('the writer encodes %s with the type that signers expect', (_, type, value, tag) => {
    expect(attribute(type, value).der[0]).toBe(tag)
  })

  test('the value of an attribute equals its bytes, also for half a surrogate pair', () => {
    const half = attribute(CN, 'a\ud800')
    expect(half.value).toBe('a\uFFFD')
    expect(read([[half]])[0]?.[0]).toEqual(half)
  })
})

describe('the text of a name', () => {
  test.each([
    ['attributes in their order', named('CN=jane', 'O=developers'), 'CN=jane, O=developers'],
    ['attributes of one RDN', [[attribute(CN, 'jane'), attribute(O, 'dev')]], 'CN=jane+O=dev'],
    ['a type without a short name', [[attribute('1.2.3', 'x')]], '1.2.3=x'],
    ['an empty name', [], ''],
    [
      'a name inside a name',
      named('CN=jane, O=system:masters'),
      String.raw`CN=jane\, O\=system:masters`,
    ],
    ['special characters', named('CN=a"b\\c<d>e;f+g'), String.raw`CN=a\"b\\c\<d\>e\;f\+g`],
    ['a space or a hash at the start', named('CN= a', 'O=#1'), String.raw`CN=\ a, O=\#1`],
    ['a space at the end', named('CN=a '), String.raw`CN=a\ `],
    ['a single space', named('CN= '), String.raw`CN=\ `],
    ['a direction mark', named('CN=a\u202Eb'), String.raw`CN=a\E2\80\AEb`],
    ['a zero-width space', named('CN=a\u200Bb'), String.raw`CN=a\E2\80\8Bb`],
    ['a no-break space', named('CN=a\u00A0b'), String.raw`CN=a\C2\A0b`],
    ['a filler', named('CN=a\u3164b'), String.raw`CN=a\E3\85\A4b`],
    ['a line end', named('CN=a\nb'), String.raw`CN=a\0Ab`],
    ['letters of other scripts', named('CN=Zoë 東京'), 'CN=Zoë 東京'],
  ])('the text of a name shows %s', (_, name, text) => expect(formatName(name)).toBe(text))

  test('two names have the same text only if every type and value is the same', () => {
    fc.assert(
      fc.property(anyName(), anyName(), (first, second) => {
        const values = (name: DistinguishedName) =>
          JSON.stringify(name.map(rdn => rdn.map(({ oid, value }) => [oid, value])))
        expect(formatName(first) === formatName(second)).toBe(values(first) === values(second))
      }),
    )
  })
})

test('visible spaces are not escaped', () => expect(showInvisible('a b')).toBe('a b'))

function anyName(): fc.Arbitrary<DistinguishedName> {
  const one = fc
    .tuple(
      fc.constantFrom(...Object.values(ATTRIBUTE_OIDS), '1.2.3.4', '2.999.1'),
      fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
        fc.constantFrom(', ', '+', '='),
      ),
    )
    .map(([type, value]) => attribute(type, value))
  return fc.array(fc.array(one, { minLength: 1, maxLength: 3 }), { maxLength: 4 })
}

describe('the writer of names', () => {
  test('a name is read as it was written', () => {
    fc.assert(
      fc.property(anyName(), name => {
        const again = readName(encodeName(name))
        const hidden = name.flat().some(({ value }) => /\p{Cc}/u.test(value))
        if (hidden) expect(problemOf(again).code).toBe('X509_STRING')
        else expect(encodeName(valueOf(again))).toEqual(encodeName(name))
      }),
    )
  })

  test('the writer keeps every value of an RDN', () => {
    fc.assert(
      fc.property(anyName(), name => {
        const again = readName(encodeName(name))
        if (!again.ok) return
        const values = (one: DistinguishedName) =>
          one.map(rdn => rdn.map(({ oid, value }) => `${oid}=${value}`).sort())
        expect(values(again.value)).toEqual(values(name))
      }),
    )
  })
})

test('the attributes of an RDN are sorted as in DER', () => {
  const [jane, dev] = [attribute(CN, 'jane'), attribute(O, 'dev')]
  expect(inDerOrder([[jane, dev], [jane]])).toEqual([[dev, jane], [jane]])
})
