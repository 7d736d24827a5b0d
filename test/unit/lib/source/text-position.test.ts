import { describe, expect, test } from '@jest/globals'
import { placeAt, sourceText, wholeFile } from '../../../../src/lib/source/text-position.ts'

const TEXT = 'first\nsecond 😀 line\r\n\u202ethird'

describe('a place', () => {
  test.each([
    ['begins at line 1, column 1', 0, 5, { line: 1, column: 1, length: 5, excerpt: 'first' }],
    ['counts code points', 15, 16, { line: 2, column: 9, length: 1 }],
    ['is cut at the end of its line', 6, 26, { line: 2, column: 1, length: 13 }],
    ['leaves the carriage return out', 6, 8, { line: 2, excerpt: 'second 😀 line' }],
    ['shows what cannot be seen', 24, 25, { line: 3, excerpt: '\u{fffd}third' }],
    ['behind the end is the end', 99, 120, { line: 3, column: 7, length: 1 }],
    ['has a length of one at least', 3, 3, { line: 1, column: 4, length: 1 }],
  ])('%s', (_, start, end, expected) => {
    const place = placeAt(sourceText('a.yaml', TEXT), start, end)
    expect(place).toMatchObject({ file: 'a.yaml', ...expected })
  })

  test('of the whole file is its first line that says anything', () => {
    expect(wholeFile(sourceText('a', 'abc\ndef'))).toMatchObject({ line: 1, column: 1, length: 3 })
    const commented = '# a comment\n\n  # another\nabc\n'
    expect(wholeFile(sourceText('a', commented))).toMatchObject({ line: 4, excerpt: 'abc' })
    expect(wholeFile(sourceText('a', '# nothing else\n'))).toMatchObject({ line: 1 })
    expect(wholeFile(sourceText('a', ''))).toMatchObject({ line: 1, column: 1, length: 1 })
  })
})
