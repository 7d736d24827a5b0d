// Path patterns of selectors: `*` within a folder, `**` across folders, `?` one character. All other characters match themselves.

/** True if the whole path matches the pattern. `a/**` matches everything below a, at any depth, but not a itself. */
export function matchesGlob(pattern: string, path: string): boolean {
  return matchesAnyGlob([pattern], path)
}

/** Lists of patterns are compiled once: those of policies and defaults are compared with thousands of paths. */
export function matchesAnyGlob(patterns: readonly string[], path: string): boolean {
  const known = COMPILED.get(patterns) ?? patterns.map(compiled)
  COMPILED.set(patterns, known)
  return known.some(
    ({ start, segments }) => path.startsWith(start) && matchSegments(segments, path.split('/')),
  )
}

interface Compiled {
  /** The text before the first wildcard. Every path that matches begins with it. */
  readonly start: string
  readonly segments: readonly string[]
}

const COMPILED = new WeakMap<readonly string[], readonly Compiled[]>()

function compiled(pattern: string): Compiled {
  const segments = pattern.split('/')
  const [start = ''] = pattern.split(/[*?]/, 1)
  return { start, segments: segments.at(-1) === '**' ? [...segments, '*'] : segments }
}

function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  return matchesSequence(pattern, path, '**', (wanted, segment) =>
    matchesSequence(
      Array.from(wanted),
      Array.from(segment),
      '*',
      (one, character) => one === '?' || one === character,
    ),
  )
}

/**
 * True if the whole subject matches. `star` is the part of a pattern that matches any number of parts, also none. Greedy with one
 * step back, so at most pattern × subject steps.
 */
export function matchesSequence(
  pattern: readonly string[],
  subject: readonly string[],
  star: string,
  fits: (wanted: string, given: string) => boolean,
): boolean {
  let p = 0
  let s = 0
  let starAt = -1
  let resume = 0
  while (s < subject.length) {
    const wanted = pattern[p]
    const given = subject[s]
    if (wanted === star) {
      starAt = p++
      resume = s
    } else if (wanted !== undefined && given !== undefined && fits(wanted, given)) {
      p++
      s++
    } else if (starAt !== -1) {
      p = starAt + 1
      s = ++resume
    } else return false
  }
  return pattern.slice(p).every(rest => rest === star)
}
