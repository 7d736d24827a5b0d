// Owners of a path by a CODEOWNERS file, as GitHub evaluates it: the last line that matches a path decides alone.
// GitHub Docs, "About code owners": gitignore's patterns without `!`, `[ ]` and escapes. GitHub skips a line that it cannot read
// without a message, which gives the path to the owners of an earlier line; here such a line refuses the file.
import type { Checked, Problem } from '../../../domain/problem.ts'
import { checked, refuse } from '../../../domain/problem.ts'
import { characterName, hiddenOffsets, shown } from '../../../lib/source/hidden-characters.ts'
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
}

export interface CodeOwnersRule {
  /** Counted from 1. */
  readonly line: number
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

/**
 * The rules of a CODEOWNERS file, in order. Refuses with APPROVAL_CODE_OWNERS: at most 20 problems, one for each pattern or owner that
 * GitHub cannot read and for each invisible character; or one for a file of more than 1 MiB.
 */
export function parseCodeOwners(path: string, text: string): Checked<CodeOwners> {
  const source = sourceText(path, text)
  if (Buffer.byteLength(text) > MOST_BYTES)
    return refuse({
      code: 'APPROVAL_CODE_OWNERS',
      at: { file: path, line: 1, column: 1, length: 1, excerpt: null },
      message: `the file has more than ${MOST_BYTES} bytes, the most that is read, so its owners are unknown`,
      hint: 'use fewer lines with wider patterns, in a pull request that is approved like any change of the configuration',
    })
  const problems: Problem[] = [...hiddenCharacters(source)]
  const rules = wordsByLine(source).flatMap(words => readRule(words, source, problems))
  return checked(problems.slice(0, MOST_REPORTED), () => ({ path, rules }))
}

interface Word {
  readonly text: string
  /** Offset in the file. */
  readonly start: number
  readonly line: number
}

/** The words of each line that has words, without comments: `#` starts one at the start of a line or after a blank. */
function wordsByLine({ text, lineStarts }: SourceText): readonly (readonly Word[])[] {
  return lineStarts.flatMap((start, index) => {
    const whole = text.slice(start, (lineStarts[index + 1] ?? text.length + 1) - 1)
    const said = whole.replace(/(?:^|[ \t\r])#.*$/, '')
    const words = [...said.matchAll(/[^ \t\r]+/g)]
    if (words.length === 0) return []
    return [
      words.map(({ 0: word, index: at }) => ({
        text: word,
        start: start + at,
        line: index + 1,
      })),
    ]
  })
}

function readRule(
  words: readonly Word[],
  source: SourceText,
  problems: Problem[],
): readonly CodeOwnersRule[] {
  const [pattern, ...names] = words
  if (pattern === undefined) return []
  const fault = patternFault(pattern.text)
  if (fault !== null) {
    problems.push(problemAt(pattern, source, fault.message, fault.hint))
    return []
  }
  const owners = names.flatMap(name => {
    const owner = readOwner(name.text)
    if (owner === null) problems.push(notAnOwner(name, source))
    return owner === null ? [] : [owner]
  })
  return [{ line: pattern.line, pattern: pattern.text, globs: ownerGlobs(pattern.text), owners }]
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
  const message = `${shown(word.text)} is not an owner, and GitHub ignores the whole line`
  const hint = word.text.includes('#')
    ? 'put a space before # where a comment begins'
    : 'owners are @login, @org/team or an email address; a space in a path is written as ?'
  return problemAt(word, source, message, hint)
}

function problemAt(word: Word, source: SourceText, message: string, hint: string): Problem {
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
