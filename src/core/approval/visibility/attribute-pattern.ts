// Does a pattern of a .gitattributes file fit a path? gitignore(5) without folders: a pattern fits files only, as whole paths.
// What is rarely used and easily read in another way (sets, escapes, `**` inside a name) is not evaluated: it may fit.
import { matchesGlob } from '../../../lib/source/glob.ts'

export type Fit = 'yes' | 'no' | 'maybe'

/** `path` is relative to the folder of the file that holds the pattern. */
export function patternFit(pattern: string, path: string): Fit {
  // git has no exceptions here, and passes over the line.
  if (pattern.startsWith('!')) return 'maybe'
  const read = simplified(pattern, path)
  if (read === null) return 'maybe'
  const fits = read.pattern.includes('/')
    ? fitsPath(read.pattern, path)
    : fitsName(read.pattern, path)
  if (fits === 'no' || read.isExact) return fits
  return 'maybe'
}

/** At least what the pattern fits, in `*`, `**` and `?` alone; null where even that cannot be said. */
function simplified(
  pattern: string,
  path: string,
): { readonly pattern: string; readonly isExact: boolean } | null {
  const simple = pattern.replaceAll('\\/', '/').replaceAll(/\\.|\[[!^]?\]?[^[\]\\]*\]/gsu, '?')
  if (/[[\\]/.test(simple)) return null
  // git counts bytes where we count characters.
  // eslint-disable-next-line no-control-regex
  if (/^[\0-\x7F]*$/.test(path) || !simple.includes('?'))
    return { pattern: simple, isExact: simple === pattern }
  return { pattern: simple.replaceAll('?', '*'), isExact: false }
}

/** A pattern without a slash is held against the name of the file. */
function fitsName(pattern: string, path: string): Fit {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return matchesGlob(pattern.replaceAll(/\*+/g, '*'), name) ? 'yes' : 'no'
}

function fitsPath(pattern: string, path: string): Fit {
  // Documented: a pattern for folders fits no file.
  if (pattern.endsWith('/')) return 'no'
  const segments = pattern.replace(/^\//, '').split('/')
  const isOdd = segments.some(segment => /\*\*/.test(segment) && !/^\*+$/.test(segment))
  if (isOdd)
    return matchesGlob(oneLevel(pattern.replace(/^\//, '')), oneLevel(path)) ? 'maybe' : 'no'
  const glob = segments.map(segment => (/^\*\*+$/.test(segment) ? '**' : segment)).join('/')
  return matchesGlob(glob, path) ? 'yes' : 'no'
}

/** `**` inside a name crosses slashes for some readers; a slash beside stars may then stand for nothing. */
function oneLevel(text: string): string {
  return text.replaceAll(/\*+\/?/g, '*').replaceAll('/', '\n')
}
