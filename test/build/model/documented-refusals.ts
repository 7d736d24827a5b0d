// Why countersign may refuse an approved step: each reason is one of its documented rules.
import type { PullRequestState } from '../../github-double/state.ts'
import type { EventLog, ReviewSeen } from './event-log.ts'
import { isKnownByDiff } from './seen-lines.ts'
import type { OracleQuestion, Strictness } from './oracle-question.ts'
import type { DoubleReader } from './read-double.ts'
import { isAllShown } from './last-reviews-before-merge.ts'

const YOUNG_MS = 60_000

export function strictnessOf(
  pull: PullRequestState,
  asked: OracleQuestion,
  inUse: readonly ReviewSeen[],
  reading: DoubleReader,
  log: EventLog,
): readonly Strictness[] {
  const { landing, rules, path } = asked
  const reasons: readonly (readonly [boolean, Strictness])[] = [
    [rules.strict && landing.by === 'push', 'merged by a push, strict'],
    [
      rules.strict && inUse.some(({ at, headSince }) => at - headSince < YOUNG_MS),
      'head too young, strict',
    ],
    [
      rules.strict && inUse.some(({ heads }) => heads[0] !== pull.headCommit),
      'not the merged commit, strict',
    ],
    [namesOtherBytes(pull, asked, inUse, reading), 'GitHub names a commit with other bytes'],
    [namesOtherDiff(pull, path, inUse, reading), 'GitHub names a commit with another diff'],
    [isCrowded(pull, inUse, log), 'pushed or moved in the same second'],
    [landing.isRewrite, 'put there by rewriting the default branch'],
    [isInside(pull, asked, reading), 'a state inside of its pull request, which is judged whole'],
    [
      movedFrom(asked, reading),
      'it moved, and who wrote what was not proved at its old path counts',
    ],
    [
      inUse.some(seen => !isAllShown(seen, asked, reading, isKnownByDiff)),
      'the diff can be read in another way',
    ],
    [
      isOfOtherBase(path, landing.before, inUse, reading),
      'the review was of another base than the merge',
    ],
  ]
  return reasons.flatMap(([holds, reason]) => (holds ? [reason] : []))
}

/** Whether a rebase brought other bytes of the file on top of these. */
function isInside(
  { mergeCommit }: PullRequestState,
  { path, commit }: OracleQuestion,
  reading: DoubleReader,
): boolean {
  return mergeCommit !== null && reading.blob(mergeCommit, path) !== reading.blob(commit, path)
}

/** Whether the landing brought the path, and took another one below requests/ away. */
function movedFrom(
  { path, landing: { commit, before } }: OracleQuestion,
  reading: DoubleReader,
): boolean {
  if (before === null || reading.blob(before, path) !== null) return false
  const old = reading.paths(before).filter(each => each.startsWith('requests/'))
  return old.some(each => reading.blob(commit, each) === null)
}

/** Whether a counted review names a commit with other bytes, or one that does not change the file. */
function namesOtherBytes(
  { reviews }: PullRequestState,
  { path, commit, landing }: OracleQuestion,
  inUse: readonly ReviewSeen[],
  reading: DoubleReader,
): boolean {
  const wanted = reading.blob(commit, path)
  const isOther = (named: string): boolean =>
    reading.blob(named, path) !== wanted ||
    (landing.before !== null &&
      reading.blob(reading.parting(named, landing.before), path) === wanted)
  return reviews.some(
    ({ id, commit: named }) => inUse.some(seen => seen.id === id) && isOther(named),
  )
}

/** The commit of the review, as GitHub moved it, has a merge base with another text of the file. */
function namesOtherDiff(
  { reviews }: PullRequestState,
  path: string,
  inUse: readonly ReviewSeen[],
  reading: DoubleReader,
): boolean {
  return inUse.some(({ id, heads, tips }) => {
    const named = reviews.find(review => review.id === id)?.commit ?? null
    const baseOf = (head: string | null | undefined): string | null =>
      reading.blob(reading.parting(head ?? null, tips[0] ?? null), path)
    return named !== heads[0] && baseOf(named) !== baseOf(heads[0])
  })
}

/** At this path, or at another one of the same file name, the merge replaced other bytes than the diff of the review. */
function isOfOtherBase(
  path: string,
  before: string | null,
  inUse: readonly ReviewSeen[],
  reading: DoubleReader,
): boolean {
  const name = path.split('/').at(-1) ?? ''
  const places = ['requests/people/', 'requests/people/team/'].map(folder => `${folder}${name}`)
  return inUse.some(({ heads, tips }) =>
    [path, ...places].some(place =>
      heads.some(head =>
        tips.some(
          tip => reading.blob(reading.parting(head, tip), place) !== reading.blob(before, place),
        ),
      ),
    ),
  )
}

/** A push or a move of the default branch in the same second as an approval. */
function isCrowded(
  { headBranch }: PullRequestState,
  inUse: readonly ReviewSeen[],
  { pushes }: EventLog,
): boolean {
  return pushes.some(
    ({ branch, at }) =>
      (branch === headBranch || branch === 'main') && inUse.some(seen => seen.at === at),
  )
}
