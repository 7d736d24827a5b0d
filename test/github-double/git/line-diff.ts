// Differences of two texts by line: hunks between a longest common subsequence.

/** Lines [start, end) of the old text became lines [start, end) of the new one. */
export interface Hunk {
  readonly oldStart: number
  readonly oldEnd: number
  readonly newStart: number
  readonly newEnd: number
}

/** With more line pairs than this, the changed middle is one hunk. */
const LARGEST = 25_000_000

/** Lines with their line ends; bytes stay bytes (Latin-1). */
export function linesOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return text === '' ? [] : text.split(/(?<=\n)/)
}

export function bytesOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.join(''), 'latin1')
}

/** The hunks from one text to another, in order, with at least one common line between two hunks. */
export function diffLines(before: readonly string[], after: readonly string[]): Hunk[] {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head++
  let tail = 0
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const oldLines = before.slice(head, before.length - tail)
  const newLines = after.slice(head, after.length - tail)
  return hunksOf(oldLines, newLines).map(hunk => ({
    oldStart: hunk.oldStart + head,
    oldEnd: hunk.oldEnd + head,
    newStart: hunk.newStart + head,
    newEnd: hunk.newEnd + head,
  }))
}

function hunksOf(before: readonly string[], after: readonly string[]): Hunk[] {
  if (before.length === 0 && after.length === 0) return []
  const whole = { oldStart: 0, oldEnd: before.length, newStart: 0, newEnd: after.length }
  if (before.length * after.length > LARGEST) return [whole]
  const common = commonLengths(before, after)
  const width = after.length + 1
  const hunks: Hunk[] = []
  let [old, fresh, oldStart, newStart] = [0, 0, 0, 0]
  const close = () => {
    if (old > oldStart || fresh > newStart)
      hunks.push({ oldStart, oldEnd: old, newStart, newEnd: fresh })
  }
  while (old < before.length && fresh < after.length) {
    if (before[old] === after[fresh]) {
      close()
      oldStart = ++old
      newStart = ++fresh
    } else if (at(common, (old + 1) * width + fresh) >= at(common, old * width + fresh + 1)) old++
    else fresh++
  }
  old = before.length
  fresh = after.length
  close()
  return hunks
}

/** For each pair of positions, the number of common lines of the two remaining texts. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  for (let old = before.length - 1; old >= 0; old--)
    for (let fresh = after.length - 1; fresh >= 0; fresh--)
      lengths[old * width + fresh] =
        before[old] === after[fresh]
          ? at(lengths, (old + 1) * width + fresh + 1) + 1
          : Math.max(at(lengths, (old + 1) * width + fresh), at(lengths, old * width + fresh + 1))
  return lengths
}

function at(numbers: Uint32Array, index: number): number {
  return numbers[index] ?? 0
}
