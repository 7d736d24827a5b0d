// Attributes in .gitattributes files that hide requests from reviewers: an approval of a diff that GitHub did not show proves nothing.
// Of several lines the later one decides, of several files the deeper one; macros are followed. A line that may or may not count
// can hide a file, but never shows it again.
import type { Problem } from '../../../domain/problem.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { placeAt } from '../../../lib/source/text-position.ts'
import { matchesGlob } from '../../../lib/source/glob.ts'
import { attributeLines } from './attribute-lines.ts'
import type { Assignment, AttributeState } from './attribute-lines.ts'
import { AttributeStates, macrosOf } from './attribute-states.ts'
import type { Candidate, Macros, ParsedAttributes } from './attribute-states.ts'

export interface AttributesFile {
  readonly path: string
  readonly text: string
}

const MOST_BYTES = 262_144

interface Hiding {
  readonly isHidden: (state: AttributeState) => boolean
  readonly why: string
  readonly undo: string
}

const is = (state: AttributeState, pattern: RegExp): boolean =>
  typeof state === 'object' && state !== null && pattern.test(state.value)

/** Without linguist-vendored and -documentation: GitHub shows the diffs of such files (Linguist, docs/overrides.md). */
const HIDING: ReadonlyMap<string, Hiding> = new Map([
  [
    'linguist-generated',
    {
      isHidden: state => state === true || is(state, /^(?!false$)/),
      why: 'GitHub collapses the diff of generated files',
      undo: '-linguist-generated',
    },
  ],
  [
    'diff',
    {
      isHidden: state => state === false || is(state, /^false$/),
      why: 'GitHub shows no diff of binary files',
      undo: 'diff',
    },
  ],
  [
    'working-tree-encoding',
    {
      isHidden: state => state === true || is(state, /^(?!utf-?8$)/i),
      why: 'a checkout has other bytes than are applied',
      undo: '!working-tree-encoding',
    },
  ],
])

/**
 * APPROVAL_HIDDEN for each attribute that hides one of the paths, or may; empty if reviewers see them all. `files`: the .gitattributes
 * files of one commit; those above no path do not matter. A file of more than 262,144 bytes is not read, and is a problem of its own.
 */
export function hidingAttributes(
  files: readonly AttributesFile[],
  requestPaths: readonly string[],
): readonly Problem[] {
  const folders = files.map(file => readFolder(file))
  const macros = macrosOf(folders)
  const found = new Map<Assignment, Found>()
  for (const path of requestPaths)
    for (const { name, candidate } of hidingCandidates(folders, macros, path)) {
      const before = found.get(candidate.token)
      if (before === undefined)
        found.set(candidate.token, { name, candidate, paths: new Set([path]) })
      else before.paths.add(path)
    }
  return [
    ...folders.flatMap(folder => tooLarge(folder, requestPaths)),
    ...[...found.values()].map(problemOf),
  ]
}

interface Folder extends ParsedAttributes {
  readonly path: string
  readonly bytes: number
}

function readFolder({ path, text }: AttributesFile): Folder {
  const prefix = path.slice(0, path.lastIndexOf('/') + 1)
  const bytes = Buffer.byteLength(text)
  return { prefix, path, bytes, lines: bytes > MOST_BYTES ? [] : attributeLines(path, text) }
}

interface Found {
  readonly name: string
  readonly candidate: Candidate
  readonly paths: Set<string>
}

function hidingCandidates(
  folders: readonly Folder[],
  macros: Macros,
  path: string,
): readonly { readonly name: string; readonly candidate: Candidate }[] {
  const states = new AttributeStates(macros)
  const above = folders
    .filter(({ prefix }) => path.startsWith(prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
  for (const { prefix, lines } of above)
    for (const line of lines.toReversed()) {
      if (line.kind === 'macro') continue
      const fit = line.name === null ? 'maybe' : patternFit(line.name, path.slice(prefix.length))
      if (fit !== 'no') states.add(line, fit === 'yes' && line.isCertain)
    }
  return [...HIDING].flatMap(([name, { isHidden }]) => {
    const all = states.of(name)
    return all
      .filter(({ state }) => isHidden(state))
      .map(one => ({ name, candidate: { ...one, isCertain: one.isCertain && all.length === 1 } }))
  })
}

function tooLarge({ prefix, path, bytes }: Folder, paths: readonly string[]): readonly Problem[] {
  if (bytes <= MOST_BYTES || !paths.some(one => one.startsWith(prefix))) return []
  return [
    {
      code: 'APPROVAL_HIDDEN',
      at: { file: path, line: 1, column: 1, length: 1, excerpt: null },
      message: `the file has ${bytes} bytes; at most ${MOST_BYTES} are read, and the rest may hide requests`,
      hint: 'use fewer lines with wider patterns',
    },
  ]
}

function problemOf({ name, candidate, paths }: Found): Problem {
  const { line, token, isCertain } = candidate
  const said = line.source.text.slice(token.start, token.end)
  const [first = '', ...more] = paths
  const which = more.length === 0 ? quoted(first) : `${quoted(first)} and ${more.length} more`
  const does = isCertain ? 'hides' : 'may hide'
  const why = HIDING.get(name)?.why ?? ''
  const doubt = isCertain ? '' : ' (not every reader of attributes takes this line the same way)'
  return {
    code: 'APPROVAL_HIDDEN',
    at: placeAt(line.source, token.start, token.end),
    message: `${quoted(said)} ${does} ${which} from reviewers: ${why}${doubt}`,
    hint: isCertain
      ? `take it out, or set ${HIDING.get(name)?.undo ?? ''} for these files below it`
      : 'take it out, or write a pattern without [ ], \\, ! and quotes that does not fit these files',
  }
}

// Match of a .gitattributes pattern with a path. Source: gitattributes(5), and gitignore(5) without folders: a pattern matches files
// only, as whole paths. Rare syntax that readers may read differently (sets, escapes, `**` inside a name) is not evaluated: it may match.

/** `maybe`: readers may disagree. */
type Fit = 'yes' | 'no' | 'maybe'

/** Says if the pattern matches; `maybe` if that is not certain. `path` is relative to the folder of the attributes file. */
function patternFit(pattern: string, path: string): Fit {
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
  const isAscii = new TextEncoder().encode(path).length === path.length
  if (isAscii || !simple.includes('?')) return { pattern: simple, isExact: simple === pattern }
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
