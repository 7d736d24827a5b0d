import { describe, expect, test } from '@jest/globals'
import { DerFault, readDer } from '../../../../src/lib/x509/der.ts'
import { ia5Of, stringOf } from '../../../../src/lib/x509/strings.ts'
import { bytes } from './build.ts'

describe('the reader of ASN.1 strings', () => {
  test.each([
    ['a UTF8String', '0c 09 c3 a9 e2 82 ac f0 9f 98 80', 'é€😀'],
    ['a NumericString', '12 03 31 20 32', '1 2'],
    ['a PrintableString', '13 03 61 2b 3f', 'a+?'],
    ['an ASCII TeletexString', '14 02 61 2a', 'a*'],
    ['an IA5String', '16 03 61 40 62', 'a@b'],
    ['a BMPString', '1e 04 00 e9 20 ac', 'é€'],
  ])('the reader accepts %s', (_, hex, text) =>
    expect(stringOf(readDer(bytes(hex)), 'CN')).toBe(text),
  )

  test.each([
    ['truncated UTF-8', '0c 01 c3', 'CN is not a valid UTF8String at byte 0'],
    ['overlong UTF-8', '0c 02 c0 80', 'CN is not a valid UTF8String at byte 0'],
    ['a surrogate in UTF-8', '0c 03 ed a0 80', 'CN is not a valid UTF8String at byte 0'],
    ['Latin-1 as UTF-8', '0c 01 e9', 'CN is not a valid UTF8String at byte 0'],
    ['a letter in a NumericString', '12 01 61', 'CN is not a valid NumericString at byte 0'],
    ['an asterisk in a PrintableString', '13 01 2a', 'CN is not a valid PrintableString at byte 0'],
    ['an at sign in a PrintableString', '13 01 40', 'CN is not a valid PrintableString at byte 0'],
    [
      'a line end in a PrintableString',
      '13 02 61 0a',
      'CN is not a valid PrintableString at byte 0',
    ],
    ['non-ASCII in a TeletexString', '14 01 e9', 'CN is not a valid TeletexString at byte 0'],
    ['non-ASCII in an IA5String', '16 01 e9', 'CN is not a valid IA5String at byte 0'],
    ['a VisibleString', '1a 02 61 7e', 'CN is not a character string at byte 0'],
    ['a UniversalString', '1c 04 00 00 00 61', 'CN is not a character string at byte 0'],
    ['an odd BMPString', '1e 01 61', 'CN is not a valid BMPString at byte 0'],
    [
      'a surrogate pair in a BMPString',
      '1e 04 d8 3d de 00',
      'CN is not a valid BMPString at byte 0',
    ],
    ['half a surrogate pair', '1e 02 d8 3d', 'CN is not a valid BMPString at byte 0'],
    ['NUL in a UTF8String', '0c 03 61 00 62', 'CN holds a control character at byte 0'],
    ['a line end', '0c 02 61 0a', 'CN holds a control character at byte 0'],
    ['DEL', '16 01 7f', 'CN holds a control character at byte 0'],
    ['a C1 control', '0c 02 c2 85', 'CN holds a control character at byte 0'],
    ['NUL in a BMPString', '1e 02 00 00', 'CN holds a control character at byte 0'],
    ['an empty string', '0c 00', 'CN is empty at byte 0'],
    ['a number', '02 01 05', 'CN is not a character string at byte 0'],
    ['a list', '30 00', 'CN is not a character string at byte 0'],
  ])('the reader refuses %s', (_, hex, message) => {
    const read = () => stringOf(readDer(bytes(hex)), 'CN')
    expect(read).toThrow(message)
    expect(read).toThrow(expect.objectContaining({ code: 'X509_STRING' }))
    expect(read).toThrow(DerFault)
  })

  test('the reader keeps a byte order mark, since it is part of the signed bytes', () => {
    expect(stringOf(readDer(bytes('0c 04 ef bb bf 61')), 'CN')).toBe('\uFEFFa')
  })
})

describe('the reader of IA5 strings', () => {
  test('the IA5 reader accepts ASCII', () =>
    expect(ia5Of(readDer(bytes('82 01 61')), 'a DNS SAN')).toBe('a'))

  test.each([
    ['82 01 e9', 'a DNS SAN is not ASCII at byte 0'],
    ['82 03 61 00 62', 'a DNS SAN holds a control character at byte 0'],
    ['82 00', 'a DNS SAN is empty at byte 0'],
  ])('the IA5 reader refuses %s', (hex, message) => {
    expect(() => ia5Of(readDer(bytes(hex)), 'a DNS SAN')).toThrow(message)
  })
})
