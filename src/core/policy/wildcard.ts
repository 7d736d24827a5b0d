// Wildcard patterns of policies: `*` matches any characters, also none, dots and slashes; everything else matches itself.
// Source: approver-policy v0.28, pkg/internal/util/wildcard.go: case counts, there is no escape, an empty pattern matches only ''.

/** True if the whole text matches. Greedy with one step back, so at most pattern × text steps. */
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

/** True if the whole text matches one of the patterns; false without patterns. */
export function matchesAnyWildcard(patterns: readonly string[], text: string): boolean {
  return patterns.some(pattern => matchesWildcard(pattern, text))
}
