// Which lines of a text a reviewer saw, and whether they suffice. An own line diff, independent of GitHub's double and of
// countersign.

/** Lines with their line ends. */
export function linesOf(text: string | null): readonly string[] {
  return text === null || text === '' ? [] : text.split(/(?<=\n)/)
}

const CONTEXT = 3

/** For each line of the new text: whether the diff shows it, as changed or within three lines of a change. */
export function shownIn(before: string | null, after: string | null): readonly boolean[] {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const isKept = keptLines(old, fresh)
  const isGap = fresh.map((_, at) => isKept[at] === null)
  const shown = fresh.map(() => false)
  const show = (from: number, to: number): void => {
    for (let at = Math.max(0, from); at < Math.min(fresh.length, to); at++) shown[at] = true
  }
  let next = 0
  for (let at = 0; at <= fresh.length; at++) {
    if (isGap[at] === true) {
      show(at - CONTEXT, at + 1 + CONTEXT)
      continue
    }
    const from = at === fresh.length ? old.length : (isKept[at] ?? 0)
    if (from > next) show(at - CONTEXT, at + CONTEXT)
    next = from + 1
  }
  return shown
}

/** For each new line its old line, by a longest common subsequence; null for an added one. */
function keptLines(old: readonly string[], fresh: readonly string[]): readonly (number | null)[] {
  const length: number[][] = Array.from({ length: old.length + 1 }, () =>
    Array.from({ length: fresh.length + 1 }, () => 0),
  )
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      length[i]![j] =
        old[i] === fresh[j]
          ? length[i + 1]![j + 1]! + 1
          : Math.max(length[i + 1]![j]!, length[i]![j + 1]!)
  const kept: (number | null)[] = fresh.map(() => null)
  for (let [i, j] = [0, 0]; i < old.length && j < fresh.length;)
    if (old[i] === fresh[j]) kept[j++] = i++
    else if (length[i + 1]![j]! >= length[i]![j + 1]!) i++
    else j++
  return kept
}

/** The same by the shortest diff only, as in countersign. */
export function isKnownByDiff(
  before: string | null,
  after: string | null,
  shown: readonly boolean[],
): boolean {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const kept = keptLines(old, fresh)
  const isSeen = (at: number): boolean => at < 0 || at >= fresh.length || shown[at] === true
  let next = 0
  let added = 0
  for (let at = 0; at <= fresh.length; at++) {
    const from = at === fresh.length ? old.length : (kept[at] ?? null)
    if (from === null) {
      if (!isSeen(at)) return false
      added += 1
      continue
    }
    // Added lines may take the place of as many removed lines.
    if (from - next > added && !(isSeen(at - added - 1) && isSeen(at))) return false
    next = from + 1
    added = 0
  }
  return true
}

/**
 * Whether a reader of the old text and of these lines knows the whole new text: a reading of the new text as the old one exists in
 * which each added line was seen, and both neighbours of each removed line.
 */
export function isKnown(
  before: string | null,
  after: string | null,
  shown: readonly boolean[],
): boolean {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const wasSeen = (at: number): boolean => at < 0 || at >= fresh.length || shown[at] === true
  // Possible read lengths of the old text, line by line of the new text.
  let reached = new Set([0])
  for (let at = 0; at <= fresh.length; at++) {
    const here = new Set(reached)
    if (wasSeen(at - 1) && wasSeen(at))
      for (let i = Math.min(...here); i <= old.length; i++) here.add(i)
    if (at === fresh.length) return here.has(old.length)
    reached = new Set([
      ...[...here].filter(i => i < old.length && old[i] === fresh[at]).map(i => i + 1),
      ...(shown[at] === true ? here : []),
    ])
    if (reached.size === 0) return false
  }
  return false
}
