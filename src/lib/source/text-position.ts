// Text with the start of each line, to convert an offset into a place.
import type { Place } from '../../domain/problem.ts'
import { withoutHidden } from './hidden-characters.ts'

/** The text of one file. Offsets are UTF-16 units, as JavaScript counts. */
export interface SourceText {
  readonly file: string
  readonly text: string
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[]
  /** Lines that were shown before, cached because a line may have thousands of places. */
  readonly seen: Map<number, Line>
}

interface Line {
  readonly text: string
  readonly excerpt: string
  /** Offsets in the line of the second halves of surrogate pairs, which do not count as characters. */
  readonly halves: readonly number[]
}

export function sourceText(file: string, text: string): SourceText {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1)
  }
  return { file, text, lineStarts, seen: new Map() }
}

/**
 * The place of the characters from `start` up to `end` (exclusive), cut at the end of the first line. Lines and columns count from
 * 1, columns and lengths in code points. The length is at least 1, so that a caret can be drawn.
 */
export function placeAt(source: SourceText, start: number, end: number = start + 1): Place {
  const from = Math.min(Math.max(start, 0), source.text.length)
  const index = Math.max(0, countUpTo(source.lineStarts, from) - 1)
  const lineStart = source.lineStarts[index] ?? 0
  const line = lineAt(source, index)
  const column = Math.min(from - lineStart, line.text.length)
  const stop = Math.min(Math.max(end - lineStart, column), line.text.length)
  return {
    file: source.file,
    line: index + 1,
    column: charactersBefore(line, column) + 1,
    length: Math.max(1, charactersBefore(line, stop) - charactersBefore(line, column)),
    excerpt: line.excerpt,
  }
}

/** An empty line, or one with only a comment of YAML, OpenSSL or CODEOWNERS. */
const SAYS_NOTHING = /^\s*(?:#|$)/

/** The place of the file as a whole: its first line with content. */
export function wholeFile(source: SourceText): Place {
  const { lineStarts, text } = source
  const lines = lineStarts.map(
    (start, index) => [start, lineStarts[index + 1] ?? text.length] as const,
  )
  const [start, end] = lines.find(([from, to]) => !SAYS_NOTHING.test(text.slice(from, to))) ??
    lines[0] ?? [0, text.length]
  return placeAt(source, start, end)
}

function lineAt(source: SourceText, index: number): Line {
  const known = source.seen.get(index)
  if (known !== undefined) return known
  const next = source.lineStarts[index + 1] ?? source.text.length
  const text = source.text.slice(source.lineStarts[index] ?? 0, next).replace(/\r?\n$/, '')
  const halves = [...text.matchAll(/[\u{10000}-\u{10FFFF}]/gu)].map(({ index }) => index + 1)
  const line = { text, excerpt: withoutHidden(text), halves }
  source.seen.set(index, line)
  return line
}

function charactersBefore(line: Line, offset: number): number {
  return offset - countUpTo(line.halves, offset - 1)
}

/** How many of the ascending numbers are at most `most`. Binary search, since there may be thousands. */
function countUpTo(ascending: readonly number[], most: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? 0) <= most) low = middle + 1
    else high = middle
  }
  return low
}
