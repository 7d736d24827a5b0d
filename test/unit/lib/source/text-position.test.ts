import { describe, expect, test } from '@jest/globals'
import { placeAt, sourceText, wholeFile } from '../../../../src/lib/source/text-position.ts'

const TEXT = 'first\nsecond 😀 line\r\n\u202ethird'

describe('a place in a text', () => {
  test.each([
    ['starts at line 1, column 1', 0, 5, { line: 1, column: 1, length: 5, excerpt: 'first' }],
    ['counts code points', 15, 16, { line: 2, column: 9, length: 1 }],
    ['ends at the end of its line', 6, 26, { line: 2, column: 1, length: 13 }],
    ['excludes the carriage return', 6, 8, { line: 2, excerpt: 'second 😀 line' }],
    ['shows invisible characters', 24, 25, { line: 3, excerpt: '\u{fffd}third' }],
    ['after the end is the end', 99, 120, { line: 3, column: 7, length: 1 }],
    ['has a length of at least one', 3, 3, { line: 1, column: 4, length: 1 }],
  ])('a place %s', (_, start, end, expected) => {
    const place = placeAt(sourceText('a.yaml', TEXT), start, end)
    expect(place).toMatchObject({ file: 'a.yaml', ...expected })
  })

  test('the place of a whole file is its first line with content', () => {
    expect(wholeFile(sourceText('a', 'abc\ndef'))).toMatchObject({ line: 1, column: 1, length: 3 })
    const commented = '# a comment\n\n  # another\nabc\n'
    expect(wholeFile(sourceText('a', commented))).toMatchObject({ line: 4, excerpt: 'abc' })
    expect(wholeFile(sourceText('a', '# nothing else\n'))).toMatchObject({ line: 1 })
    expect(wholeFile(sourceText('a', ''))).toMatchObject({ line: 1, column: 1, length: 1 })
  })
})
