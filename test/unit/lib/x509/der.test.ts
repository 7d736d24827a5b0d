import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { DerFault, readDer, readingDer, requireSorted } from '../../../../src/lib/x509/der.ts'
import { bytes, problemOf, valueOf } from './build.ts'

function message(hex: string): string {
  return problemOf(readingDer('it', () => readDer(bytes(hex)))).message
}

describe('the DER reader', () => {
  test('the reader keeps tags, contents and absolute offsets', () => {
    const node = readDer(bytes('30 06 02 01 05 a0 01 00'.replace('a0 01 00', '80 01 00')))
    expect(
      node.children.map(({ tag, offset, contentOffset }) => [tag, offset, contentOffset]),
    ).toEqual([
      [0x02, 2, 4],
      [0x80, 5, 7],
    ])
    expect(node.children[0]?.bytes).toEqual(bytes('02 01 05'))
    expect(node.children[0]?.content).toEqual(bytes('05'))
  })

  test('the reader counts offsets from the given start', () => {
    expect(readDer(bytes('30 00'), { offset: 40 }).contentOffset).toBe(42)
    const fault = () => readDer(bytes('30 80 00 00'), { offset: 40 })
    expect(fault).toThrow('an indefinite length (BER, not DER) at byte 41')
  })

  test.each([
    ['no bytes', '', 'a value is missing at byte 0'],
    ['a tag alone', '30', 'a length is missing at byte 1'],
    ['bytes after the end', '05 00 00', 'bytes follow the end of the value at byte 2'],
    ['a truncated value', '04 05 01', 'a value of 5 bytes is cut short at byte 0'],
    ['a truncated inner value', '30 03 04 05 01', 'a value of 5 bytes is cut short at byte 2'],
    [
      'an inner length beyond its parent',
      '30 02 04 02 00 00',
      'a value of 2 bytes is cut short at byte 2',
    ],
    ['an inner value without a length', '30 01 05 00', 'a length is missing at byte 3'],
    ['an indefinite length', '30 80 05 00 00 00', 'an indefinite length (BER, not DER) at byte 1'],
    [
      'a length of five bytes',
      '04 85 00 00 00 00 01 00',
      'a length of more than four bytes at byte 1',
    ],
    [
      'a reserved length',
      `04 ff ${'00'.repeat(128)}`,
      'a length of more than four bytes at byte 1',
    ],
    ['a length of 16 MiB', '04 84 01 00 00 00', 'a value of 16777216 bytes is cut short at byte 0'],
    ['a truncated length', '04 82 01', 'a length is cut short at byte 1'],
    [
      'a length with a leading zero',
      `04 82 00 80 ${'00'.repeat(128)}`,
      'a length with leading zeros (not the shortest form) at byte 1',
    ],
    [
      'a long form for a short length',
      '04 81 05 00 00 00 00 00',
      'a long-form length below 128 (not the shortest form) at byte 1',
    ],
    ['a multi-byte tag', '1f 81 00 00', 'a tag number above 30 (multi-byte tag) at byte 0'],
    [
      'an end-of-contents marker',
      '30 02 00 00',
      'an end-of-contents marker (BER, not DER) at byte 2',
    ],
    [
      'a constructed string',
      '24 03 04 01 00',
      'a string or number built of parts (BER, not DER) at byte 0',
    ],
    [
      'a constructed UTF8String',
      '2c 03 0c 01 41',
      'a string or number built of parts (BER, not DER) at byte 0',
    ],
    [
      'a constructed BIT STRING',
      '23 04 03 02 00 41',
      'a string or number built of parts (BER, not DER) at byte 0',
    ],
    [
      'a primitive SEQUENCE',
      '10 00',
      'a SEQUENCE or SET that is not marked as constructed at byte 0',
    ],
    ['a primitive SET', '11 00', 'a SEQUENCE or SET that is not marked as constructed at byte 0'],
    ['a BOOLEAN of 01', '01 01 01', 'a BOOLEAN that is neither 00 nor FF at byte 0'],
    ['a BOOLEAN of two bytes', '01 02 ff ff', 'a BOOLEAN that is not one byte at byte 0'],
    ['an INTEGER of no bytes', '02 00', 'an INTEGER without contents at byte 0'],
    ['a padded INTEGER', '02 02 00 05', 'an INTEGER in more bytes than it needs at byte 0'],
    [
      'a padded negative INTEGER',
      '02 02 ff 80',
      'an INTEGER in more bytes than it needs at byte 0',
    ],
    ['a padded ENUMERATED', '0a 02 00 05', 'an INTEGER in more bytes than it needs at byte 0'],
    ['a BIT STRING of no bytes', '03 00', 'a BIT STRING without contents at byte 0'],
    ['eight unused bits', '03 02 08 00', 'a BIT STRING with more than seven unused bits at byte 0'],
    ['unused bits without content', '03 01 01', 'an empty BIT STRING with unused bits at byte 0'],
    [
      'unused bits that are set',
      '03 02 01 03',
      'a BIT STRING whose unused bits are not zero at byte 0',
    ],
    ['a NULL with contents', '05 01 00', 'a NULL that has contents at byte 0'],
    ['an OID of no bytes', '06 00', 'an OBJECT IDENTIFIER without contents at byte 0'],
    [
      'an OID with a padded first arc',
      '06 02 80 01',
      'an OBJECT IDENTIFIER with a padded arc at byte 0',
    ],
    [
      'an OID with a padded later arc',
      '06 03 55 80 04',
      'an OBJECT IDENTIFIER with a padded arc at byte 0',
    ],
    [
      'an OID that ends inside an arc',
      '06 02 55 84',
      'an OBJECT IDENTIFIER that stops inside an arc at byte 0',
    ],
    [
      'an OID of 65 bytes',
      `06 41 ${'01'.repeat(65)}`,
      'an OBJECT IDENTIFIER of more than 64 bytes at byte 0',
    ],
    [
      'a SET out of order',
      '31 06 02 01 06 02 01 05',
      'a SET whose parts are not in ascending order at byte 5',
    ],
    [
      'a fault inside a context tag',
      'a0 03 01 01 01',
      'a BOOLEAN that is neither 00 nor FF at byte 2',
    ],
    [
      'a fault deep inside',
      'a0 06 30 04 02 02 00 05',
      'an INTEGER in more bytes than it needs at byte 4',
    ],
  ])('the reader refuses %s', (_, hex, sentence) => {
    expect(message(hex)).toBe(`it cannot be read: ${sentence}`)
  })

  test.each([
    ['a zero OID arc', '06 03 55 1d 00'],
    ['an arc whose later bytes are 80', '06 05 55 81 80 80 00'],
    ['a zero INTEGER', '02 01 00'],
    ['an INTEGER whose sign needs the zero', '02 02 00 80'],
    ['an INTEGER whose sign needs the FF', '02 02 ff 7f'],
    ['an empty BIT STRING', '03 01 00'],
    ['equal parts of a SET', '31 06 02 01 05 02 01 05'],
    ['a length of 128', `04 81 80 ${'00'.repeat(128)}`],
    ['a private tag', 'c5 01 00'],
  ])('the reader accepts %s', (_, hex) => {
    expect(readDer(bytes(hex)).bytes).toEqual(bytes(hex))
  })

  test('the reader accepts nesting up to its limit and refuses deeper nesting', () => {
    const nested = (depth: number) => {
      let der = new Uint8Array(0)
      for (let level = 0; level < depth; level += 1) der = Uint8Array.of(0x30, der.length, ...der)
      return der
    }
    expect(readDer(nested(25)).tag).toBe(0x30)
    expect(() => readDer(nested(26))).toThrow('values nested deeper than 24 at byte 50')
  })

  test('the reader accepts bytes up to its size limit and refuses more', () => {
    const octets = (size: number) => {
      const length = Uint8Array.of(0x83, size >> 16, (size >> 8) & 0xff, size & 0xff)
      return Uint8Array.of(0x04, ...length, ...new Uint8Array(size))
    }
    expect(() => readDer(octets(65_536))).toThrow('65541 bytes are more than the 65536 allowed')
    expect(readDer(octets(65_536), { maximumBytes: 70_000 }).content.length).toBe(65_536)
    expect(() => readDer(new Uint8Array(1_048_577), { maximumBytes: 9e9 })).toThrow(
      '1048577 bytes are more than the 1048576 allowed',
    )
  })

  test('the reader throws only DerFault for any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), derLike()), der => {
        expect(readingDer('it', () => readDer(der))).toHaveProperty('ok')
      }),
      { numRuns: 500 },
    )
  })

  test('the reader accepts only bytes that its nodes encode to', () => {
    fc.assert(
      fc.property(derLike(), der => {
        const read = readingDer('it', () => readDer(der))
        if (read.ok) expect(read.value.bytes).toEqual(der)
      }),
      { numRuns: 500 },
    )
  })
})

