// Columns of text, aligned by their widest cell. The last column is not padded.
import { sum } from '../../domain/lists.ts'

const GAP = 2

export function table(rows: readonly (readonly string[])[], gap = GAP): readonly string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, width(cell))
  return rows.map(row =>
    row
      .map((cell, column) =>
        column === row.length - 1
          ? cell
          : cell + ' '.repeat((widths[column] ?? 0) - width(cell) + gap),
      )
      .join('')
      .trimEnd(),
  )
}

/** No column is made narrower than this. */
const LEAST = 12

/**
 * The lines of each row of a table in at most `most` characters, if its words allow it: long cells go on below, and no word is
 * broken.
 */
export function wrappedTable(
  rows: readonly (readonly string[])[],
  most: number,
): readonly (readonly string[])[] {
  const columns = (rows[0] ?? []).map((_, column) => rows.map(row => row[column] ?? ''))
  // Not with `...`: a call has a limited number of arguments.
  const widest = (texts: readonly string[]): number =>
    texts.reduce((length, each) => Math.max(length, width(each)), 0)
  const widths = columns.map(widest)
  const least = columns.map(cells =>
    Math.max(LEAST, widest(cells.flatMap(each => each.split(' ')))),
  )
  let over = sum(widths) + GAP * (widths.length - 1) - most
  for (; over > 0; over--) {
    const spare = widths.map((each, column) => (each > (least[column] ?? 0) ? each : 0))
    const column = spare.indexOf(Math.max(...spare))
    if ((spare[column] ?? 0) === 0) break
    widths[column] = (spare[column] ?? 0) - 1
  }
  const parts = rows.map(row => {
    const cells = row.map((cell, column) => wordLines(cell, widths[column] ?? 0))
    const height = Math.max(...cells.map(({ length }) => length))
    return Array.from({ length: height }, (_, line) => cells.map(cell => cell[line] ?? ''))
  })
  const lines = table(parts.flat()).values()
  return parts.map(part => part.flatMap(() => lines.next().value ?? []))
}

/** Lines of at most `most` characters, if the words allow it. */
export function wordLines(text: string, most: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || width(last) + 1 + width(word) > most) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** Characters as a terminal counts them, without colour codes. */
function width(text: string): number {
  // eslint-disable-next-line no-control-regex
  return Array.from(text.replaceAll(/\u001b\[\d+m/g, '')).length
}
