// Values of an OpenSSL configuration: quotes, escapes, comments and variables, read as crypto/conf/conf_def.c does (str_copy,
// clear_comments).
import type { Problem } from '../../../domain/problem.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import type { LogicalLine } from './openssl-joins.ts'
import { openssl, refuseSwallowed } from './openssl-joins.ts'
import type { PlacedText, Sections } from './openssl-sections.ts'

/** Offset in the line, the fault, and what to do about it. */
type Fault = readonly [offset: number, message: string, hint: string | null]

const QUOTES = new Set(['"', "'", '`'])
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
])
/** OpenSSL's MAX_CONF_VALUE_LENGTH: nested variables could grow without limit. */
const LONGEST = 65_536

/** The value that begins at `from`; null if it was refused. */
export function readValue(
  line: LogicalLine,
  from: number,
  scope: Scope,
  problems: Problem[],
): PlacedText | null {
  const end = commentStart(line.text, from)
  const reader = new ValueReader(line.text, from, end ?? line.text.length, scope)
  const fault = reader.read()
  if (fault !== null) {
    const [offset, message, hint] = fault
    problems.push(openssl(line.place(offset, offset + 1), message, hint))
    return null
  }
  if (end !== null) refuseSwallowed(line, end, problems)
  return reader.value(line)
}

/** Start of the comment: the first # outside quotes without a backslash before it. */
function commentStart(text: string, from: number): number | null {
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '#') return at
    if (character === '\\') at++
    else if (QUOTES.has(character)) at = closingQuote(text, at, text.length) ?? text.length
  }
  return null
}

/** Offset of the quote that closes the one at `start`, null if there is none. */
function closingQuote(text: string, start: number, end: number): number | null {
  for (let at = start + 1; at < end; at++) {
    if (text[at] === text[start]) return at
    if (text[at] === '\\') at++
  }
  return null
}

class ValueReader {
  readonly #text: string
  readonly #scope: Scope
  readonly #end: number
  #at: number
  readonly #characters: string[] = []
  /** Source of each character: the first and the last character of it in the line. */
  readonly #sources: (readonly [start: number, end: number])[] = []

  /** Spaces around the value in the file do not count. */
  constructor(text: string, from: number, end: number, scope: Scope) {
    this.#text = text
    this.#scope = scope
    this.#at = from + (/^[ \t]*/.exec(text.slice(from, end))?.[0].length ?? 0)
    this.#end = this.#at + text.slice(this.#at, end).replace(/[ \t]+$/, '').length
  }

  read(): Fault | null {
    while (this.#at < this.#end) {
      const start = this.#at
      const fault = this.#piece(this.#text[start] ?? '')
      if (fault !== null) return fault
      if (this.#characters.length > LONGEST) return [start, ...TOO_LONG]
    }
    return null
  }

  value(line: LogicalLine): PlacedText {
    const sources = this.#sources
    return {
      text: this.#characters.join(''),
      place: (start, end) => {
        const [first] = sources[start] ?? sources.at(-1) ?? [0]
        return line.place(first, (sources[Math.max(start, end - 1)]?.[1] ?? first) + 1)
      },
    }
  }

  #piece(character: string): Fault | null {
    if (QUOTES.has(character)) return this.#quoted()
    if (character === '$') return this.#variable()
    if (character === '\\') return this.#escaped()
    this.#add(character, this.#at, this.#at)
    this.#at++
    return null
  }

  #escaped(): Fault | null {
    const escaped = this.#at + 1 < this.#end ? this.#text[this.#at + 1] : undefined
    if (escaped === undefined) return [this.#at, ...ALONE]
    this.#add(ESCAPES.get(escaped) ?? escaped, this.#at, this.#at + 1)
    this.#at += 2
    return null
  }

  /** Inside quotes a backslash gives the next character. There are no newline escapes and no variables. */
  #quoted(): Fault | null {
    const closing = closingQuote(this.#text, this.#at, this.#end)
    if (closing === null) return [this.#at, ...HALF_OPEN]
    for (let at = this.#at + 1; at < closing; at++) {
      const start = at
      if (this.#text[at] === '\\') at++
      this.#add(this.#text[at] ?? '', start, at)
    }
    this.#at = closing + 1
    return null
  }

  #variable(): Fault | null {
    const read = readVariable(this.#text.slice(0, this.#end), this.#at, this.#scope)
    if ('fault' in read) return [this.#at, ...read.fault]
    for (const character of read.text.split('')) this.#add(character, this.#at, read.end - 1)
    this.#at = read.end
    return null
  }

  #add(character: string, start: number, end: number): void {
    this.#characters.push(character)
    this.#sources.push([start, end])
  }
}

const TOO_LONG = ['the variables grow to more than 65536 characters', null] as const
const ALONE = [
  'nothing follows this backslash',
  'to join lines it must be the last character, and the only backslash there',
] as const
const HALF_OPEN = ['this quote is never closed', 'write \\ before a quote that is meant'] as const

// Variables of an OpenSSL configuration: $name, ${name}, $(name), $section::name. A variable gives an earlier value of the file,
// from the named section or this one, otherwise from `default`. The environment is not read.

/** The position of a value, which decides what its variables mean. */
interface Scope {
  readonly section: string
  readonly sections: Sections
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['(', ')'],
])
const NAME = /(?:(?:([A-Za-z0-9_]*)::)?([A-Za-z0-9_]*))/y

type Variable =
  | { readonly text: string; readonly end: number }
  | { readonly fault: readonly [message: string, hint: string | null] }

/** The value of the variable at the dollar sign, and where the variable ends. */
function readVariable(text: string, dollar: number, { section, sections }: Scope): Variable {
  const closing = CLOSING.get(text[dollar + 1] ?? '')
  NAME.lastIndex = dollar + (closing === undefined ? 1 : 2)
  const [whole = '', named = section, name = ''] = NAME.exec(text) ?? []
  const start = dollar + (closing === undefined ? 1 : 2)
  const end = start + whole.length + (closing === undefined ? 0 : 1)
  if (closing !== undefined && text[end - 1] !== closing) return { fault: UNCLOSED }
  if (named === 'ENV') return { fault: ENVIRONMENT }
  const found = name === '' ? null : sections.find(named, name)
  if (found !== null) return { text: found.value.text, end }
  const message = `no line before this one sets ${quoted(text.slice(dollar, end))}`
  return { fault: [message, '\\$ is a dollar sign'] }
}

const UNCLOSED = ['the bracket of this variable is never closed', null] as const
const ENVIRONMENT = [
  'the environment ($ENV::) is not read: one request is one file',
  'write the value out',
] as const
