// The contributors to a file. Of a pull request: its author, the people of its commits, and the pushers; of a push to the default branch:
// the pusher and the author of the commit.
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

/** `excused`: bots that need no person here. */
export function handsIn(
  pull: PullRequestState,
  { before }: LandingSeen,
  reading: DoubleReader,
  log: EventLog,
  excused: ReadonlySet<number>,
): Hands {
  const below = belowOf(before, reading)
  const all = withMerged(pull, below, reading, log).map(each => {
    const names = [...commitsIn(each, below, reading, log)]
      .filter(id => isPart(id, reading))
      .flatMap(id => namesIn(id, reading))
    const { people } = pushersOf(each, { before, of: null }, reading, log)
    const answering = [each.authorId, ...people]
    return handsOf(answering, names, reading, excused)
  })
  return together(all)
}

/** The pull request, and those that were merged into its branch. */
function withMerged(
  pull: PullRequestState,
  below: ReadonlySet<ObjectId>,
  reading: DoubleReader,
  log: EventLog,
): readonly PullRequestState[] {
  const { repository } = reading.stage
  const end = endOf(pull)
  const all = [pull]
  for (const each of all) {
    const commits = commitsIn(each, below, reading, log)
    all.push(
      ...repository.pullRequests.filter(
        other =>
          !all.includes(other) &&
          other.base !== repository.defaultBranch &&
          commits.has(other.mergeCommit ?? '') &&
          (other.mergedAt?.getTime() ?? end) <= end &&
          commitsIn(other, below, reading, log).size > 0,
      ),
    )
  }
  return all
}

/** All that the branch ever had of commits which the default branch did not have below the landing. */
function commitsIn(
  pull: PullRequestState,
  below: ReadonlySet<ObjectId>,
  reading: DoubleReader,
  log: EventLog,
): ReadonlySet<ObjectId> {
  const { world } = reading.stage
  const heads = pushesOf(pull, log).flatMap(({ before, after }) => [before, after])
  const found = heads.flatMap(head => (head === null ? [] : [...world.reachable(head)]))
  return new Set([...world.commitsOf(pull), ...found].filter(id => !below.has(id)))
}

function belowOf(before: ObjectId | null, reading: DoubleReader): ReadonlySet<ObjectId> {
  return before === null ? new Set() : reading.stage.world.reachable(before)
}

/** Merges by GitHub are no part, if each file is that of one side, and no file changed on both. */
function isPart(id: ObjectId, reading: DoubleReader): boolean {
  const object = reading.stage.world.state.objects.get(id)
  const [own, other, ...more] = reading.parents(id)
  if (object?.kind !== 'commit' || !object.isSignedByGitHub) return true
  if (own === undefined || other === undefined || more.length > 0) return true
  const base = reading.parting(own, other)
  const paths = new Set([id, own, other].flatMap(each => reading.paths(each)))
  return [...paths].some(path => {
    const [is, mine, theirs, old] = [id, own, other, base].map(each => reading.blob(each, path))
    return is !== theirs && (is !== mine || theirs !== old)
  })
}

/** Who brought a part to the branch, or took it away. Who pressed the button of a merge into it pushed nothing. */
function pushersOf(
  pull: PullRequestState,
  { before, of }: { before: ObjectId | null; of: ReadonlySet<ObjectId> | null },
  reading: DoubleReader,
  log: EventLog,
  end = endOf(pull),
): { readonly people: readonly number[]; readonly had: boolean } {
  const { world, repository } = reading.stage
  const below = belowOf(before, reading)
  const partsOf = (head: ObjectId | null): readonly ObjectId[] =>
    [...(head === null ? [] : world.reachable(head))].filter(
      id => !below.has(id) && isPart(id, reading) && (of === null || of.has(id)),
    )
  const pushes = pushesOf(pull, log, end).filter(({ before: old, after }) => {
    if (after !== null && !isPart(after, reading) && reading.parents(after)[0] === old) return false
    const [was, is] = [new Set(partsOf(old)), new Set(partsOf(after))]
    return [...was].some(id => !is.has(id)) || [...is].some(id => !was.has(id))
  })
  const isButton = ({ after, isMerge }: PushSeen): boolean =>
    isMerge && repository.pullRequests.some(each => each.mergeCommit === after)
  return {
    people: pushes.filter(push => !isButton(push)).map(({ by }) => by),
    had: pushes.length > 0,
  }
}

/**
 * Who opened another pull request into the default branch with one of the commits, before the merge, or pushed to it: they cannot approve
 * either.
 */
export function twinsOf(
  pull: PullRequestState,
  { before }: LandingSeen,
  reading: DoubleReader,
  log: EventLog,
): ReadonlySet<number> {
  const { world, repository } = reading.stage
  const below = belowOf(before, reading)
  const own = withMerged(pull, below, reading, log)
  const commits = new Set(own.flatMap(each => [...commitsIn(each, below, reading, log)]))
  const end = endOf(pull)
  const twins = repository.pullRequests.filter(
    other =>
      !own.includes(other) &&
      // GitHub links a closed pull request to no commit.
      other.state !== 'closed' &&
      basesAt(other, end).includes(repository.defaultBranch) &&
      other.createdAt.getTime() <= end &&
      world.commitsOf(other).some(id => commits.has(id)),
  )
  const people = twins.flatMap(twin => {
    const found = pushersOf(twin, { before, of: commits }, reading, log, end)
    return found.had ? [twin.authorId, ...found.people] : []
  })
  return new Set(people)
}

/** Several if the base was changed in that second. */
function basesAt({ base, timeline }: PullRequestState, then: number): readonly string[] {
  const changes = timeline.flatMap(event =>
    event.kind === 'baseChanged' || event.kind === 'baseChangedAutomatically' ? [event] : [],
  )
  const [later] = changes.filter(({ at }) => at.getTime() > then)
  const meanwhile = changes.filter(({ at }) => at.getTime() === then)
  return [later?.from ?? base, ...meanwhile.map(({ from }) => from)]
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
      : namesIn(commit, reading)
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

/** Author, co-authors and committer. GitHub is the committer of what it signs. */
function namesIn(id: ObjectId, reading: DoubleReader): readonly Name[] {
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
  return [...authors, { id: committer, isCoAuthor: false }]
}

/** Pushes from the last creation of the branch before the pull request to its end. */
function pushesOf(
  pull: PullRequestState,
  { pushes }: EventLog,
  end = endOf(pull),
): readonly PushSeen[] {
  const all = pushes.filter(({ branch, at }) => branch === pull.headBranch && at <= end)
  const made = all.findLastIndex(
    ({ before, at }) => before === null && at <= pull.createdAt.getTime(),
  )
  return all.slice(Math.max(0, made)).filter(({ after }) => after !== null)
}

function endOf({ mergedAt }: PullRequestState): number {
  return mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
}
