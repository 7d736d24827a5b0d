// The last word of each reviewer before the merge, and whether it stands for the very bytes and meaning that are asked about.
import type { PullRequestState, ReviewState } from '../../../src/sandbox/github/state.ts'
import { CONFIG_PATH } from '../history/usual-files.ts'
import type { Log, ReviewSeen } from './log.ts'
import { meaningOf } from './meaning.ts'
import type { Asked } from './opinion.ts'
import type { Reading } from './reading.ts'

export interface Votes {
  readonly standing: readonly ReviewSeen[]
  /** Who asked for changes. */
  readonly against: readonly number[]
  /** Why others do not stand. */
  readonly why: readonly string[]
}

export interface Counting {
  readonly reading: Reading
  readonly log: Log
  /** Whether something was issued by an approval before. */
  readonly isEvidenced: (review: number, asked: Asked) => boolean
}

export function votesOn(
  pull: PullRequestState,
  asked: Asked,
  hands: ReadonlySet<number>,
  counting: Counting,
): Votes {
  const standing: ReviewSeen[] = []
  const against: number[] = []
  const why: string[] = []
  for (const by of new Set(pull.reviews.map(({ authorId }) => authorId))) {
    const last = lastWord(pull, by)
    if (last === undefined) continue
    const seen = counting.log.reviews.find(({ id }) => id === last.id)
    if (isAgainst(pull, last)) against.push(by)
    else if (seen !== undefined) {
      const fault = hands.has(by) ? 'contributed' : faultOf(pull, last, seen, asked, counting)
      if (fault === null) standing.push(seen)
      else why.push(`${by} ${fault}`)
    }
  }
  return { standing, against, why }
}

function lastWord({ reviews, mergedAt }: PullRequestState, by: number): ReviewState | undefined {
  const end = mergedAt?.getTime() ?? Number.POSITIVE_INFINITY
  return reviews.findLast(
    ({ authorId, state, at }) =>
      authorId === by && state !== 'COMMENTED' && state !== 'PENDING' && at.getTime() <= end,
  )
}

/** A request for changes stood at the merge even if it was dismissed after it. */
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

/** Why an approval is none of these bytes; null where it is one. */
function faultOf(
  pull: PullRequestState,
  review: ReviewState,
  seen: ReviewSeen,
  asked: Asked,
  counting: Counting,
): string | null {
  const { path, commit, meaning, rules, landing, isConfiguration } = asked
  const { reading, log } = counting
  if (review.state === 'DISMISSED' && !isPassedOver(pull, review, asked, counting))
    return 'was dismissed'
  if ((log.baseChanges.get(pull.number) ?? []).some(at => at >= seen.at))
    return 'approved against another base'
  if (reading.blob(seen.heads[0] ?? null, path) !== reading.blob(commit, path))
    return 'approved other bytes'
  if (!seen.shown.has(path)) return 'was not shown the file'
  const under = (tip: string | undefined): string | null =>
    meaningOf(meaning, reading.text(tip ?? null, CONFIG_PATH))
  if (meaning !== null && under(seen.tips[0]) !== under(landing.commit))
    return 'approved another meaning'
  const until = isConfiguration ? (pull.mergedAt?.getTime() ?? 0) : reading.now()
  if (rules.maxAgeSeconds !== null && until - seen.at > rules.maxAgeSeconds * 1000)
    return 'approved too long ago'
  return null
}

/** A dismissal after the merge, by somebody without a say, ends no renewal and makes no configuration untrusted. */
function isPassedOver(
  pull: PullRequestState,
  review: ReviewState,
  asked: Asked,
  { reading, isEvidenced }: Counting,
): boolean {
  const { renewal, isConfiguration, rules, rule, floor } = asked
  const isKept = renewal !== null && isEvidenced(review.id, asked)
  if (!isKept && !isConfiguration) return false
  return dismissalsOf(pull, review.id).every(
    ({ was, isLate, actorId }) =>
      was === 'APPROVED' &&
      isLate &&
      ![rule, floor].some(each => reading.isNamed(actorId, each, rules)),
  )
}
