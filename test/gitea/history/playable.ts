// Which histories can be played on a real Gitea server, by rules on their sentences.
import type { Deed, History, Right } from '../../build/history/history.ts'
import { ROLES } from '../../build/history/people.ts'

interface Rule {
  /** Why a history cannot be played. */
  readonly why: string
  readonly applies: (history: History) => boolean
}

const does =
  (...kinds: readonly Deed['kind'][]) =>
  ({ steps }: History): boolean =>
    steps.some(({ kind }) => kinds.includes(kind))

const RULES: readonly Rule[] = [
  { why: 'the clock of a real server cannot be moved', applies: does('time') },
  {
    why: 'a strict approval comes a minute after the push, and deeds are seconds apart here',
    applies: names(/"strict":true/),
  },
  { why: 'Gitea has no merge queue', applies: does('queue') },
  {
    why: 'GitHub signs the commits that it makes itself, and Gitea does not',
    applies: history =>
      does('updateBranch')(history) ||
      history.steps.some(deed => deed.kind === 'push' && deed.authorship.onGitHub) ||
      mergesInto(history, base => base !== 'main'),
  },
  {
    why: 'GitHub counts a pull request as merged when its commits come to the base by another way, and Gitea does not by default',
    applies: history =>
      does('mergeByHand')(history) || history.steps.some(movesMain) || approvesATwin(history),
  },
  {
    why: 'Gitea refuses a review, or a dismissal, of a closed or merged pull request',
    applies: reviewsAtTheEnd,
  },
  {
    why: 'Gitea lets only administrators of the repository dismiss',
    applies: dismissesWithoutRight,
  },
  {
    why: 'the limits of a pull request at GitHub are not those of Gitea',
    applies: does('pushMany', 'pushWide'),
  },
  {
    why: 'Gitea cannot merge a branch that is named like another ref',
    applies: names(/"branch":"(?:heads|refs|tags)\//),
  },
  { why: 'Gitea has no accounts of programs', applies: names(/helper\[bot\]/) },
  {
    why: 'Gitea never moves the commit of a review',
    applies: ({ given }) => given.commitIdMoves !== 'never',
  },
  {
    why: 'it is about what a token of GitHub cannot read',
    applies: history => does('unreadable')(history) || history.given.unreadable.length > 0,
  },
  {
    why: 'Gitea enforces its rules of a branch, so a merge against them cannot be played',
    applies: ({ given }) => given.rulesets.length > 0,
  },
  {
    why: 'this player has no forks',
    applies: history =>
      does('deleteFork')(history) || names(/"(?:branch|from|ref)":"[\w-]+:/)(history),
  },
  {
    why: 'this player does not do what administrators of the server do',
    applies: does('deleteAccount', 'renameDefaultBranch', 'collect'),
  },
  { why: 'this player does not forge records', applies: does('forge') },
]

/** Why a history cannot be played, by the first rule that applies; null if it can be. */
export function whyNotAtGitea(history: History): string | null {
  return RULES.find(({ applies }) => applies(history))?.why ?? null
}

/** True if the history needs a server of its own: teams and logins are those of all repositories of a server. */
export function isPlayedAlone(history: History): boolean {
  return (
    does('rename', 'team')(history) ||
    Object.keys(history.given.teams).length > 0 ||
    names(/"teams":|@acme\//)(history)
  )
}

/** True for a text in the files, branches or people of a history. */
function names(text: RegExp) {
  return ({ given, steps }: History): boolean => text.test(JSON.stringify([given.files, steps]))
}

function mergesInto({ steps }: History, isBase: (base: string) => boolean): boolean {
  const bases = new Map<number, string>()
  return steps.some(deed => {
    if (deed.kind === 'open' || deed.kind === 'changeBase') bases.set(deed.pull, deed.base)
    return deed.kind === 'merge' && isBase(bases.get(deed.pull) ?? 'main')
  })
}

/** True for a push that may bring the commits of an open pull request to the default branch. */
function movesMain(deed: Deed): boolean {
  if (deed.kind === 'moveTo') return deed.branch === 'main'
  return deed.kind === 'push' && deed.branch === 'main' && (deed.merging !== null || deed.isForced)
}

/** True if a branch was moved to the commits of another one, and the pull request that was approved is not the one that was merged. */
function approvesATwin({ steps }: History): boolean {
  const merged = steps.flatMap(deed => (deed.kind === 'merge' ? [deed.pull] : []))
  const approved = steps.flatMap(deed =>
    deed.kind === 'review' && deed.state === 'APPROVED' ? [deed.pull] : [],
  )
  return (
    steps.some(({ kind }) => kind === 'moveTo') && approved.some(pull => !merged.includes(pull))
  )
}

function reviewsAtTheEnd({ steps }: History): boolean {
  const ended = new Set<number>()
  return steps.some(deed => {
    if (deed.kind === 'merge' || deed.kind === 'close') ended.add(deed.pull)
    return (deed.kind === 'review' || deed.kind === 'dismiss') && ended.has(deed.pull)
  })
}

function dismissesWithoutRight({ given, steps }: History): boolean {
  const rights = new Map<string, Right | 'none'>(
    Object.entries(ROLES).map(([login, { right }]) => [login, given.rights[login] ?? right]),
  )
  return steps.some(deed => {
    if (deed.kind === 'right') rights.set(deed.who, deed.right)
    return deed.kind === 'dismiss' && rights.get(deed.by) !== 'admin'
  })
}
