// Who had a hand in a file: of a pull request whoever opened it, wrote a commit that changes the file, or pushed one; of a push
// to the default branch who pushed it and who wrote the commit.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { PullRequestState } from '../../github-double/state.ts'
import { authorsOf } from '../../github-double/git/signatures.ts'
import type { LandingSeen, Log, PushSeen } from './log.ts'
import type { Reading } from './reading.ts'

const WEB_FLOW = 19_864_447

export interface Hands {
  readonly people: ReadonlySet<number>
  /** Somebody had whom nobody knows, or who is no person. */
  readonly isUnattributed: boolean
}

/** A name in a commit; null for an address of no account, and for that of a bot: GitHub links addresses to people only. */
interface Name {
  readonly id: number | null
  readonly isCoAuthor: boolean
}

const NOBODY: Name = { id: null, isCoAuthor: false }

/** `excused`: bots that need no person behind them here. */
export function handsIn(
  pull: PullRequestState,
  path: string,
  { before }: LandingSeen,
  reading: Reading,
  log: Log,
  excused: ReadonlySet<number>,
): Hands {
  const changeIn = (head: ObjectId | null): ObjectId | null | undefined =>
    changeFrom(head, before, path, reading)
  const pushes = pushesOf(pull, log)
  const replaced = replacedBlobs(pushes, before, changeIn, reading)
  const changes = (id: ObjectId): boolean =>
    isChange(changeIn(id), reading.parents(id).map(changeIn))
  const names = reading.stage.world
    .commitsOf(pull)
    .filter(changes)
    .flatMap(id => {
      const first = replaced(id)
      // Who wrote it first wrote it still; nobody is asked for there, since somebody pushed it.
      const earlier = first.filter(changes).flatMap(each => namesIn(each, false, reading))
      return [
        ...namesIn(id, first.length > 0, reading),
        ...earlier.filter(name => name.id !== null),
      ]
    })
  const pushers = pushes
    .filter(push =>
      isChange(changeIn(push.after), push.before === null ? [] : [changeIn(push.before)]),
    )
    .map(({ by }) => by)
  const answering = [pull.authorId, ...pushers]
  return handsOf(answering, names, reading, excused)
}

/** Of what came without a pull request. A merge hides who wrote it; who puts the branch back to an older commit wrote nothing. */
export function handsOfPush(
  { commit, who, isRewrite, pulls }: LandingSeen,
  reading: Reading,
): Hands {
  const wrote = isRewrite
    ? []
    : reading.parents(commit).length > 1 && pulls.length === 0
      ? [NOBODY]
      : namesIn(commit, false, reading)
  return handsOf([who], wrote, reading, new Set())
}

export function together(all: readonly Hands[]): Hands {
  return {
    people: new Set(all.flatMap(({ people }) => [...people])),
    isUnattributed: all.some(({ isUnattributed }) => isUnattributed),
  }
}

/**
 * `answering`: who opened and pushed. If they are all people, they answer for co-authors without an account. If they are all excused
 * bots, they answer for commits without one, and for no co-author.
 */
function handsOf(
  answering: readonly number[],
  names: readonly Name[],
  reading: Reading,
  excused: ReadonlySet<number>,
): Hands {
  const byPeople = answering.every(id => reading.isPerson(id))
  const byBots = answering.every(id => excused.has(id))
  const isOpen = ({ id, isCoAuthor }: Name): boolean =>
    id === null && !(isCoAuthor ? byPeople : byBots)
  return {
    people: new Set([...answering, ...names.map(({ id }) => id).filter(id => id !== null)]),
    isUnattributed:
      answering.some(id => !reading.isPerson(id) && !excused.has(id)) || names.some(isOpen),
  }
}

/** What a commit would make of the file, undefined where it leaves the file as the default branch had it. */
function changeFrom(
  head: ObjectId | null,
  before: ObjectId | null,
  path: string,
  reading: Reading,
): ObjectId | null | undefined {
  const blob = reading.blob(head, path)
  return reading.blob(reading.parting(head, before), path) === blob ? undefined : blob
}

function isChange(
  now: ObjectId | null | undefined,
  earlier: readonly (ObjectId | null | undefined)[],
): boolean {
  return now !== undefined && !earlier.includes(now)
}

/** The commits that brought before what a commit brings, and that a force push took off the branch. */
function replacedBlobs(
  pushes: readonly PushSeen[],
  base: ObjectId | null,
  changeIn: (commit: ObjectId) => ObjectId | null | undefined,
  { stage: { world } }: Reading,
): (commit: ObjectId) => readonly ObjectId[] {
  const known = base === null ? new Set<ObjectId>() : world.reachable(base)
  const gone = pushes.flatMap(({ before, after }) => {
    if (before === null || after === null || world.isAncestor(before, after)) return []
    return [new Set([...world.reachable(before)].filter(id => !known.has(id)))]
  })
  return commit => {
    const now = changeIn(commit)
    return gone
      .filter(commits => now !== undefined && !commits.has(commit))
      .flatMap(commits => [...commits].filter(id => changeIn(id) === now))
  }
}

/** Author, co-authors and committer. What GitHub signed it committed itself; who only committed again what was there did nothing. */
function namesIn(id: ObjectId, isRepeated: boolean, reading: Reading): readonly Name[] {
  const { state } = reading.stage.world
  const object = state.objects.get(id)
  if (object?.kind !== 'commit') return []
  const personOf = (account: number | null): number | null =>
    account !== null && reading.isPerson(account) ? account : null
  const { accountId } = object.committer
  const committer = accountId === WEB_FLOW ? null : personOf(accountId)
  const authors = authorsOf(state, id).map((author, at) => ({
    id: personOf(author.accountId),
    isCoAuthor: at > 0,
  }))
  if (object.isSignedByGitHub) return authors
  if (isRepeated && committer !== null) return authors.filter(author => author.id !== committer)
  return [...authors, { id: committer, isCoAuthor: false }]
}

/** From the last making of the branch before the pull request to its end. */
function pushesOf(pull: PullRequestState, { pushes }: Log): readonly PushSeen[] {
  const end = pull.mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
  const all = pushes.filter(({ branch, at }) => branch === pull.headBranch && at <= end)
  const made = all.findLastIndex(
    ({ before, at }) => before === null && at <= pull.createdAt.getTime(),
  )
  return all.slice(Math.max(0, made)).filter(({ after }) => after !== null)
}
