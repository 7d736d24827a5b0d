// Lines of an OpenSSL configuration as OpenSSL sees them: joined at a trailing backslash, without blank lines and comments.
// crypto/conf/conf_def.c joins lines before it looks for comments, so a comment can swallow a line.
import type { Place, Problem } from '../../../domain/problem.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { placeAt } from '../../../lib/source/text-position.ts'

/** A joined line without leading spaces. */
export interface LogicalLine {
  readonly text: string
  /** Offset in the file of each character. */
  readonly offsets: readonly number[]
  place(start: number, end: number): Place
}

/** The lines with content. */
export function logicalLines(source: SourceText, problems: Problem[]): readonly LogicalLine[] {
  const lines: LogicalLine[] = []
  let text = ''
  let offsets: number[] = []
  source.lineStarts.forEach((start, index) => {
    const raw = source.text.slice(start, source.lineStarts[index + 1]).replace(/\r?\n$/, '')
    const joins = endsInBackslash(raw)
    const kept = joins ? raw.slice(0, -1) : raw
    text += kept
    for (let at = 0; at < kept.length; at++) offsets.push(start + at)
    if (joins && index < source.lineStarts.length - 1) return
    const line = logicalLine(source, text, offsets)
    if (line.text.startsWith('#')) refuseSwallowed(line, 0, problems)
    else if (line.text !== '') lines.push(line)
    text = ''
    offsets = []
  })
  return lines
}

/** Refuses a comment that continues in the next line of the file. `from` is where it begins. */
export function refuseSwallowed(line: LogicalLine, from: number, problems: Problem[]): void {
  const comment = line.place(from, line.text.length)
  if (comment.line === line.place(line.text.length - 1, line.text.length).line) return
  const message =
    'this comment ends in a backslash, so OpenSSL takes the next line for comment, too'
  problems.push(openssl(comment, message, 'remove the backslash'))
}

/** A warning about a part that OpenSSL ignores silently. */
export function ignored(at: Place, message: string, hint: string | null = null): Problem {
  return { code: 'REQUEST_OPENSSL_IGNORED', at, message, hint }
}

/** A fault of the file's grammar, or a reference that one file cannot resolve. */
export function openssl(at: Place, message: string, hint: string | null = null): Problem {
  return { code: 'REQUEST_OPENSSL', at, message, hint }
}

function logicalLine(source: SourceText, text: string, offsets: readonly number[]): LogicalLine {
  const indent = /^[ \t]*/.exec(text)?.[0].length ?? 0
  const own = offsets.slice(indent)
  return {
    // not trim(): a no-break space is an ordinary character there
    text: text.slice(indent).replace(/[ \t]+$/, ''),
    offsets: own,
    place: (start, end) => {
      const from = own[start] ?? own.at(-1) ?? 0
      return placeAt(source, from, (own[end - 1] ?? from) + 1)
    },
  }
}

/** OpenSSL joins at one backslash. Two backslashes are one escaped backslash. */
function endsInBackslash(raw: string): boolean {
  return /(?:^|[^\\])\\$/.test(raw)
}
