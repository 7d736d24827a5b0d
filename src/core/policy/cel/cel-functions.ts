// Text functions of expressions, as cel-go's strings extension (v1.0) defines them: positions count code points, "Ascii" is ASCII.
// Those of the CEL library count UTF-16 units and fold all of Unicode, so none of them is used.
import type { Environment } from '@marcbachmann/cel-js'
import type { RE2JS } from 're2js'

/** Limits of results: split, join and replace can grow faster than any rule needs. */
const MOST_PARTS = 256
const MOST_CHARACTERS = 16_384

/** Name in expressions → name it is registered under, since the library does not allow replacing its own functions. */
export const OWN_METHODS: ReadonlyMap<string, string> = new Map(
  [
    'charAt',
    'indexOf',
    'join',
    'lastIndexOf',
    'lowerAscii',
    'matches',
    'replace',
    'split',
    'substring',
    'trim',
    'upperAscii',
  ].map(name => [name, `${name}Cel`]),
)

/**
 * Registers the functions. `patterns`: compiled patterns of matches(), by text, filled before the first evaluation. A call throws an
 * Error for an index out of range, a result of more than 256 parts or 16,384 characters, and a pattern that is not in `patterns`.
 */
export function addTextFunctions(
  environment: Environment,
  patterns: ReadonlyMap<string, RE2JS>,
): void {
  const add = (signature: string, call: (...values: never[]) => unknown): void => {
    environment.registerFunction(signature, call, { async: false })
  }
  add('string.matchesCel(string): bool', (text: string, pattern: string) => {
    const compiled = patterns.get(pattern)
    if (compiled === undefined) throw new Error('the pattern was not compiled')
    return compiled.matcher(text).find()
  })
  add('string.lowerAsciiCel(): string', (text: string) =>
    text.replaceAll(/[A-Z]/g, letter => letter.toLowerCase()),
  )
  add('string.upperAsciiCel(): string', (text: string) =>
    text.replaceAll(/[a-z]/g, letter => letter.toUpperCase()),
  )
  add('string.trimCel(): string', (text: string) =>
    text.replaceAll(/^\p{White_Space}+|\p{White_Space}+$/gu, ''),
  )
  add('string.charAtCel(int): string', (text: string, at: bigint) => {
    const characters = Array.from(text)
    return slice(characters, at, at === BigInt(characters.length) ? at : at + 1n)
  })
  add('string.substringCel(int): string', (text: string, from: bigint) => {
    const characters = Array.from(text)
    return slice(characters, from, BigInt(characters.length))
  })
  add('string.substringCel(int, int): string', (text: string, from: bigint, to: bigint) =>
    slice(Array.from(text), from, to),
  )
  add('string.indexOfCel(string): int', (text: string, part: string) =>
    position(text, text.indexOf(part)),
  )
  add('string.lastIndexOfCel(string): int', (text: string, part: string) =>
    position(text, text.lastIndexOf(part)),
  )
  add('string.replaceCel(string, string): string', (text: string, part: string, by: string) => {
    if (part === '') throw new Error('replace() of an empty text')
    return bounded(text.split(part), by)
  })
  add('string.splitCel(string): list<string>', (text: string, separator: string) => {
    const parts = separator === '' ? Array.from(text) : text.split(separator)
    if (parts.length > MOST_PARTS) throw new Error(`split() gives more than ${MOST_PARTS} parts`)
    return parts
  })
  add('list<string>.joinCel(): string', (parts: readonly unknown[]) => joined(parts, ''))
  add('list<string>.joinCel(string): string', joined)
}

function joined(parts: readonly unknown[], separator: string): string {
  if (!parts.every(part => typeof part === 'string')) throw new Error('join() of other than texts')
  return bounded(parts, separator)
}

function bounded(parts: readonly string[], separator: string): string {
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0)
  if (length > MOST_CHARACTERS)
    throw new Error(`the text has more than ${MOST_CHARACTERS} characters`)
  return parts.join(separator)
}

function slice(characters: readonly string[], from: bigint, to: bigint): string {
  if (from < 0n || to < from || to > BigInt(characters.length))
    throw new Error('index out of range')
  return characters.slice(Number(from), Number(to)).join('')
}

/** UTF-16 offset → number of code points before it; -1 for a negative offset. */
function position(text: string, offset: number): bigint {
  return offset < 0 ? -1n : BigInt(Array.from(text.slice(0, offset)).length)
}
