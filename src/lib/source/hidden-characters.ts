// Characters that hide or reorder others, and the display of text from files: quoted, cut, everything visible. A reviewer must see
// every character that counts (Unicode UTS #39, "Trojan Source" CVE-2021-42574).

/** Control, format (bidirectional, zero-width), separator, surrogate, private and default-ignorable characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu
const LONGEST_SHOWN = 60

/** Offsets of the hidden characters. Line ends (LF, CR LF) and tabs are layout and do not count. */
export function* hiddenOffsets(text: string): Generator<number> {
  for (const { index } of text.matchAll(HIDDEN)) if (!isLayout(text, index)) yield index
}

/** `U+202E`: the name of a character that is not visible. */
export function characterName(text: string, offset: number): string {
  const point = text.codePointAt(offset) ?? 0
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
}

/** ` (character 2 is U+0430)` for the first character beyond ASCII, which may look like a letter of it; empty if there is none. */
export function beyondAscii(text: string): string {
  const characters = Array.from(text)
  const index = characters.findIndex(one => (one.codePointAt(0) ?? 0) > 127)
  return index === -1
    ? ''
    : ` (character ${index + 1} is ${characterName(characters[index] ?? '', 0)})`
}

/** The line with every hidden character replaced by a visible one. Columns do not change. */
export function withoutHidden(line: string): string {
  return line.replaceAll(HIDDEN, character => (character === '\t' ? ' ' : '\u{FFFD}'))
}

/** A value as shown in a message: quoted, cut after sixty characters, hidden characters spelled out. */
export function quoted(value: string): string {
  const characters = Array.from(value)
  const cut = characters.length > LONGEST_SHOWN
  const head = cut ? `${characters.slice(0, LONGEST_SHOWN).join('')}…` : value
  return `"${head.replaceAll(HIDDEN, hidden => (hidden === '\n' ? '\\n' : escaped(hidden)))}"`
}

/** Foreign text on one line: control characters (line ends too), bidirectional and zero-width characters are spelled out. */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, escaped)
}

export function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/** A lone CR is not a line end: editors and parsers disagree about it. */
function isLayout(text: string, offset: number): boolean {
  const character = text[offset]
  return (
    character === '\n' || character === '\t' || (character === '\r' && text[offset + 1] === '\n')
  )
}
