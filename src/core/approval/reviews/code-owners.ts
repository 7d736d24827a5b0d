// Owners of a path by a CODEOWNERS file, as GitHub evaluates it: the last line that matches a path decides alone.
// GitHub Docs, "About code owners": gitignore's patterns without `!`, `[ ]` and escapes. GitHub skips a line that it cannot read
// without a message, which gives the path to the owners of an earlier line; here such a line refuses the paths that it may match.
import type { Checked, Problem } from '../../../domain/problem.ts'
import { checked } from '../../../domain/problem.ts'
import { characterName, hiddenOffsets, quoted } from '../../../lib/source/hidden-characters.ts'
import { matchesAnyGlob } from '../../../lib/source/glob.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { placeAt, sourceText } from '../../../lib/source/text-position.ts'
import { ownerGlobs, patternFault } from './code-owner-pattern.ts'

/** Where GitHub looks, in its order; the first file found is the only one. */
export const CODE_OWNERS_PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

/** Bytes. GitHub loads files under 3 MB, but adapters do not read files beyond this size, so their owners are unknown. */
const MOST_BYTES = 1024 * 1024
const MOST_REPORTED = 20

export type Owner =
  /** As written; GitHub compares logins without case. */
  | { readonly kind: 'user'; readonly login: string }
  /** `org/team`, lower-case. */
  | { readonly kind: 'team'; readonly slug: string }
  | { readonly kind: 'email'; readonly email: string }

export interface CodeOwners {
  /** The file. */
  readonly path: string
  readonly rules: readonly CodeOwnersRule[]
  readonly faults: readonly OwnersFault[]
}

/** A part that GitHub cannot read. */
interface OwnersFault {
  readonly problem: Problem
  /** Path patterns of the files that it may decide about; null for any file. */
  readonly reach: readonly string[] | null
}

export interface CodeOwnersRule {
  readonly pattern: string
  /** The pattern as path patterns of lib/source/glob.ts; one of them has to match. */
  readonly globs: readonly string[]
  /** Empty if the line removes the owners of earlier lines. */
  readonly owners: readonly Owner[]
}

/** Owners of a path: those of the last line that matches. Empty if none matches, or if that line names nobody. */
export function ownersOf(owners: CodeOwners, path: string): readonly Owner[] {
  return owners.rules.findLast(({ globs }) => matchesAnyGlob(globs, path))?.owners ?? []
}

/** APPROVAL_CODE_OWNERS for each part of the file that GitHub cannot read and that may decide about the path. At most 20 problems. */
export function ownersFaults({ faults }: CodeOwners, path: string): readonly Problem[] {
  return faults
    .filter(({ reach }) => reach === null || matchesAnyGlob(reach, path))
    .map(({ problem }) => problem)
    .slice(0, MOST_REPORTED)
}

/** The file as a whole: refused with at most 20 of its faults. */
export function parseCodeOwners(path: string, text: string): Checked<CodeOwners> {
  const read = readCodeOwners(path, text)
  return checked(read.faults.map(({ problem }) => problem).slice(0, MOST_REPORTED), () => read)
}

/**
 * The rules of a CODEOWNERS file, in order, with one fault for each pattern or owner that GitHub cannot read and for each invisible
 * character; or one for a file of more than 1 MiB.
 */
export function readCodeOwners(path: string, text: string): CodeOwners {
  const source = sourceText(path, text)
  const hidden = [...hiddenCharacters(source)].map(problem => ({ problem, reach: null }))
  if (Buffer.byteLength(text) > MOST_BYTES)
    return { path, rules: [], faults: [{ problem: tooLarge(path), reach: null }] }
  const lines = wordsByLine(source).map(words => readRule(words, source))
  return {
    path,
    rules: lines.flatMap(({ rules }) => rules),
    faults: [...hidden, ...lines.flatMap(({ faults }) => faults)],
  }
}

/** Of a link: whether GitHub follows it is not known. */
export function linkedOwners(path: string): CodeOwners {
  const problem = unknownOwners(path, 'it is no regular file', 'make it a regular file')
  return { path, rules: [], faults: [{ problem, reach: null }] }
}

