// Texts that try to make a page show something else.
import * as fc from 'fast-check'
import { anyText } from './any-text.ts'

const PIECES = [
  '@owner', '@acme/platform', '#1', 'GH-1', 'acme/certs#2', 'JIRA-123', '3f2c1ab', 'f'.repeat(40),
  'https://example.com', 'www.example.com', 'jane@example.com', 'mailto:a@b.example', '<!--', '-->',
  '</details>', '<details>', '</summary>', '</code>', '<img src=x onerror=y>', '<a href=x>', '<sub>',
  '[x](https://example.com)', '![x](y)', '[x]: https://example.com', '|', '\\', '\\|', '||', '| --- |',
  '`', '``', '```', '~~~', '~~x~~', '**', '__', '*', '_', '$x$', '$$', ':tada:', '&lt;', '&#64;', '&amp',
  '\n', '\r\n', '\n\n', '\n- x', '\n# x', '\n---', '\n===', '\t', '    ', ' ', '  ', '- ', '1. ', '> ',
  '#', '##', '=', '-', '+', '\u202e', '\u2066', '\u200b', '\u2028', '\u00a0', '\u05d0\u05d1', '\u0645',
  '\u0301', '\ud800', '\u0000', '\u001b[2J', '[!NOTE]', '[^1]', '<?', '<![CDATA[', 'jane', 'CN=jane',
  'developers', 'the', 'a', 'is', '1', '"', "'", '(', ')', ',', '.', ':', ';', '!', 'gh-', '\ufeff',
] as const // prettier-ignore

/** The pieces in any order, with and without spaces, mixed with other text. */
export function hostileText(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
    { weight: 1, arbitrary: anyText({ maxLength: 6 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }) },
  )
  return fc
    .array(fc.tuple(piece, fc.constantFrom('', '', ' ')), { maxLength: 14 })
    .map(pieces => pieces.flat().join(''))
}
