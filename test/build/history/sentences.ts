// The sentences that a history is told in: who did what, in plain verbs. One table, which the reader and its errors use.
import type { Authorship, Deed, FileChanges, Forgery, MergeWay, Right, Unreadable } from './history.ts'
import { FORGERIES, UNREADABLE } from './history.ts'

/** A deed without its wording. */
type Told = Deed extends infer D ? (D extends unknown ? Omit<D, 'said'> : never) : never

interface Said {
  readonly words: readonly string[]
  readonly options: Options
  readonly files: FileChanges
}

interface Form {
  /** With {who}, {branch} and so on where something stands. */
  readonly form: string
  readonly takesFiles: boolean
  readonly takesOptions: boolean
  readonly told: (said: Said) => Told
}

/** What may stand in brackets behind a push. */
interface Options {
  readonly authorship: Authorship
  readonly from: string | null
  readonly merging: string | null
}

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

const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 }

const FORMS: readonly Form[] = [
  push('{who} pushes to {branch}', false),
  push('{who} force-pushes {branch}', true),
  plain('{who} moves {branch} to {mark}', ([by, branch, mark]) => ({
    kind: 'moveTo',
    by,
    branch,
    mark,
  })),
  withFiles('{who} pushes {count} commits to {branch}', ([by, count, branch], files) => ({
    kind: 'pushMany',
    by,
    branch,
    count: Number(count),
    files,
  })),
  withFiles('{who} merges main into {pull} by hand', ([by, pull], files) => ({
    kind: 'mergeBase',
    by,
    pull: Number(pull),
    files,
  })),
  withFiles('{who} rebases {branch}', ([by, branch], files) => ({
    kind: 'rebase',
    by,
    branch,
    files,
  })),
  plain('{who} reverts {pull} on {branch}', ([by, pull, branch]) => ({
    kind: 'revert',
    by,
    pull: Number(pull),
    branch,
  })),
  plain('{who} opens {pull} from {branch}', ([by, pull, branch]) => ({
    kind: 'open',
    by,
    pull: Number(pull),
    branch,
    base: 'main',
  })),
  plain('{who} opens {pull} from {branch} into {branch}', ([by, pull, branch, base]) => ({
    kind: 'open',
    by,
    pull: Number(pull),
    branch,
    base,
  })),
  plain('{who} approves {pull}', ([by, pull]) => review(by, pull, 'APPROVED')),
  plain('{who} requests changes on {pull}', ([by, pull]) => review(by, pull, 'CHANGES_REQUESTED')),
  plain('{who} comments on {pull}', ([by, pull]) => review(by, pull, 'COMMENTED')),
  plain('{who} approves {mark} of {pull}', ([by, mark, pull]) => ({
    ...review(by, pull, 'APPROVED'),
    mark,
  })),
  plain('{who} dismisses the review of {who} on {pull}', ([by, reviewer, pull]) => ({
    kind: 'dismiss',
    by,
    reviewer,
    pull: Number(pull),
  })),
  withFiles('{who} merges {pull} by hand', ([by, pull], files) => ({
    kind: 'mergeByHand',
    by,
    pull: Number(pull),
    files,
  })),
  plain('{who} merges {pull} ({way})', ([by, pull, way]) => ({
    kind: 'merge',
    by,
    pull: Number(pull),
    way: way as MergeWay,
  })),
  plain('{who} queues {pull}', ([by, pull]) => ({ kind: 'queue', by, pulls: [Number(pull)] })),
  plain('{who} queues {pulls}', ([by, pulls]) => ({
    kind: 'queue',
    by,
    pulls: [...pulls.matchAll(/\d+/g)].map(([digits]) => Number(digits)),
  })),
  plain('{who} updates the branch of {pull}', ([by, pull]) => ({
    kind: 'updateBranch',
    by,
    pull: Number(pull),
  })),
  plain('{who} closes {pull}', ([by, pull]) => ({ kind: 'close', by, pull: Number(pull) })),
  plain('{who} changes the base of {pull} to {branch}', ([by, pull, base]) => ({
    kind: 'changeBase',
    by,
    pull: Number(pull),
    base,
  })),
  plain('{who} deletes the branch {branch}', ([by, branch]) => ({
    kind: 'deleteBranch',
    by,
    branch,
  })),
  plain('the fork of {who} is deleted', ([who]) => ({ kind: 'deleteFork', who })),
  plain('the account of {who} is deleted', ([who]) => ({ kind: 'deleteAccount', who })),
  plain('{who} gets the right {right}', ([who, right]) => ({
    kind: 'right',
    who,
    right: right as Right | 'none',
  })),
  plain('{who} joins the team {team}', ([who, team]) => ({
    kind: 'team',
    who,
    team,
    isMember: true,
  })),
  plain('{who} leaves the team {team}', ([who, team]) => ({
    kind: 'team',
    who,
    team,
    isMember: false,
  })),
  plain('{who} takes the login {who}', ([who, login]) => ({ kind: 'rename', who, login })),
  plain('{time} pass', ([count, unit]) => ({
    kind: 'time',
    seconds: Number(count) * (SECONDS[unit.replace(/s$/, '')] ?? 0),
  })),
  plain('remember {branch} as {mark}', ([ref, mark]) => ({ kind: 'remember', ref, mark })),
  plain('the installation trusts {mark}', ([mark]) => ({ kind: 'trust', mark })),
  plain('GitHub forgets {mark}', ([mark]) => ({ kind: 'collect', mark })),
  plain('{unreadable} cannot be read from now on', ([what]) => ({
    kind: 'unreadable',
    what: what as Unreadable,
  })),
  plain('countersign issues', () => ({ kind: 'issue' })),
  plain('the record of {request} is forged: {forgery}', ([request, how]) => ({
    kind: 'forge',
    request,
    how: how as Forgery,
  })),
]

