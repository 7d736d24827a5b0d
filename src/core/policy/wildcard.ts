// Patterns of policies: `*` stands for any characters, none and dots and slashes too; everything else for itself.
// approver-policy v0.28, pkg/internal/util/wildcard.go: case counts, there is no escape, an empty pattern fits only ''.

/** True when the whole text fits. Greedy with one step back, so at most pattern × text steps. */
export function matchesWildcard(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text
  const wanted = Array.from(pattern)
  const given = Array.from(text)
  let p = 0
  let t = 0
  let starAt = -1
  let resume = 0
  while (t < given.length) {
    if (wanted[p] === '*') {
      starAt = p++
      resume = t
    } else if (wanted[p] === given[t]) {
      p++
      t++
    } else if (starAt !== -1) {
      p = starAt + 1
      t = ++resume
    } else return false
  }
  return wanted.slice(p).every(rest => rest === '*')
}

export function matchesAnyWildcard(patterns: readonly string[], text: string): boolean {
  return patterns.some(pattern => matchesWildcard(pattern, text))
}
