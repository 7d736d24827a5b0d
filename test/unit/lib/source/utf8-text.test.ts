import { describe, expect, test } from '@jest/globals'
import { quoted } from '../../../../src/lib/source/hidden-characters.ts'
import { readText } from '../../../../src/lib/source/utf8-text.ts'
import { codesOf, valueOf } from '../../../build/request.ts'

const RULES = { maxBytes: 64, tooLarge: 'REQUEST_TOO_LARGE', encoding: 'REQUEST_ENCODING' } as const

function read(content: string | number[]) {
  const bytes =
    typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content)
  return readText('a.yaml', bytes, RULES)
}

describe('the text of a file', () => {
  test('a text may have tabs, CR LF and every visible letter', () => {
    expect(valueOf(read('a\tb\r\nü 日本 é\n')).text).toBe('a\tb\r\nü 日本 é\n')
  })

  test.each([
    ['a file that is too large', 'x'.repeat(65), ['REQUEST_TOO_LARGE 1:1']],
    ['a byte order mark', '\u{feff}a', ['REQUEST_ENCODING 1:1']],
    ['NUL', 'a\0b', ['REQUEST_ENCODING 1:2']],
    ['escape', 'a\n\u001b[31m', ['REQUEST_ENCODING 2:1']],
    ['a lone carriage return', 'a\rb', ['REQUEST_ENCODING 1:2']],
    ['direction marks', 'a\u202eb\u2066', ['REQUEST_ENCODING 1:2', 'REQUEST_ENCODING 1:4']],
    ['zero-width characters', 'a\u200bb\u200d', ['REQUEST_ENCODING 1:2', 'REQUEST_ENCODING 1:4']],
    ['invisible fillers', 'a\u3164', ['REQUEST_ENCODING 1:2']],
    ['a line separator', 'a\u2028b', ['REQUEST_ENCODING 1:2']],
    ['tag characters', 'a\u{e0041}', ['REQUEST_ENCODING 1:2']],
    ['Latin-1', [97, 10, 98, 0xfc, 99], ['REQUEST_ENCODING 2:2']],
    ['truncated UTF-8', [97, 0xc3], ['REQUEST_ENCODING 1:2']],
    ['half a surrogate pair', [0xed, 0xa0, 0x80], ['REQUEST_ENCODING 1:1']],
  ])('a text with %s is refused', (_, content, codes) => {
    expect(codesOf(read(content))).toEqual(codes)
  })

  test('a merge conflict is one problem at its first line', () => {
    const content = 'a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n'
    const conflict = read(content)
    expect(codesOf(conflict)).toEqual(['REQUEST_ENCODING 2:1'])
    expect(!conflict.ok && conflict.problems[0].message).toContain('unresolved merge conflict')
    expect(valueOf(read(content.replace('<<<<<<< ', ' <<<<<<< '))).text).toContain('<<<<<<<')
  })

  test('the problem names an invisible character, and shows no bytes that are not text', () => {
    const hidden = read('a\u202eb')
    expect(!hidden.ok && hidden.problems[0].message).toContain('U+202E')
    const broken = read([97, 0xfc])
    expect(!broken.ok && broken.problems[0].at?.excerpt).toBeNull()
  })
})

describe('a value in a message', () => {
  test.each([
    ['is quoted', 'jane', '"jane"'],
    ['is cut after sixty characters', 'x'.repeat(61), `"${'x'.repeat(60)}…"`],
    ['shows its hidden characters as escapes', 'a\u202eb\n', String.raw`"a\u{202e}b\n"`],
  ])('a value in a message %s', (_, value, expected) => expect(quoted(value)).toBe(expected))
})
