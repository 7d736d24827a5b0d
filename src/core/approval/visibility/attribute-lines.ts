// Lines of one .gitattributes file: the attributes that each sets, with their places. Source: gitattributes(5), git's attr.c.
// A line that git skips with a warning is kept and marked as uncertain: it is not documented what GitHub does with it.
import { hiddenOffsets } from '../../../lib/source/hidden-characters.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { sourceText } from '../../../lib/source/text-position.ts'

/** State that a line gives an attribute: set (true), unset by `-` (false), unspecified again by `!` (null), or a value. */
export type AttributeState = true | false | null | { readonly value: string }

export interface Assignment {
  readonly name: string
  readonly state: AttributeState
  /** Offsets in the text of the file; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

export interface AttributeLine {
  readonly source: SourceText
  /** Says if `name` is a pattern of paths or the name of a macro. */
  readonly kind: 'paths' | 'macro'
  /** Null if it cannot be read: then it may be any name. */
  readonly name: string | null
  readonly assignments: readonly Assignment[]
  /** False if git skips the line, or readers may disagree about it. */
  readonly isCertain: boolean
}

const MACRO = '[attr]'
/** Bytes. git skips lines of this length or more (ATTR_MAX_LINE_LENGTH). */
const TOO_LONG = 2048
const ATTRIBUTE_NAME = /^(?!builtin_)[A-Za-z0-9._][A-Za-z0-9._-]*$/

/** Every line that is not empty or a comment, in the order of the file. Never refuses: a faulty line is uncertain. */
export function attributeLines(path: string, text: string): readonly AttributeLine[] {
  const source = sourceText(path, text)
  return source.lineStarts.flatMap((start, index) => {
    const next = source.lineStarts[index + 1] ?? text.length + 1
    const line = readLine(source, start, text.slice(start, next - 1))
    return line === null ? [] : [line]
  })
}

function readLine(source: SourceText, start: number, whole: string): AttributeLine | null {
  const said = whole.replace(/^[\uFEFF \t\r]+/, '')
  if (said === '' || said.startsWith('#')) return null
  const { kind, name, length } = readHead(said)
  const rest = start + whole.length - said.length + length
  const assignments = [...said.slice(length).matchAll(/[^ \t\r]+/g)].map(({ 0: word, index }) =>
    readAssignment(word, rest + index),
  )
  const names = assignments.map(assignment => assignment.name)
  if (kind === 'macro') names.push(name ?? '')
  const isCertain = name !== null && names.every(one => ATTRIBUTE_NAME.test(one)) && isPlain(whole)
  return { source, kind, name, assignments, isCertain }
}

function isPlain(line: string): boolean {
  return Buffer.byteLength(line) < TOO_LONG && hiddenOffsets(`${line}\n`).next().done === true
}

function readHead(
  said: string,
): Pick<AttributeLine, 'kind' | 'name'> & { readonly length: number } {
  const [bare = ''] = /^[^ \t\r]+/.exec(said) ?? []
  const quoted = said.startsWith('"') ? readQuoted(said) : { text: bare, length: bare.length }
  if (quoted === null) return { kind: 'paths', name: null, length: bare.length }
  const { text, length } = quoted
  const isMacro = text.startsWith(MACRO) && text.length > MACRO.length
  return isMacro
    ? { kind: 'macro', name: text.slice(MACRO.length), length }
    : { kind: 'paths', name: text, length }
}

function readAssignment(word: string, start: number): Assignment {
  const end = start + word.length
  const equals = word.indexOf('=')
  const said = equals === -1 ? word : word.slice(0, equals)
  if (said.startsWith('-')) return { name: said.slice(1), state: false, start, end }
  if (said.startsWith('!')) return { name: said.slice(1), state: null, start, end }
  const state = equals === -1 ? true : { value: word.slice(equals + 1) }
  return { name: said, state, start, end }
}

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
function readQuoted(said: string): { readonly text: string; readonly length: number } | null {
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
