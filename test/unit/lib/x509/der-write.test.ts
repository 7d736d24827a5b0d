import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { readDer } from '../../../../src/lib/x509/der.ts'
import { integerOf, oidOf } from '../../../../src/lib/x509/der-values.ts'
import * as write from '../../../../src/lib/x509/der-write.ts'
import { bytes } from './build.ts'

const NULL = write.nullValue()

test.each([
  ['nullValue', write.nullValue(), '05 00'],
  ['boolean true', write.boolean(true), '01 01 ff'],
  ['boolean false', write.boolean(false), '01 01 00'],
  ['sequence', write.sequence(NULL, NULL), '30 04 05 00 05 00'],
  ['an empty sequence', write.sequence(), '30 00'],
  [
    'set, sorted',
    write.set(bytes('02 01 06'), bytes('01 01 ff'), bytes('02 01 05')),
    '31 09 01 01 ff 02 01 05 02 01 06',
  ],
  ['octetString', write.octetString(bytes('00 80 ff')), '04 03 00 80 ff'],
  ['bitString', write.bitString(bytes('a0'), 5), '03 02 05 a0'],
  ['namedBits of none', write.namedBits([]), '03 01 00'],
  ['namedBits 0 and 2', write.namedBits([2, 0]), '03 02 05 a0'],
  ['namedBits 8', write.namedBits([8]), '03 03 07 00 80'],
  ['utf8String', write.utf8String('é€😀'), '0c 09 c3 a9 e2 82 ac f0 9f 98 80'],
  [
    'printableString',
    write.printableString("a '()+,-./:=?"),
    '13 0d 61 20 27 28 29 2b 2c 2d 2e 2f 3a 3d 3f',
  ],
  ['ia5String', write.ia5String('a@b'), '16 03 61 40 62'],
  ['context', write.context(3, NULL), 'a3 02 05 00'],
  ['contextPrimitive', write.contextPrimitive(7, bytes('0a 00 00 01')), '87 04 0a 00 00 01'],
  [
    'contextPrimitive that looks like a padded INTEGER',
    write.contextPrimitive(2, bytes('00 01')),
    '82 02 00 01',
  ],
  ['unsignedInteger with the top bit set', write.unsignedInteger(bytes('80 01')), '02 03 00 80 01'],
  ['unsignedInteger with leading zeros', write.unsignedInteger(bytes('00 00 01')), '02 01 01'],
  ['unsignedInteger of no bytes', write.unsignedInteger(bytes('')), '02 01 00'],
  [
    'time in 1950',
    write.time(new Date('1950-01-01T00:00:00Z')),
    '17 0d 35 30 30 31 30 31 30 30 30 30 30 30 5a',
  ],
  [
    'time in 2049',
    write.time(new Date('2049-12-31T23:59:59.999Z')),
    '17 0d 34 39 31 32 33 31 32 33 35 39 35 39 5a',
  ],
  [
    'time in 2050',
    write.time(new Date('2050-01-01T00:00:00Z')),
    '18 0f 32 30 35 30 30 31 30 31 30 30 30 30 30 30 5a',
  ],
  [
    'time in 1949',
    write.time(new Date('1949-12-31T00:00:00Z')),
    '18 0f 31 39 34 39 31 32 33 31 30 30 30 30 30 30 5a',
  ],
])('the DER writer encodes %s', (_, der, hex) => expect(der).toEqual(bytes(hex)))

test('the DER writer encodes long lengths in the shortest form', () => {
  for (const size of [127, 128, 255, 256, 65_535, 65_536]) {
    const der = write.octetString(new Uint8Array(size))
    expect(readDer(der, { maximumBytes: 1e6 }).content).toHaveLength(size)
  }
})

describe('a written INTEGER', () => {
  test('an INTEGER is read as it was written, in as few bytes as possible', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), value => {
        expect(integerOf(readDer(write.integer(value)), 'it')).toBe(value)
      }),
    )
    for (const value of [0, 1, 127, 128, 255, 256, -1, -128, -129, -256]) {
      expect(integerOf(readDer(write.integer(value)), 'it')).toBe(BigInt(value))
    }
  })
})

describe('a written OID', () => {
  test.each([
    '0.0',
    '1.39.5',
    '2.48.1',
    '2.999.3',
    '2.5.4.3',
    '1.2.840.113549.1.9.14',
    '2.25.2147483647',
  ])('the OID %s is read as it was written', dotted =>
    expect(oidOf(readDer(write.oid(dotted)))).toBe(dotted),
  )

  test.each(['', '1', '3.1', '1.40', '0.40.1', '2.5.04', '2.5..4', '2.5.', 'CN', '2.5.4.3 '])(
    'the OID writer refuses %j',
    text => expect(() => write.oid(text)).toThrow(RangeError),
  )
})

test('the string writers refuse characters that their type does not have', () => {
  expect(() => write.printableString('a*')).toThrow('"a*" is not a PrintableString')
  expect(() => write.printableString('a@b')).toThrow(RangeError)
  expect(() => write.ia5String('é')).toThrow('"é" is not an IA5String')
})
