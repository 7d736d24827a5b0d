// Lines of the new text in the hunks of a patch, as GitHub shows it: unified format, as `git diff` prints it, without a file header.

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** Lines with their line ends; the last one may have none. Empty for an empty text. */
export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

/** For each line of the new text: true if a hunk shows it. Null if the patch does not fit the text: then nothing is known to be shown. */
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
