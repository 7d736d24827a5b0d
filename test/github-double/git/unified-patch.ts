// The unified hunks of one file as git prints them after the file header: three lines of context, the section after `@@`.
import { diffLines, linesOf } from './line-diff.ts'
import type { Hunk } from './line-diff.ts'

export interface Patch {
  /** Empty if no line changes. */
  readonly text: string
  readonly additions: number
  readonly deletions: number
}

const CONTEXT = 3
/** Git cuts the section after `@@` at this many bytes. */
const SECTION = 80
const NO_NEWLINE = '\n\\ No newline at end of file\n'

export function unifiedPatch(before: Uint8Array, after: Uint8Array): Patch {
  const [oldLines, newLines] = [linesOf(before), linesOf(after)]
  const hunks = diffLines(oldLines, newLines)
  const texts = together(hunks).map(group => hunkText(oldLines, newLines, group))
  return {
    text: utf8(texts.join('')),
    additions: hunks.reduce((sum, { newStart, newEnd }) => sum + newEnd - newStart, 0),
    deletions: hunks.reduce((sum, { oldStart, oldEnd }) => sum + oldEnd - oldStart, 0),
  }
}

/** Changes whose context touches or overlaps are one hunk. */
function together(hunks: readonly Hunk[]): readonly (readonly Hunk[])[] {
  const groups: Hunk[][] = []
  for (const hunk of hunks) {
    const group = groups.at(-1)
    const end = group?.at(-1)?.oldEnd
    if (group === undefined || end === undefined || hunk.oldStart - end > 2 * CONTEXT)
      groups.push([hunk])
    else group.push(hunk)
  }
  return groups
}

function hunkText(
  oldLines: readonly string[],
  newLines: readonly string[],
  group: readonly Hunk[],
): string {
  const [first, last] = [group.at(0), group.at(-1)]
  if (first === undefined || last === undefined) return ''
  const oldStart = Math.max(0, first.oldStart - CONTEXT)
  const newStart = Math.max(0, first.newStart - CONTEXT)
  const oldEnd = Math.min(oldLines.length, last.oldEnd + CONTEXT)
  const newEnd = Math.min(newLines.length, last.newEnd + CONTEXT)
  const ranges = `-${range(oldStart, oldEnd)} +${range(newStart, newEnd)}`
  const shown: string[] = []
  let done = oldStart
  for (const hunk of group) {
    shown.push(...marked(' ', oldLines.slice(done, hunk.oldStart)))
    shown.push(...marked('-', oldLines.slice(hunk.oldStart, hunk.oldEnd)))
    shown.push(...marked('+', newLines.slice(hunk.newStart, hunk.newEnd)))
    done = hunk.oldEnd
  }
  shown.push(...marked(' ', oldLines.slice(done, oldEnd)))
  return `@@ ${ranges} @@${section(oldLines.slice(0, oldStart))}\n${shown.join('')}`
}

function range(start: number, end: number): string {
  const count = end - start
  if (count === 1) return String(start + 1)
  return `${count === 0 ? start : start + 1},${count}`
}

function marked(mark: string, lines: readonly string[]): readonly string[] {
  return lines.map(line => `${mark}${line.endsWith('\n') ? line : `${line}${NO_NEWLINE}`}`)
}

/** The nearest line above that begins with a letter, `_` or `$`. */
function section(above: readonly string[]): string {
  const line = above.findLast(each => /^[A-Za-z_$]/.test(each))
  return line === undefined ? '' : ` ${line.slice(0, SECTION).replace(/[ \t\n\v\f\r]+$/, '')}`
}

/** Lines are bytes (Latin-1); invalid UTF-8 appears as replacement characters. */
function utf8(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text, 'latin1'))
}
