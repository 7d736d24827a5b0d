// Who had a hand in a file of a pull request: whoever opened it, wrote a commit that changes the file, or pushed one.
import type { ObjectId } from '../../../src/domain/history.ts'
import type { PullRequestState } from '../../../src/sandbox/github/state.ts'
import { authorsOf } from '../../../src/sandbox/github/signatures.ts'
import type { LandingSeen, Log, PushSeen } from './log.ts'
import type { Reading } from './reading.ts'

const WEB_FLOW = 19_864_447

export interface Hands {
  readonly people: ReadonlySet<number>
  /** Somebody had whom nobody knows, or who is no person. */
  readonly isUnattributed: boolean
}

export function handsIn(
  pull: PullRequestState,
  path: string,
  { before }: LandingSeen,
  reading: Reading,
  log: Log,
): Hands {
  const changeIn = (head: ObjectId | null): ObjectId | null | undefined =>
    changeFrom(head, before, path, reading)
  const commits = reading.stage.world
    .commitsOf(pull)
    .filter(id => isChange(changeIn(id), reading.parents(id).map(changeIn)))
  const pushes = pushesOf(pull, log).filter(push =>
    isChange(changeIn(push.after), push.before === null ? [] : [changeIn(push.before)]),
  )
  const all = [
    pull.authorId,
    ...commits.flatMap(id => namesIn(id, reading)),
    ...pushes.map(({ by }) => by),
  ]
  return {
    people: new Set(all.filter(id => id !== null)),
    isUnattributed: all.some(id => id === null || !reading.isPerson(id)),
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

/** Author, co-authors and committer; null for nobody whom GitHub knows. What GitHub signed it committed itself. */
function namesIn(id: ObjectId, { stage: { world } }: Reading): readonly (number | null)[] {
  const object = world.state.objects.get(id)
  if (object?.kind !== 'commit') return []
  const { accountId } = object.committer
  const committer = accountId === WEB_FLOW ? null : accountId
  const authors = authorsOf(world.state, id).map(author => author.accountId)
  return object.isSignedByGitHub ? authors : [...authors, committer]
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
