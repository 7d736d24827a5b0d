// Forbidden YAML syntax, found before the text is parsed: anchors, aliases, tags, directives, and nesting so deep that the parser
// would run out of stack (which no caller could catch).
import { CST, Lexer } from 'yaml'
import { checked, refuse } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { SourceText } from './text-position.ts'
import { placeAt } from './text-position.ts'

/** Levels of mappings and lists. Requests need six. */
export const MAX_DEPTH = 32

const MOST_REPORTED = 20

/** `- - - -` and `!a !b` nest within one line, and the lexer recurses for each. The lookbehind keeps this linear. */
const DEEP_LINE = /(?<!\S)(?:(?:[-?:]|[!&]\S*)[ \t]+){32}/
const VERBATIM_TAG = '!<'

const SCALAR_FOLLOWS = '\u{1f}'
/** Lexemes that mark a state and have no text. */
const MARKS = new Set(['\u{2}', '\u{18}', SCALAR_FOLLOWS])

const FORBIDDEN: ReadonlyMap<string | null, readonly [message: string, hint: string]> = new Map([
  ['anchor', ['anchors (&) are not read', 'write the value out where it is needed']],
  ['alias', ['aliases (*) are not read', 'write the value out, or quote text that begins with *']],
  ['tag', ['tags (!) are not read', 'leave the tag out, or quote text that begins with !']],
  ['directive-line', ['directives (%) are not read', 'leave the line out']],
])

/** The lexemes for the parser; or every forbidden one (at most twenty), or the one place where the nesting is too deep. */
export function allowedLexemes(source: SourceText): Checked<readonly string[]> {
  const deepLine = DEEP_LINE.exec(source.text)?.index
  if (deepLine !== undefined) return refuse(tooDeep(source, deepLine))
  if (source.text.split(VERBATIM_TAG).length > MAX_DEPTH) {
    return refuse(tooDeep(source, source.text.indexOf(VERBATIM_TAG)))
  }
  const read: string[] = []
  const problems: Problem[] = []
  for (const { type, offset, length, depth } of lexemes(source.text, read)) {
    if (depth > MAX_DEPTH) return refuse(tooDeep(source, offset))
    const forbidden = FORBIDDEN.get(type)
    if (forbidden === undefined || problems.length === MOST_REPORTED) continue
    const [message, hint] = forbidden
    const at = placeAt(source, offset, offset + length)
    problems.push({ code: 'FILE_YAML', at, message, hint })
  }
  return checked(problems, () => read)
}

/** The same problem for all kinds of nesting. */
export function tooDeep(source: SourceText, offset: number): Problem {
  const message = `the file nests deeper than ${MAX_DEPTH} levels`
  return { code: 'FILE_YAML', at: placeAt(source, offset), message, hint: null }
}

interface Lexeme {
  readonly type: string | null
  readonly offset: number
  readonly length: number
  /** Open flow collections. */
  readonly depth: number
}

/** Marks are only in `read`: all lexemes, as the parser takes them. */
function* lexemes(text: string, read: string[]): Generator<Lexeme> {
  let offset = 0
  let depth = 0
  let isScalar = false
  for (const lexeme of new Lexer().lex(text)) {
    read.push(lexeme)
    if (MARKS.has(lexeme)) {
      isScalar = lexeme === SCALAR_FOLLOWS
      continue
    }
    const type = isScalar ? 'scalar' : CST.tokenType(lexeme)
    if (type === 'flow-map-start' || type === 'flow-seq-start') depth++
    if (type === 'flow-map-end' || type === 'flow-seq-end') depth--
    yield { type, offset, length: lexeme.length, depth }
    offset += lexeme.length
    isScalar = false
  }
}
