// Wildcard patterns of policies: `*` matches any characters, also none, dots and slashes; everything else matches itself.
// Source: approver-policy v0.28, pkg/internal/util/wildcard.go: case counts, there is no escape, an empty pattern matches only ''.
import { matchesSequence } from '../../lib/source/glob.ts'

/** True if the whole text matches. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return matchesSequence(Array.from(pattern), Array.from(text), '*', (one, other) => one === other)
}

/** True if the whole text matches one of the patterns; false without patterns. */
export function matchesAnyWildcard(patterns: readonly string[], text: string): boolean {
  return patterns.some(pattern => matchesWildcard(pattern, text))
}
