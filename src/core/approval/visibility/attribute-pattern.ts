// Match of a .gitattributes pattern with a path. Source: gitattributes(5), and gitignore(5) without folders: a pattern matches files
// only, as whole paths. Rare syntax that readers may read differently (sets, escapes, `**` inside a name) is not evaluated: it may match.
import { matchesGlob } from '../../../lib/source/glob.ts'

/** `maybe`: readers may disagree. */
export type Fit = 'yes' | 'no' | 'maybe'

/** Says if the pattern matches; `maybe` if that is not certain. `path` is relative to the folder of the attributes file. */
export function patternFit(pattern: string, path: string): Fit {
  // git has no exceptions here, and skips the line.
  if (pattern.startsWith('!')) return 'maybe'
  const read = simplified(pattern, path)
  if (read === null) return 'maybe'
  const fits = read.pattern.includes('/')
    ? fitsPath(read.pattern, path)
    : fitsName(read.pattern, path)
  if (fits === 'no' || read.isExact) return fits
  return 'maybe'
}

/** A pattern of `*`, `**` and `?` that matches at least as much; null if there is none. `isExact`: it is the same pattern. */
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

/** A pattern without a slash is compared with the name of the file. */
function fitsName(pattern: string, path: string): Fit {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return matchesGlob(pattern.replaceAll(/\*+/g, '*'), name) ? 'yes' : 'no'
}

function fitsPath(pattern: string, path: string): Fit {
  // Documented in gitattributes(5): a pattern for folders matches no file.
  if (pattern.endsWith('/')) return 'no'
  const segments = pattern.replace(/^\//, '').split('/')
  const isOdd = segments.some(segment => /\*\*/.test(segment) && !/^\*+$/.test(segment))
  if (isOdd)
    return matchesGlob(oneLevel(pattern.replace(/^\//, '')), oneLevel(path)) ? 'maybe' : 'no'
  const glob = segments.map(segment => (/^\*\*+$/.test(segment) ? '**' : segment)).join('/')
  return matchesGlob(glob, path) ? 'yes' : 'no'
}

/** For some readers `**` inside a name crosses slashes, and a slash after stars may then match nothing. */
function oneLevel(text: string): string {
  return text.replaceAll(/\*+\/?/g, '*').replaceAll('/', '\n')
}