/** Bytes that look like nested TLVs, most with correct lengths. */
function derLike(): fc.Arbitrary<Uint8Array> {
  const { tree } = fc.letrec<{ tree: Uint8Array; leaf: Uint8Array; node: Uint8Array }>(tie => ({
    tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('node')),
    leaf: fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 6 }))
      .map(([tag, content]) => Uint8Array.of(tag, content.length, ...content)),
    node: fc
      .tuple(fc.constantFrom(0x30, 0x31, 0xa0), fc.array(tie('tree'), { maxLength: 4 }))
      .map(([tag, parts]) => {
        const content = parts.flatMap(part => [...part])
        return Uint8Array.of(tag, content.length, ...content)
      }),
  }))
  return tree
}

describe('the result of a DER reader', () => {
  test('a reader without a fault returns its value', () => {
    expect(valueOf(readingDer('it', () => 5))).toBe(5)
  })

  test('a DerFault becomes a problem with its code and hint', () => {
    const read = readingDer('the name', () => {
      throw new DerFault('X509_STRING', 'CN is empty', 7, 'write one')
    })
    expect(problemOf(read)).toEqual({
      code: 'X509_STRING',
      at: null,
      message: 'the name cannot be read: CN is empty at byte 7',
      hint: 'write one',
    })
  })

  test('any other error is thrown, since it is a bug', () => {
    const bug = () =>
      readingDer('it', () => {
        throw new TypeError('bug')
      })
    expect(bug).toThrow(TypeError)
  })
})

test('an implicitly tagged SET must have the same order', () => {
  expect(() => requireSorted(readDer(bytes('a0 06 02 01 05 02 01 06')))).not.toThrow()
  expect(() => requireSorted(readDer(bytes('a0 06 02 01 06 02 01 05')))).toThrow('ascending')
})