function tooLarge(path: string): Problem {
  const why = `the file has more than ${MOST_BYTES} bytes, the most that is read`
  return unknownOwners(path, why, 'use fewer lines with wider patterns')
}

function unknownOwners(path: string, why: string, way: string): Problem {
  return {
    code: 'APPROVAL_CODE_OWNERS',
    at: { file: path, line: 1, column: 1, length: 1, excerpt: null },
    message: `${why}, so its owners are unknown`,
    hint: `${way}, in a pull request that is approved like any change of the configuration`,
  }
}

interface Word {
  readonly text: string
  /** Offset in the file. */
  readonly start: number
}

/** The words of each line that has words, without comments: `#` starts one at the start of a line or after a blank. */
function wordsByLine({ text, lineStarts }: SourceText): readonly (readonly Word[])[] {
  return lineStarts.flatMap((start, index) => {
    const whole = text.slice(start, (lineStarts[index + 1] ?? text.length + 1) - 1)
    const said = whole.replace(/(?:^|[ \t\r])#.*$/, '')
    const words = [...said.matchAll(/[^ \t\r]+/g)]
    if (words.length === 0) return []
    return [words.map(({ 0: word, index: at }) => ({ text: word, start: start + at }))]
  })
}

function readRule(
  [pattern, ...names]: readonly Word[],
  source: SourceText,
): Pick<CodeOwners, 'rules' | 'faults'> {
  if (pattern === undefined) return { rules: [], faults: [] }
  const { text } = pattern
  const fault = patternFault(text)
  if (fault !== null) {
    const problem = problemAt(pattern, source, fault.message, fault.hint)
    return { rules: [], faults: [{ problem, reach: reachOf(text) }] }
  }
  const globs = ownerGlobs(text)
  const owners = names.map(name => readOwner(name.text))
  const strange = names.filter((_, at) => owners[at] === null)
  return {
    rules: [{ pattern: text, globs, owners: owners.filter(owner => owner !== null) }],
    faults: strange.map(name => ({ problem: notAnOwner(name, source), reach: globs })),
  }
}

/** A pattern that cannot be read matches nothing outside of the plain folder that it begins with. */
function reachOf(pattern: string): readonly string[] | null {
  const [, folder] = /^\/?([A-Za-z0-9._-]+)\/./.exec(pattern) ?? []
  return folder === undefined ? null : [`${folder}/**`]
}

/** Logins may contain underscores: those of managed users end in the short code of their company. */
const USER = /^@(?<name>[A-Za-z0-9][A-Za-z0-9_-]*)$/
const TEAM = /^@(?<name>[A-Za-z0-9][A-Za-z0-9_-]*\/[A-Za-z0-9_][A-Za-z0-9_.-]*)$/
const EMAIL = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/

function readOwner(text: string): Owner | null {
  const login = USER.exec(text)?.groups?.['name']
  if (login !== undefined) return { kind: 'user', login }
  const slug = TEAM.exec(text)?.groups?.['name']
  if (slug !== undefined) return { kind: 'team', slug: slug.toLowerCase() }
  return EMAIL.test(text) ? { kind: 'email', email: text } : null
}

function notAnOwner(word: Word, source: SourceText): Problem {
  const message = `${quoted(word.text)} is not an owner, and GitHub ignores the whole line`
  const hint = word.text.includes('#')
    ? 'put a space before # where a comment begins'
    : 'owners are @login, @org/team or an email address; a space in a path is written as ?'
  return problemAt(word, source, message, hint)
}

function problemAt(word: Word, source: SourceText, message: string, hint: string | null): Problem {
  const at = placeAt(source, word.start, word.start + word.text.length)
  return { code: 'APPROVAL_CODE_OWNERS', at, message, hint }
}

/** A pattern with an invisible character matches other paths than it seems to. */
function* hiddenCharacters(source: SourceText): Generator<Problem> {
  for (const offset of hiddenOffsets(source.text))
    yield {
      code: 'APPROVAL_CODE_OWNERS',
      at: placeAt(source, offset),
      message: `the character ${characterName(source.text, offset)} cannot be seen, or changes how others are seen`,
      hint: 'remove it',
    }
}
