// The last review of each reviewer before the merge, and whether it covers the exact bytes and effective request of the question.
import type { PullRequestState, ReviewState } from '../../github-double/state.ts'
import { CONFIG_PATH } from '../history/usual-files.ts'
import type { EventLog, ReviewSeen } from './event-log.ts'
import { meaningOf } from './request-meaning.ts'
import type { Rule } from './request-meaning.ts'
import type { OracleQuestion } from './oracle-question.ts'
import type { DoubleReader } from './read-double.ts'
import type { IssuedProofs } from './issued-proofs.ts'
import { isKnown, shownIn } from './seen-lines.ts'

export interface LastReviews {
  readonly inUse: readonly ReviewSeen[]
  /** An eligible reviewer requested changes. */
  readonly isStopped: boolean
  /** Why other approvals do not count. */
  readonly why: readonly string[]
}

export interface Counting {
  readonly reading: DoubleReader
  readonly log: EventLog
  readonly records: IssuedProofs
}

export function lastReviewsOn(
  pull: PullRequestState,
  asked: OracleQuestion,
  hands: ReadonlySet<number>,
  counting: Counting,
): LastReviews {
  const inUse: ReviewSeen[] = []
  const against: number[] = []
  const why: string[] = []
  for (const by of new Set(pull.reviews.map(({ authorId }) => authorId))) {
    const last = lastWord(pull, by)
    if (last === undefined) continue
    const seen = counting.log.reviews.find(({ id }) => id === last.id)
    if (isAgainst(pull, last)) against.push(by)
    else if (seen !== undefined) {
      const fault = hands.has(by) ? 'contributed' : faultOf(pull, last, seen, asked, counting)
      if (fault === null) inUse.push(seen)
      else why.push(`${by} ${fault}`)
    }
  }
  return { inUse, isStopped: against.some(by => mayStop(by, asked, counting)), why }
}

function lastWord({ reviews, mergedAt }: PullRequestState, by: number): ReviewState | undefined {
  const end = mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
  return reviews.findLast(
    ({ authorId, state, at }) =>
      authorId === by && state !== 'COMMENTED' && state !== 'PENDING' && at.getTime() <= end,
  )
}

/** A request for changes counts at the merge even if it was dismissed later. */
function isAgainst(pull: PullRequestState, { id, state }: ReviewState): boolean {
  if (state !== 'DISMISSED') return state === 'CHANGES_REQUESTED'
  return dismissalsOf(pull, id).some(({ was, isLate }) => was === 'CHANGES_REQUESTED' && isLate)
}

function dismissalsOf({ timeline, mergedAt }: PullRequestState, review: number) {
  return timeline.flatMap(event =>
    event.kind === 'reviewDismissed' && event.review === review
      ? [{ ...event, isLate: mergedAt !== null && event.at > mergedAt }]
      : [],
  )
}

/** Why an approval does not cover these bytes; null if it does. */
function faultOf(
  pull: PullRequestState,
  review: ReviewState,
  seen: ReviewSeen,
  asked: OracleQuestion,
  counting: Counting,
): string | null {
  const { path, commit, meaning, rules, landing, purpose } = asked
  const { reading, log } = counting
  if (review.state === 'DISMISSED' && !isPassedOver(pull, review, asked, counting))
    return 'was dismissed'
  if ((log.baseChanges.get(pull.number) ?? []).some(at => at >= seen.at))
    return 'approved against another base'
  if (reading.blob(seen.heads[0] ?? null, path) !== reading.blob(commit, path))
    return 'approved other bytes'
  if (!seen.shown.has(path)) return 'was not shown the file'
  if (!isAllShown(seen, asked, reading)) return 'was not shown all that nobody had approved'
  const under = (tip: string | undefined): string | null =>
    meaningOf(meaning, reading.text(tip ?? null, CONFIG_PATH))
  if (meaning !== null && under(seen.tips[0]) !== under(landing.commit))
    return 'approved another meaning'
  const until = purpose === 'request' ? reading.now() : (pull.mergedAt?.getTime() ?? 0)
  if (rules.maxAgeSeconds !== null && until - seen.at > rules.maxAgeSeconds * 1000)
    return 'approved too long ago'
  return null
}

/** Whether each line that differs from the last proved version was shown. */
export function isAllShown(
  { base, shown }: ReviewSeen,
  { path, commit, backdrop: { proved, moved } }: OracleQuestion,
  reading: DoubleReader,
  knows: typeof isKnown = isKnown,
): boolean {
  const text = reading.text(commit, path)
  if (text === null) return true
  const from = shown.get(path) ?? null
  const known = moved !== null && from === moved.path ? moved.blob : proved
  const lines = shownIn(reading.text(base, from ?? path), text)
  return knows(reading.textOf(known), text, lines)
}

/** The rules by which a dismissal counts: those of the file, and at a renewal those of the request. */
export type Ending = Pick<OracleQuestion, 'rules' | 'rule' | 'minimum' | 'renewal'>

/** Whether a dismissed approval no longer counts: only a dismissal after the merge by an unentitled person has no effect. */
export function isTakenBack(
  pull: PullRequestState,
  review: number,
  ending: Ending,
  counting: Counting,
): boolean {
  return !dismissalsOf(pull, review).every(
    ({ was, isLate, actorId }) =>
      was === 'APPROVED' && isLate && !mayEnd(actorId, ending, counting),
  )
}

/** A dismissal after the merge by an unentitled person has no effect on what the approval covered before. */
function isPassedOver(
  pull: PullRequestState,
  review: ReviewState,
  asked: OracleQuestion,
  counting: Counting,
): boolean {
  const { renewal, purpose, path } = asked
  const { records } = counting
  const isUsed =
    purpose === 'past'
      ? records.hasAny(review.id, path)
      : renewal !== null && records.has(renewal, review.id, path)
  if (!isUsed && purpose !== 'configuration') return false
  return !isTakenBack(pull, review.id, asked, counting)
}

/** Whether a person's request for changes counts. */
function mayStop(id: number, asked: OracleQuestion, counting: Counting): boolean {
  const { rules, rule, minimum, renewal } = asked
  const hasSay = [rule, minimum].some(each => counting.reading.hasSay(id, each, rules))
  return hasSay && (renewal === null || mayEnd(id, asked, counting))
}

/** At a renewal: the counted reviewer, the named ones, and if none is named, the approvers of the configuration. */
function mayEnd(
  id: number,
  { rules, rule, minimum, renewal }: Ending,
  { reading, records }: Counting,
): boolean {
  const isNamed = (each: Rule): boolean => reading.isNamed(id, each, rules)
  if (renewal === null) return [rule, minimum].some(isNamed)
  if (records.of(renewal)?.reviewers.has(id) === true) return true
  const naming = [rule, minimum].filter(({ users, teams }) => users.length + teams.length > 0)
  return naming.length > 0 ? naming.some(isNamed) : isNamed(rules.configuration)
}
