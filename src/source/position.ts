// Text with a memory of where its lines begin: an offset in, a place with its line out.
import type { Place } from '../domain/problem.ts'
import { visible } from './characters.ts'

/** The text of one file. Offsets are UTF-16 units, as JavaScript counts. */
export interface SourceText {
  readonly file: string
  readonly text: string
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[]
  /** Lines that were shown before: a line may hold thousands of places. */
  readonly seen: Map<number, Line>
}

interface Line {
  readonly text: string
  readonly excerpt: string
  /** Every character is one UTF-16 unit, so that columns need no counting. */
  readonly isFlat: boolean
}

export function sourceText(file: string, text: string): SourceText {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1)
  }
  return { file, text, lineStarts, seen: new Map() }
}

/**
 * The place of the characters from `start` up to `end` (exclusive), cut at the end of the first line. Lines and columns
 * count from 1, columns and lengths in code points; the length is at least 1, so that a caret can be drawn.
 */
export function placeAt(source: SourceText, start: number, end: number = start + 1): Place {
  const from = Math.min(Math.max(start, 0), source.text.length)
  const index = lineIndex(source, from)
  const lineStart = source.lineStarts[index] ?? 0
  const line = lineAt(source, index)
  const column = Math.min(from - lineStart, line.text.length)
  const stop = Math.min(Math.max(end - lineStart, column), line.text.length)
  return {
    file: source.file,
    line: index + 1,
    column: (line.isFlat ? column : codePoints(line.text.slice(0, column))) + 1,
    length: Math.max(1, line.isFlat ? stop - column : codePoints(line.text.slice(column, stop))),
    excerpt: line.excerpt,
  }
}

/** The place that stands for the file as a whole: its first line. */
export function wholeFile(source: SourceText): Place {
  return placeAt(source, 0, source.lineStarts[1] ?? source.text.length)
}

function lineAt(source: SourceText, index: number): Line {
  const known = source.seen.get(index)
  if (known !== undefined) return known
  const next = source.lineStarts[index + 1] ?? source.text.length
  const text = source.text.slice(source.lineStarts[index] ?? 0, next).replace(/\r?\n$/, '')
  const line = { text, excerpt: visible(text), isFlat: !/[\uD800-\uDFFF]/.test(text) }
  source.seen.set(index, line)
  return line
}

/** The last line that begins at or before the offset (binary search: a file may have thousands of lines). */
function lineIndex(source: SourceText, offset: number): number {
  let low = 0
  let high = source.lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

function codePoints(text: string): number {
  return Array.from(text).length
}
