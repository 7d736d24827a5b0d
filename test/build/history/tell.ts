// A sentence of a history → its deed.
import { FORMS } from './sentences.ts'
import type { Options } from './form.ts'
import type { Deed, FileChanges } from './history.ts'
import { FORGERIES, UNREADABLE } from './history.ts'

const WORDS: Readonly<Record<string, string>> = {
  who: '([a-z][a-z0-9-]*(?:\\[bot\\])?)',
  branch: '([a-z][a-zA-Z0-9:/._-]*)',
  mark: '([a-z][a-z0-9-]*)',
  count: '(\\d+)',
  pull: 'PR(\\d+)',
  pulls: '(PR\\d+(?: and PR\\d+)+)',
  way: '(merge|squash|rebase)',
  right: '(admin|maintain|write|triage|read|none)',
  team: '([a-z][a-z0-9-]*)',
  request: '([a-z][a-z0-9-]*)',
  time: '(\\d+) (seconds?|minutes?|hours?|days?)',
  forgery: `(${FORGERIES.join('|')})`,
  unreadable: `(${UNREADABLE.join('|')})`,
}

const TELLERS = FORMS.map(each => ({ ...each, pattern: patternOf(each.form) }))

/** Parses a sentence; throws an Error with a message for the author of the history. */
export function tell(sentence: string, files: FileChanges | null): Deed {
  const bracket = / \(((?:commit by|committer|with|on GitHub|from|merging) ?[^)]*)\)$/.exec(
    sentence,
  )
  const text = bracket === null ? sentence : sentence.slice(0, bracket.index)
  for (const { pattern, told, takesFiles, takesOptions, form } of TELLERS) {
    const match = pattern.exec(text)
    if (match === null) continue
    if (bracket !== null && !takesOptions) throw new Error(`"${form}" takes nothing in brackets`)
    if (files !== null && !takesFiles) throw new Error(`"${form}" takes no files`)
    if (files === null && takesFiles && takesOptions)
      throw new Error(`"${form}" needs files: path and content, behind a colon`)
    const options = optionsOf(bracket?.[1] ?? '')
    return { ...told({ words: match.slice(1), options, files: files ?? {} }), said: sentence }
  }
  const forms = FORMS.map(({ form }) => form)
  throw new Error(`no sentence reads "${sentence}"; there are:\n  ${forms.join('\n  ')}`)
}

function optionsOf(text: string): Options {
  const authorship = { author: null, committer: null, coAuthors: [], onGitHub: false }
  let options: Options = { authorship, from: null, merging: null }
  const entries = text === '' ? [] : text.split(', ')
  for (const entry of entries) options = withOption(options, entry)
  return options
}

function withOption(options: Options, entry: string): Options {
  const [, key, value = ''] =
    /^(commit by|committer|with|on GitHub|from|merging) ?(.*)$/.exec(entry) ?? []
  const { authorship } = options
  switch (key) {
    case 'commit by':
      return { ...options, authorship: { ...authorship, author: value } }
    case 'committer':
      return { ...options, authorship: { ...authorship, committer: value } }
    case 'with':
      return {
        ...options,
        authorship: { ...authorship, coAuthors: [...authorship.coAuthors, value] },
      }
    case 'on GitHub':
      return { ...options, authorship: { ...authorship, onGitHub: true } }
    case 'from':
      return { ...options, from: value }
    case 'merging':
      return { ...options, merging: value }
    default:
      throw new Error(`nothing is known of "(${entry})"`)
  }
}

function patternOf(form: string): RegExp {
  const source = form.replaceAll(/[()]/g, '\\$&').replaceAll(/\{(\w+)\}/g, (_, word: string) => {
    const pattern = WORDS[word]
    if (pattern === undefined) throw new Error(`{${word}} is no word of a form`)
    return pattern
  })
  return new RegExp(`^${source}$`)
}
