// A patch as GitHub shows it: which lines of the new text lie in its hunks. Unified format, as `git diff` prints it, without a
// file header.

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** Lines with their line ends; a text without a line end at its end has a last line without one. */
export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

/**
 * For each line of the new text whether a hunk shows it. Null where the patch is no patch of this text: then it is
 * unknown what was shown.
 */
export function shownLines(patch: string, text: string): readonly boolean[] | null {
  const lines = linesOf(text).map(line => line.replace(/\n$/, ''))
  const isShown = lines.map(() => false)
  const given = patch.split('\n')
  let at = 0
  while (at < given.length) {
    const [, oldCount = '1', start, newCount = '1'] = HUNK.exec(given[at] ?? '') ?? []
    if (start === undefined) return null
    at += 1
    let [old, fresh, line] = [Number(oldCount), Number(newCount), Number(start) - 1]
    while (old > 0 || fresh > 0 || given[at]?.startsWith('\\') === true) {
      const said = given[at]
      const mark = said?.[0]
      if (said === undefined || (mark !== '\\' && mark !== '+' && mark !== '-' && mark !== ' '))
        return null
      at += 1
      if (mark === '\\') continue
      if (mark !== '+') old -= 1
      if (mark === '-') continue
      if (lines[line] !== said.slice(1)) return null
      isShown[line] = true
      line += 1
      fresh -= 1
    }
    if (old !== 0 || fresh !== 0) return null
  }
  return isShown
}
