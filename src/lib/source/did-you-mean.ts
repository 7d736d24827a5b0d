// "did you mean": the known word closest to a mistyped one.

/**
 * The candidate nearest to `text`, or null if none is near. Spaces, dashes, underscores and case do not count. At most a third of
 * the letters (never fewer than one) may differ.
 */
export function nearest(text: string, candidates: Iterable<string>): string | null {
  const wanted = plain(text)
  const most = Math.max(1, Math.floor(wanted.length / 3))
  let best: string | null = null
  let bestDistance = most + 1
  for (const candidate of candidates) {
    const known = plain(candidate)
    if (Math.abs(known.length - wanted.length) >= bestDistance) continue
    const distance = editDistance(wanted, known)
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** `did you mean "x"?`, or the fallback if nothing is near. */
export function didYouMean(
  text: string,
  candidates: Iterable<string>,
  otherwise: string | null = null,
): string | null {
  const near = nearest(text, candidates)
  return near === null ? otherwise : `did you mean "${near}"?`
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
    .slice(0, 64)
}

/** Optimal string alignment distance: insert, delete, replace, swap neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? Infinity) + 1)
      }
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
