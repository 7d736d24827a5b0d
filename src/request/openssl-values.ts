// Values of an OpenSSL configuration: quotes, escapes and comments read as crypto/conf/conf_def.c (str_copy) does.
import type { Problem } from '../domain/problem.ts'
import type { LogicalLine } from './openssl-joins.ts'
import { openssl, refuseSwallowed } from './openssl-joins.ts'
import type { PlacedText } from './openssl-sections.ts'

const QUOTES = new Set(['"', "'", '`'])
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
])

/** The value that begins at `from`; null where it was refused. */
export function readValue(line: LogicalLine, from: number, problems: Problem[]): PlacedText | null {
  const reader = new ValueReader(line, from)
  const fault = reader.read()
  if (fault !== null) {
    const [offset, message, hint] = fault
    problems.push(openssl(line.place(offset, offset + 1), message, hint))
    return null
  }
  if (reader.comment !== null) refuseSwallowed(line, reader.comment, problems)
  return reader.value()
}

type Fault = readonly [offset: number, message: string, hint: string | null]

class ValueReader {
  /** Where the comment behind the value begins, or null. */
  comment: number | null = null
  readonly #line: LogicalLine
  #at: number
  readonly #characters: string[] = []
  /** Where in the line each character stands. */
  readonly #sources: number[] = []
  /** How many characters stand up to the last one that trimming may not take. */
  #kept = 0

  constructor(line: LogicalLine, from: number) {
    this.#line = line
    this.#at = from
  }

  read(): Fault | null {
    const { text } = this.#line
    while (this.#at < text.length) {
      const character = text[this.#at] ?? ''
      if (character === '#') {
        this.comment = this.#at
        return null
      }
      if (character === '$') return [this.#at, ...VARIABLES]
      const fault = QUOTES.has(character) ? this.#quoted(character) : this.#plain(character)
      if (fault !== null) return fault
    }
    return null
  }

  value(): PlacedText {
    const text = this.#characters.slice(0, this.#kept).join('')
    const sources = this.#sources
    const inLine = (at: number): number => sources[at] ?? 0
    return { text, place: (start, end) => this.#line.place(inLine(start), inLine(end - 1) + 1) }
  }

  #plain(character: string): Fault | null {
    if (character !== '\\') {
      const isSpace = character === ' ' || character === '\t'
      if (!isSpace || this.#characters.length > 0) this.#add(character, !isSpace)
      this.#at++
      return null
    }
    const escaped = this.#line.text[this.#at + 1]
    if (escaped === undefined) return [this.#at, ...ALONE]
    this.#add(ESCAPES.get(escaped) ?? escaped, true)
    this.#at += 2
    return null
  }

  /** Inside quotes a backslash stands for the character behind it; there is no newline escape there. */
  #quoted(quote: string): Fault | null {
    const start = this.#at++
    this.#kept = this.#characters.length
    for (;;) {
      const character = this.#line.text[this.#at]
      if (character === undefined) return [start, ...HALF_OPEN]
      if (character === quote) break
      if (character === '\\') this.#at++
      const literal = this.#line.text[this.#at]
      if (literal === undefined) return [start, ...HALF_OPEN]
      this.#add(literal, true)
      this.#at++
    }
    this.#at++
    return null
  }

  #add(character: string, isKept: boolean): void {
    this.#characters.push(character)
    this.#sources.push(this.#at)
    if (isKept) this.#kept = this.#characters.length
  }
}

const VARIABLES = [
  'variables and the environment ($) are not read: one request is one file',
  'write the value out; \\$ is a dollar sign',
] as const
const ALONE = [
  'nothing follows this backslash',
  'to join lines it must be the last character, and the only backslash there',
] as const
const HALF_OPEN = ['this quote is never closed', 'write \\ before a quote that is meant'] as const
