// One pattern of a CODEOWNERS file → path patterns that mean the same, or what GitHub could not do with it.
// gitignore(5), "PATTERN FORMAT", with GitHub's exceptions; `docs/*` fits the files of docs and nothing deeper (GitHub Docs).
import { shown } from '../../../lib/source/hidden-characters.ts'

export interface PatternFault {
  readonly message: string
  readonly hint: string
}

/** Path patterns (source/glob.ts) that together fit what GitHub fits with this pattern. Ask patternFault first. */
export function ownerGlobs(pattern: string): readonly string[] {
  const isFolder = pattern.endsWith('/')
  const body = pattern.replace(/^\//, '').replace(/\/$/, '')
  // Without a slash at its start or in its middle a pattern fits at any depth.
  const isAnchored = pattern.startsWith('/') || body.includes('/')
  const glob = isAnchored ? body : `**/${body}`
  if (isFolder) return [`${glob}/**`]
  const last = body.split('/').at(-1)
  if (last === '*' || last === '**') return [glob]
  // The name of a folder stands for everything in it.
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
    says: 'has ** beside other characters',
    hint: '** stands alone between slashes; inside a name use *',
  },
  { when: /^\/$/, says: 'fits nothing', hint: 'use * for everything' },
  { when: /\/\//, says: 'has two slashes in a row and fits nothing', hint: 'keep one' },
  {
    when: /(?:^|\/)\.{1,2}(?:\/|$)/,
    says: 'has . or .. as a folder and fits nothing',
    hint: 'write paths from the top of the repository, without ./',
  },
]

/** Why GitHub cannot read the pattern, or null where it can. */
export function patternFault(pattern: string): PatternFault | null {
  const found = FAULTS.find(({ when }) => when.test(pattern))
  if (found === undefined) return null
  return { message: `the pattern ${shown(pattern)} ${found.says}`, hint: found.hint }
}
