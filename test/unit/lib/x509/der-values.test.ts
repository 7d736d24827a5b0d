import { describe, expect, test } from '@jest/globals'
import { readDer, TAG } from '../../../../src/lib/x509/der.ts'
import {
  bitStringBytes,
  booleanOf,
  explicitOf,
  Fields,
  insideOctets,
  integerOf,
  oidOf,
  requireTag,
  someOf,
} from '../../../../src/lib/x509/der-values.ts'
import { bytes } from './build.ts'

const node = (hex: string) => readDer(bytes(hex))

describe('the fields of a SEQUENCE', () => {
  const two = () => new Fields(node('30 05 02 01 05 05 00'), 'the pair')

  test('fields are read in order until the end', () => {
    const fields = two()
    expect(fields.next(TAG.INTEGER, 'number').content).toEqual(bytes('05'))
    expect(fields.optional(TAG.BOOLEAN)).toBeNull()
    expect(fields.optional(TAG.NULL)?.offset).toBe(5)
    expect(() => fields.end()).not.toThrow()
    expect(fields.rest()).toBeNull()
  })

  test.each([
    [
      'a field that is not read',
      (fields: Fields) => fields.end(),
      'the pair has a field too many at byte 2',
    ],
    [
      'two unread fields where one is allowed',
      (fields: Fields) => fields.rest(),
      'the pair has a field too many at byte 5',
    ],
    [
      'a field of another type',
      (fields: Fields) => fields.next(TAG.NULL, 'number'),
      'expected number, found tag 02 at byte 2',
    ],
    [
      'a missing field',
      (fields: Fields) => [fields.any('a'), fields.any('b'), fields.any('third')],
      'the pair has no third at byte 7',
    ],
  ])('the reader of fields refuses %s', (_, read, message) => {
    expect(() => read(two())).toThrow(message)
  })

  test('the reader of fields refuses a value that is not a SEQUENCE', () => {
    expect(() => new Fields(node('05 00'), 'the pair')).toThrow(
      'expected the pair (a SEQUENCE), found tag 05 at byte 0',
    )
  })
})

test.each([
  ['06 03 55 04 03', '2.5.4.3'],
  ['06 01 00', '0.0'],
  ['06 01 27', '0.39'],
  ['06 01 28', '1.0'],
  ['06 01 4f', '1.39'],
  ['06 01 50', '2.0'],
  ['06 02 81 34', '2.100'],
  ['06 03 88 37 03', '2.999.3'],
  ['06 04 55 81 80 00', '2.5.16384'],
  ['06 0a 09 92 26 89 93 f2 2c 64 01 01', '0.9.2342.19200300.100.1.1'],
  ['06 06 69 87 ff ff ff 7f', '2.25.2147483647'],
])('the OID %s reads as %s', (hex, dotted) => expect(oidOf(node(hex))).toBe(dotted))

test.each(['06 06 69 88 80 80 80 00', '06 05 88 80 80 80 00'])(
  'the OID %s is refused, since Go cannot read its arc',
  hex => expect(() => oidOf(node(hex))).toThrow('an arc above 2^31 - 1 at byte 0'),
)

test.each([
  ['02 01 00', 0n],
  ['02 01 7f', 127n],
  ['02 02 00 80', 128n],
  ['02 01 80', -128n],
  ['02 01 ff', -1n],
  ['02 09 01 00 00 00 00 00 00 00 00', 18_446_744_073_709_551_616n],
])('the INTEGER %s reads as %s', (hex, value) => expect(integerOf(node(hex), 'it')).toBe(value))

test('a BOOLEAN reads as true or false', () => {
  expect([booleanOf(node('01 01 ff'), 'it'), booleanOf(node('01 01 00'), 'it')]).toEqual([
    true,
    false,
  ])
})

test('a BIT STRING of whole bytes is read, and any other is refused', () => {
  expect(bitStringBytes(node('03 03 00 01 02'), 'it')).toEqual(bytes('01 02'))
  expect(() => bitStringBytes(node('03 02 04 10'), 'it')).toThrow('it does not hold whole bytes')
})

test('an explicit tag must wrap exactly one value', () => {
  expect(explicitOf(node('a0 02 05 00'), 'it').tag).toBe(TAG.NULL)
  expect(() => explicitOf(node('a0 00'), 'it')).toThrow('it must wrap exactly one value')
  expect(() => explicitOf(node('a0 04 05 00 05 00'), 'it')).toThrow('exactly one value')
})

test('DER inside an OCTET STRING is read, with offsets from the outside', () => {
  expect(insideOctets(node('04 02 05 00'), 'it').offset).toBe(2)
  expect(() => insideOctets(node('04 03 05 00 00'), 'it')).toThrow('at byte 4')
  expect(() => insideOctets(node('0c 02 05 00'), 'it')).toThrow('expected it, found tag 0c')
})

test('an empty list is refused', () => {
  expect(someOf(node('30 02 05 00'), TAG.SEQUENCE, 'it')).toHaveLength(1)
  expect(() => someOf(node('30 00'), TAG.SEQUENCE, 'the list')).toThrow(
    'the list is empty at byte 0',
  )
})

test('a wrong tag is refused with the name of the expected value', () => {
  expect(() => requireTag(node('05 00'), TAG.OID, 'a type')).toThrow(
    'expected a type, found tag 05',
  )
})