const TELLERS = FORMS.map(each => ({ ...each, pattern: patternOf(each.form) }))

/** What a sentence tells; throws an Error in words that a person can act on. */
export function tell(sentence: string, files: FileChanges | null): Deed {
  const bracket = / \(((?:commit by|committer|with|on GitHub|from|merging) ?[^)]*)\)$/.exec(sentence)
  const text = bracket === null ? sentence : sentence.slice(0, bracket.index)
  for (const { pattern, told, takesFiles, takesOptions, form } of TELLERS) {
    const match = pattern.exec(text)
    if (match === null) continue
    if (bracket !== null && !takesOptions) throw new Error(`"${form}" takes nothing in brackets`)
    if (files !== null && !takesFiles) throw new Error(`"${form}" takes no files`)
    if (files === null && takesFiles && takesOptions)
      throw new Error(`"${form}" needs files: path and content, behind a colon`)
    const options = optionsOf(bracket?.[1] ?? '')
    return { ...told({ words: match.slice(1), options, files: files ?? {} }), said: sentence } as Deed
  }
  const forms = FORMS.map(({ form }) => form)
  throw new Error(`no sentence reads "${sentence}"; there are:\n  ${forms.join('\n  ')}`)
}

function plain(form: string, told: (words: Words) => Told): Form {
  return {
    form,
    takesFiles: false,
    takesOptions: false,
    told: ({ words }) => told(words as unknown as Words),
  }
}

function withFiles(form: string, told: (words: Words, files: FileChanges) => Told): Form {
  return {
    form,
    takesFiles: true,
    takesOptions: false,
    told: ({ words, files }) => told(words as unknown as Words, files),
  }
}

/** As many as the form has places; the table asks for no more. */
type Words = readonly [string, string, string, string]

function push(form: string, isForced: boolean): Form {
  return {
    form,
    takesFiles: true,
    takesOptions: true,
    told: ({ words: [by = '', branch = ''], options, files }) => ({
      kind: 'push',
      by,
      branch,
      isForced,
      files,
      ...options,
    }),
  }
}

function review(by: string, pull: string, state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED') {
  return { kind: 'review', by, pull: Number(pull), state, mark: null } as const
}

function optionsOf(text: string): Options {
  const authorship = { author: null, committer: null, coAuthors: [], onGitHub: false }
  let options: Options = { authorship, from: null, merging: null }
  const entries = text === '' ? [] : text.split(', ')
  for (const entry of entries) options = withOption(options, entry)
  return options
}

function withOption(options: Options, entry: string): Options {
  const [, key, value = ''] = /^(commit by|committer|with|on GitHub|from|merging) ?(.*)$/.exec(entry) ?? []
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
  const source = form
    .replaceAll(/[()]/g, '\\$&')
    .replaceAll(/\{(\w+)\}/g, (_, word: string) => {
      const pattern = WORDS[word]
      if (pattern === undefined) throw new Error(`{${word}} is no word of a form`)
      return pattern
    })
  return new RegExp(`^${source}$`)
}
