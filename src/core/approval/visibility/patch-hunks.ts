// Lines of the new text in the hunks of a patch, as GitHub shows it: unified format, as `git diff` prints it, without a file header.

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/
const NO_LINE_END = '\\'

/** Lines with their line ends; the last one may have none. Empty for an empty text. */
export function linesWithEnds(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

/**
 * For each line of the new text: true if a hunk shows it. Null if the patch, applied to the old text, does not give exactly the new one:
 * then nothing is known to be shown.
 */
export function shownLines(
  patch: string,
  before: string,
  after: string,
): readonly boolean[] | null {
  const [old, fresh] = [linesWithEnds(before), linesWithEnds(after)]
  const isShown = fresh.map(() => false)
  const given = patch.split('\n')
  let [at, read, line] = [0, 0, 0]
  /** Steps over lines that no hunk shows. */
  const isSameUntil = (until: number): boolean => {
    if (until < read || until > old.length) return false
    const count = until - read
    const isSame = old.slice(read, until).every((text, each) => text === fresh[line + each])
    read += count
    line += count
    return isSame
  }
  while (at < given.length) {
    const [, start, oldCount = '1', , newCount = '1'] = HUNK.exec(given[at++] ?? '') ?? []
    if (start === undefined) return null
    // A hunk without an old line comes after the line that it names.
    if (!isSameUntil(Number(start) - (oldCount === '0' ? 0 : 1))) return null
    const [oldEnd, newEnd] = [read + Number(oldCount), line + Number(newCount)]
    while (read < oldEnd || line < newEnd) {
      const said = given[at++] ?? ''
      const mark = said[0]
      const isLast = given[at]?.startsWith(NO_LINE_END) === true
      if (isLast) at += 1
      const text = `${said.slice(1)}${isLast ? '' : '\n'}`
      if (mark !== '+' && mark !== '-' && mark !== ' ') return null
      if (mark !== '+' && old[read++] !== text) return null
      if (mark === '-') continue
      if (fresh[line] !== text) return null
      isShown[line++] = true
    }
    if (read !== oldEnd || line !== newEnd) return null
  }
  return isSameUntil(old.length) && line === fresh.length ? isShown : null
}
