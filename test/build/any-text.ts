// Random text of any Unicode characters. fast-check's unit `binary` draws from the same characters, but takes a second to build.
import * as fc from 'fast-check'

/** Code points that readers and writers of text treat in a special way. */
const SPECIAL = [
  // Controls: C0, DEL, C1, and the line ends of Unicode.
  0x00, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x2028, 0x2029,
  // Spaces, and characters without a width.
  0x20, 0xa0, 0xad, 0x1680, 0x2003, 0x200b, 0x200c, 0x200d, 0x2060, 0x3000, 0xfeff,
  // Combining marks, and letters that a normal form composes, splits or replaces.
  0x0301, 0x0308, 0x034f, 0x0e33, 0x20e3, 0xfe0f, 0xe9, 0x0130, 0x1e9e, 0x1100, 0xac00, 0x212a, 0xfb01,
  // Text from right to left, and the marks that change the direction.
  0x05d0, 0x0627, 0x0645, 0x061c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2067, 0x2069,
  // Letters and signs that look like ASCII.
  0x0430, 0x0435, 0x043e, 0x03bf, 0x0391, 0x0131, 0x01c3, 0x2010, 0x2024, 0x2044, 0x2215, 0xff0f, 0xff1a, 0xff21,
  // The last and first code point of each length in UTF-8, next to the surrogates, and those that are no characters.
  0x7ff, 0x800, 0xd7ff, 0xe000, 0xf8ff, 0xfdd0, 0xfffd, 0xfffe, 0xffff, 0x10000,
  // Beyond the first plane: emoji, a flag's letter, a mathematical letter, tags, variation selectors, private use.
  0x1f600, 0x1f1e9, 0x1f3fb, 0x1d400, 0x20000, 0xe0001, 0xe0041, 0xe0100, 0xf0000, 0x1fffe, 0x10ffff,
] as const // prettier-ignore

const FIRST_SURROGATE = 0xd800
const SURROGATES = 0x800
const LAST = 0x10ffff

/** Any code point that is no surrogate. */
const anyCodePoint = fc
  .integer({ min: 0, max: LAST - SURROGATES })
  .map(at => (at < FIRST_SURROGATE ? at : at + SURROGATES))
const character = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...SPECIAL) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
    { weight: 1, arbitrary: anyCodePoint },
  )
  .map(point => String.fromCodePoint(point))

/** Special characters, ASCII and any others, in any order. */
export function anyText(
  lengths: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  return fc.string({ ...lengths, unit: character })
}
