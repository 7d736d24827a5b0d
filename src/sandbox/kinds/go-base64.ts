// Standard base64 the way Go's encoding/base64 reads it: padding required, line breaks tolerated.

const ALPHABET = /[A-Za-z0-9+/]/
const ONE_LINE = /^[A-Za-z0-9+/]*={0,2}$/

/** Offset of the first byte Go would complain about, null where the text is good. */
export function base64Fault(text: string): number | null {
  if (text.length % 4 === 0 && ONE_LINE.test(text)) return null
  let filled = 0
  let quantumStart = 0
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index)
    if (letter === '\r' || letter === '\n') continue
    if (letter === '=') return filled >= 2 ? paddingFault(text, index, filled) : index
    if (!ALPHABET.test(letter)) return index
    if (filled === 0) quantumStart = index
    filled = (filled + 1) % 4
  }
  return filled === 0 ? null : quantumStart
}

function paddingFault(text: string, start: number, filled: number): number | null {
  let missing = 4 - filled
  for (let index = start; index < text.length; index++) {
    const letter = text.charAt(index)
    if (letter === '\r' || letter === '\n') continue
    if (letter !== '=' || missing === 0) return index
    missing--
  }
  return missing === 0 ? null : text.length
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
