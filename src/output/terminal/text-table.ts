// Columns of text, aligned by their widest cell. The last column is not padded.

export function table(rows: readonly (readonly string[])[], gap = 2): readonly string[] {
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

/** Characters as a terminal counts them, without colour codes. */
function width(text: string): number {
  // eslint-disable-next-line no-control-regex
  return Array.from(text.replaceAll(/\u001b\[\d+m/g, '')).length
}
