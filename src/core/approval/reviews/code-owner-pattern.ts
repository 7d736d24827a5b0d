// One pattern of a CODEOWNERS file as path patterns, or the reason why GitHub cannot read it. Source: gitignore(5), "PATTERN
// FORMAT", with GitHub's exceptions (GitHub Docs, "About code owners"); `docs/*` matches the files of docs and nothing deeper.
import type { Problem } from '../../../domain/problem.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'

/**
 * Path patterns (lib/source/glob.ts) that together match what GitHub matches with this pattern. Ask `patternFault` first: the result
 * for a faulty pattern means nothing.
 */
export function ownerGlobs(pattern: string): readonly string[] {
  const isFolder = pattern.endsWith('/')
  const body = pattern.replace(/^\//, '').replace(/\/$/, '')
  // Without a slash at its start or in its middle a pattern matches at any depth.
  const isAnchored = pattern.startsWith('/') || body.includes('/')
  const glob = isAnchored ? body : `**/${body}`
  if (isFolder) return [`${glob}/**`]
  const last = body.split('/').at(-1)
  if (last === '*' || last === '**') return [glob]
  // A pattern that matches a folder also matches everything in it.
  return [glob, `${glob}/**`]
}

const FAULTS: readonly {
  readonly when: RegExp
  readonly says: string
  readonly hint: string
}[] = [
  {
    when: /^\^?\[[^\]]*\]?/,
    says: 'begins a section, or a range of characters, and GitHub knows neither',
    hint: 'sections are GitLab’s; write one line for each pattern',
  },
  {
    when: /^!/,
    says: 'begins with !, and GitHub knows no exceptions',
    hint: 'write the pattern below the others, without owners: it then belongs to nobody',
  },
  {
    when: /[[\]]/,
    says: 'has a range of characters, which GitHub does not know',
    hint: 'use ? for one character, or one line for each',
  },
  {
    when: /\\/,
    says: 'has a backslash, and GitHub does not document what it escapes',
    hint: 'use ? for a character that needs escaping',
  },
  {
    when: /[{}]/,
    says: 'has braces, and GitHub reads no alternatives in them',
    hint: 'write one line for each alternative',
  },
  {
    when: /["']/,
    says: 'has quotes, which would be part of the path',
    hint: 'leave them out; a space in a path is written as ?',
  },
  {
    when: /#/,
    says: 'has a #, which begins a comment or does not',
    hint: 'put a space before # where a comment begins; use ? for one in a path',
  },
  {
    when: /\uFFFD/,
    says: 'is not UTF-8 text',
    hint: 'save the file as UTF-8',
  },
  {
    when: /\*\*\/$/,
    says: 'ends in **/, which readers understand in different ways',
    hint: 'leave the last slash out for everything below',
  },
  {
    when: /(?:^|\/)(?:[^/]+\*\*|\*\*[^/])/,
    says: 'has ** next to other characters',
    hint: '** must be alone between slashes; inside a name use *',
  },
  { when: /^\/$/, says: 'fits nothing', hint: 'use * for everything' },
  { when: /\/\//, says: 'has two slashes in a row and fits nothing', hint: 'keep one' },
  {
    when: /(?:^|\/)\.{1,2}(?:\/|$)/,
    says: 'has . or .. as a folder and fits nothing',
    hint: 'write paths from the top of the repository, without ./',
  },
]

/** Why GitHub cannot read the pattern, or reads it in an undocumented way, with a hint; null if there is no fault. */
export function patternFault(pattern: string): Pick<Problem, 'message' | 'hint'> | null {
  const found = FAULTS.find(({ when }) => when.test(pattern))
  if (found === undefined) return null
  return { message: `the pattern ${quoted(pattern)} ${found.says}`, hint: found.hint }
}
