// The contributors to a file. Of a pull request: its author, the authors of commits that change the file, and the pushers; of a push
// to the default branch: the pusher and the author of the commit.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { PullRequestState } from '../../github-double/state.ts'
import { authorsOf } from '../../github-double/git/signatures.ts'
import type { LandingSeen, EventLog, PushSeen } from './event-log.ts'
import type { DoubleReader } from './read-double.ts'

const WEB_FLOW = 19_864_447

export interface Hands {
  readonly people: ReadonlySet<number>
  /** A contributor is unknown or not a person. */
  readonly isUnattributed: boolean
}

/** The account of a name in a commit; null for an unlinked address or a bot, because GitHub links addresses of people only. */
interface Name {
  readonly id: number | null
  readonly isCoAuthor: boolean
}

const NOBODY: Name = { id: null, isCoAuthor: false }

/** `excused`: bots that need no person here. `proved`: the last proved version, null for none. */
export function handsIn(
  pull: PullRequestState,
  path: string,
  { before }: LandingSeen,
  proved: ObjectId | null,
  reading: DoubleReader,
  log: EventLog,
  excused: ReadonlySet<number>,
): Hands {
  const changeIn = (head: ObjectId | null): ObjectId | null | undefined =>
    changeFrom(head, before, path, proved, reading)
  const pushes = pushesOf(pull, log)
  const replaced = replacedBlobs(pushes, before, changeIn, reading)
  const changes = (id: ObjectId): boolean =>
    isChange(changeIn(id), reading.parents(id).map(changeIn))
  const names = reading.stage.world
    .commitsOf(pull)
    .filter(changes)
    .flatMap(id => {
      const first = replaced(id)
      // Authors of a replaced commit are still contributors; unknown ones are ignored, because the pusher is known.
      const earlier = first.filter(changes).flatMap(each => namesIn(each, false, reading))
      return [
        ...namesIn(id, first.length > 0, reading),
        ...earlier.filter(name => name.id !== null),
      ]
    })
  return handsOf(answeringFor(pull, changeIn, reading, log), names, reading, excused)
}

/** Who opened it, and who pushed a change. So for what was merged into its branch, where who pressed the button pushed nothing. */
function answeringFor(
  pull: PullRequestState,
  changeIn: (head: ObjectId | null) => ObjectId | null | undefined,
  reading: DoubleReader,
  log: EventLog,
): readonly number[] {
  const { world, repository } = reading.stage
  const changes = (id: ObjectId): boolean =>
    isChange(changeIn(id), reading.parents(id).map(changeIn))
  const pushed = pushesOf(pull, log).filter(push =>
    isChange(changeIn(push.after), push.before === null ? [] : [changeIn(push.before)]),
  )
  const afters = pushed.flatMap(({ after }) => after ?? [])
  const changing = [...world.commitsOf(pull).filter(changes), ...afters]
  const held = [...world.commitsOf(pull), ...afters]
  const end = pull.mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
  const merged = repository.pullRequests.filter(
    each =>
      each !== pull &&
      each.base !== repository.defaultBranch &&
      held.some(id => id === each.mergeCommit) &&
      (each.mergedAt?.getTime() ?? end) <= end &&
      [...world.commitsOf(each), ...each.landed, each.mergeCommit].some(
        id => id !== null && changing.includes(id),
      ),
  )
  const isButton = ({ after, isMerge }: PushSeen): boolean =>
    isMerge && repository.pullRequests.some(each => each.mergeCommit === after)
  return [
    pull.authorId,
    ...pushed.filter(push => !isButton(push)).map(({ by }) => by),
    ...merged.flatMap(each => answeringFor(each, changeIn, reading, log)),
  ]
}

/**
 * Who opened another pull request into the default branch with a commit that changes the file, before the merge, or pushed it there: they
 * cannot approve either.
 */
export function twinsOf(
  pull: PullRequestState,
  path: string,
  { before }: LandingSeen,
  proved: ObjectId | null,
  reading: DoubleReader,
  log: EventLog,
): ReadonlySet<number> {
  const { world, repository } = reading.stage
  const changeIn = (head: ObjectId | null): ObjectId | null | undefined =>
    changeFrom(head, before, path, proved, reading)
  const changes = (id: ObjectId): boolean =>
    isChange(changeIn(id), reading.parents(id).map(changeIn))
  const own = new Set(world.commitsOf(pull).filter(changes))
  const end = pull.mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
  const twins = repository.pullRequests.filter(
    other =>
      other !== pull &&
      // GitHub links a closed pull request to no commit.
      other.state !== 'closed' &&
      other.base === repository.defaultBranch &&
      other.createdAt.getTime() <= end &&
      world.commitsOf(other).some(id => own.has(id)),
  )
  const pushers = twins
    .flatMap(twin => pushesOf(twin, log))
    .filter(({ at }) => at <= end)
    .filter(push =>
      isChange(changeIn(push.after), push.before === null ? [] : [changeIn(push.before)]),
    )
  return new Set([...twins.map(({ authorId }) => authorId), ...pushers.map(({ by }) => by)])
}

/** Contributors to a change without a pull request. A merge hides its authors; a push of an older commit has no author. */
export function handsOfPush(
  { commit, who, isRewrite, pulls }: LandingSeen,
  reading: DoubleReader,
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
 * `answering`: author and pushers of the pull request. If all of them are people, they answer for co-authors without an account.
 * If all of them are excused bots, they answer for commits without one, and for no co-author.
 */
function handsOf(
  answering: readonly number[],
  names: readonly Name[],
  reading: DoubleReader,
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

/** The file after a commit; undefined if the commit leaves it as on the default branch, or as in the last proved version. */
function changeFrom(
  head: ObjectId | null,
  before: ObjectId | null,
  path: string,
  proved: ObjectId | null,
  reading: DoubleReader,
): ObjectId | null | undefined {
  const blob = reading.blob(head, path)
  if (proved !== null && blob === proved) return undefined
  return reading.blob(reading.parting(head, before), path) === blob ? undefined : blob
}

function isChange(
  now: ObjectId | null | undefined,
  earlier: readonly (ObjectId | null | undefined)[],
): boolean {
  return now !== undefined && !earlier.includes(now)
}

/** Commits with an earlier version of a commit's change that a force push removed from the branch. */
function replacedBlobs(
  pushes: readonly PushSeen[],
  base: ObjectId | null,
  changeIn: (commit: ObjectId) => ObjectId | null | undefined,
  { stage: { world } }: DoubleReader,
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

/** Author, co-authors and committer. GitHub is the committer of what it signs; a committer of existing content does not count. */
function namesIn(id: ObjectId, isRepeated: boolean, reading: DoubleReader): readonly Name[] {
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

/** Pushes from the last creation of the branch before the pull request to its end. */
function pushesOf(pull: PullRequestState, { pushes }: EventLog): readonly PushSeen[] {
  const end = pull.mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
  const all = pushes.filter(({ branch, at }) => branch === pull.headBranch && at <= end)
  const made = all.findLastIndex(
    ({ before, at }) => before === null && at <= pull.createdAt.getTime(),
  )
  return all.slice(Math.max(0, made)).filter(({ after }) => after !== null)
}
