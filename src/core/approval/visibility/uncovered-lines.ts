// Lines of a new text that an approval has to cover and does not: they differ from the last proved version and were not shown.
// For removed lines both neighbours have to be shown.
import { diffArrays } from 'diff'
import { linesOf } from './patch-hunks.ts'

/** Texts with more differences than this count as different in every line. */
const MOST_DIFFERENCES = 4000

/**
 * Numbers (from 1) of the lines of `text` that are not covered, in order; empty if all are, and for an empty text. A removal at the end
 * counts for the last line. `proved` null: there is no proved version, so every line has to be shown.
 */
export function uncoveredLines(
  proved: string | null,
  text: string,
  isShown: readonly boolean[],
): readonly number[] {
  const lines = linesOf(text)
  const open = new Set<number>()
  const need = (line: number): void => {
    if (line >= 0 && line < lines.length && isShown[line] !== true) open.add(line + 1)
  }
  if (proved === null) {
    lines.forEach((_, line) => need(line))
    return [...open]
  }
  const changes = diffArrays([...linesOf(proved)], [...lines], { maxEditLength: MOST_DIFFERENCES })
  if (changes === undefined) return uncoveredLines(null, text, isShown)
  let line = 0
  changes.forEach(({ added, removed, count }, at) => {
    if (removed) {
      // A removal comes before the lines that replace it. If there are at least as many of those, they show it.
      const next = changes[at + 1]
      const replaced = next?.added === true ? next.count : 0
      if (count <= replaced) return
      need(line - 1)
      need(line + replaced)
      return
    }
    if (added) for (let each = line; each < line + count; each++) need(each)
    line += count
  })
  return [...open].toSorted((a, b) => a - b)
}

/** Ascending line numbers as text: `7`, `7-9`, `1-3, 7`. */
export function lineRanges(lines: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === line - 1) last[1] = line
    else ranges.push([line, line])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}
