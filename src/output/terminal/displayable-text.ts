// Foreign text made safe for a page: on one line, nothing hidden, never longer than its limit.
import { visible, escaped } from '../../lib/source/hidden-characters.ts'

/** A space that a page would lose, or that is no ordinary space: first, last, after another, or any space other than U+0020. */
const LOST_SPACE = /^ | $|(?<= ) |(?! )\p{Zs}|\u2800/gu
/** Marks that are stacked over the lines around them. */
const PILED_MARK = /(?<=\p{M}{4})\p{M}/gu
/** Renderers disagree about a backslash before the bar that ends a cell of a table. */
const BACKSLASH_BEFORE_BAR = /\\(?=\\*\|)/g
/** An escape is cut as a whole. */
const PIECE = /\\u\{[0-9a-f]{1,6}\}|./gsu

/**
 * The visible form of a text. Control, direction and zero-width characters, line ends and spaces that a page would lose are spelled
 * `\u{…}`. After `most` characters, only the number of the remaining ones is shown.
 */
export function displayed(text: string, most: number): string {
  const told = spelledOut(text)
  if (told.length <= most) return told
  const pieces = told.match(PIECE) ?? []
  let [length, taken] = [0, 0]
  for (const piece of pieces) {
    if (length + piece.length > most) break
    length += piece.length
    taken += 1
  }
  return `${pieces.slice(0, taken).join('').trimEnd()}… ${pieces.length - taken} more characters`
}

/** Whether `shown` leaves a part out. */
export function isCut(text: string, most: number): boolean {
  return spelledOut(text).length > most
}

function spelledOut(text: string): string {
  return visible(text)
    .replaceAll(LOST_SPACE, escaped)
    .replaceAll(PILED_MARK, escaped)
    .replaceAll(BACKSLASH_BEFORE_BAR, escaped)
}
