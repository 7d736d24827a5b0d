// Lines of an OpenSSL configuration as OpenSSL sees them: joined at a trailing backslash, without blank lines and
// comments (crypto/conf/conf_def.c joins before it looks for comments, so a comment can swallow a line).
import type { Place, Problem } from '../domain/problem.ts'
import type { SourceText } from '../source/position.ts'
import { placeAt } from '../source/position.ts'

/** A joined line without the spaces before it. */
export interface LogicalLine {
  readonly text: string
  /** Offset in the file of each character. */
  readonly offsets: readonly number[]
  place(start: number, end: number): Place
}

/** The lines that say something. */
export function logicalLines(source: SourceText, problems: Problem[]): readonly LogicalLine[] {
  const lines: LogicalLine[] = []
  let text = ''
  let offsets: number[] = []
  source.lineStarts.forEach((start, index) => {
    const raw = source.text.slice(start, source.lineStarts[index + 1]).replace(/\r?\n$/, '')
    const joins = endsInBackslash(source, start, raw, problems)
    const kept = joins ? raw.slice(0, -1) : raw
    text += kept
    for (let at = 0; at < kept.length; at++) offsets.push(start + at)
    if (joins && text.trimStart().startsWith('#')) {
      const message =
        'this comment ends in a backslash, so OpenSSL takes the next line for comment, too'
      problems.push(
        openssl(placeAt(source, start, start + raw.length), message, 'remove the backslash'),
      )
    }
    if (joins && index < source.lineStarts.length - 1) return
    const line = logicalLine(source, text, offsets)
    if (line.text !== '' && !line.text.startsWith('#')) lines.push(line)
    text = ''
    offsets = []
  })
  return lines
}

/** A fault of the file's grammar, or of what one file cannot decide. */
export function openssl(at: Place, message: string, hint: string | null = null): Problem {
  return { code: 'REQUEST_OPENSSL', at, message, hint }
}

function logicalLine(source: SourceText, text: string, offsets: readonly number[]): LogicalLine {
  const indent = text.length - text.trimStart().length
  const own = offsets.slice(indent)
  return {
    text: text.trim(),
    offsets: own,
    place: (start, end) => {
      const from = own[start] ?? own.at(-1) ?? 0
      return placeAt(source, from, (own[end - 1] ?? from) + 1)
    },
  }
}

/** OpenSSL looks at two characters only; what it would make of three backslashes depends on its version. */
function endsInBackslash(
  source: SourceText,
  start: number,
  raw: string,
  problems: Problem[],
): boolean {
  if (/\\[ \t]+$/.test(raw)) {
    const message = 'spaces follow the backslash at the end, so it joins nothing'
    problems.push(openssl(placeAt(source, start + raw.trimEnd().length - 1), message))
  }
  const count = /\\*$/.exec(raw)?.[0].length ?? 0
  if (count > 2) {
    const message = 'more than two backslashes at the end of a line'
    problems.push(openssl(placeAt(source, start + raw.length - count, start + raw.length), message))
  }
  return count === 1
}
