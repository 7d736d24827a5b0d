// Reader of paths in double quotes with C's escapes, as git writes and reads them (quote.c, unquote_c_style).

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['"', 34],
  ['\\', 92],
])

/**
 * The text in the quotes that `said` begins with, and the length of that part with its quotes, in UTF-16 units. Null if it does not
 * begin with a complete quoted text, or has an unknown escape.
 */
export function readQuoted(
  said: string,
): { readonly text: string; readonly length: number } | null {
  const [whole, inside] = /^"((?:[^"\\]|\\.)*)"/s.exec(said) ?? []
  if (whole === undefined || inside === undefined) return null
  const bytes: number[] = []
  // Octal escapes are bytes of UTF-8, not characters.
  for (const [part, octal, letter] of inside.matchAll(/\\([0-3][0-7]{2})|\\(.)|[^\\]+/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (letter === undefined) bytes.push(...new TextEncoder().encode(part))
    else {
      const byte = ESCAPES.get(letter)
      if (byte === undefined) return null
      bytes.push(byte)
    }
  }
  return { text: new TextDecoder().decode(Uint8Array.from(bytes)), length: whole.length }
}
