import { describe, expect, test } from '@jest/globals'
import {
  isRequest,
  lastReviews,
  wasRequest,
} from '../../../../../src/core/approval/reviews/last-reviews.ts'
import type {
  Dismissal,
  PullRequest,
  Review,
} from '../../../../../src/domain/proof/pull-request.ts'
import { at, OWNER, pullRequest, review, usualEvidence } from '../../../../build/proof.ts'

function lastOf(...reviews: readonly Partial<Review>[]): readonly [number, boolean][] {
  const pull = pullRequest({ reviews: reviews.map(review) })
  return lastReviews(pull, null).map(({ last, isLate }) => [last.id, isLate])
}

describe('the last opinion of a reviewer', () => {
  test.each<[string, readonly Partial<Review>[], readonly [number, boolean][]]>([
    [
      'is the newest',
      [
        { id: 2, at: at(21) },
        { id: 1, at: at(20) },
      ],
      [[2, false]],
    ],
    ['is the one with the higher id of one second', [{ id: 2 }, { id: 1 }], [[2, false]]],
    ['is no comment', [{ id: 1 }, { id: 2, at: at(21), state: 'COMMENTED' }], [[1, false]]],
    [
      'is no review that was not submitted',
      [{ id: 1 }, { id: 2, at: at(21), state: 'PENDING' }],
      [[1, false]],
    ],
    ['is the last one before the merge', [{ id: 1 }, { id: 2, at: at(31) }], [[1, false]]],
    ['is late after the merge', [{ id: 1, at: at(31) }], [[1, true]]],
    ['is in time in the second of the merge', [{ id: 1, at: at(30) }], [[1, false]]],
    [
      'is the last of late ones',
      [
        { id: 1, at: at(31) },
        { id: 2, at: at(32) },
      ],
      [[2, true]],
    ],
    [
      'is one for each',
      [{ id: 1 }, { id: 2, author: OWNER }],
      [
        [1, false],
        [2, false],
      ],
    ],
    ['is none of a deleted account', [{ id: 1, author: null }], []],
  ])('%s', (_, reviews, expected) => {
    expect(lastOf(...reviews)).toEqual(expected)
  })

  test('of a deleted account is known from the record of the same pull request', () => {
    const pull = pullRequest({ reviews: [review({ author: null })] })
    expect(lastReviews(pull, usualEvidence())).toHaveLength(1)
    expect(lastReviews({ ...pull, number: 2 }, usualEvidence())).toHaveLength(0)
  })
})

const dismissal = (changes: Partial<Dismissal>): Dismissal => {
  return { review: 501, was: 'CHANGES_REQUESTED', at: at(25), by: OWNER, ...changes }
}
const dismissing = (...dismissals: readonly Dismissal[]): PullRequest => pullRequest({ dismissals })
const DISMISSED = review({ state: 'DISMISSED' })

describe('a request for changes', () => {
  test.each<[string, Review, PullRequest, boolean, boolean]>([
    ['stands', review({ state: 'CHANGES_REQUESTED' }), dismissing(), true, false],
    ['is no approval', review(), dismissing(), false, false],
    [
      'that was dismissed before the merge is gone',
      DISMISSED,
      dismissing(dismissal({})),
      false,
      true,
    ],
    [
      'that was dismissed after the merge stands',
      DISMISSED,
      dismissing(dismissal({ at: at(31) })),
      true,
      true,
    ],
    [
      'is no approval that was dismissed',
      DISMISSED,
      dismissing(dismissal({ was: 'APPROVED', at: at(31) })),
      false,
      false,
    ],
    ['is nothing that nobody says who dismissed', DISMISSED, dismissing(), false, false],
    [
      'is nothing by the dismissal of another review',
      DISMISSED,
      dismissing(dismissal({ review: 502, at: at(31) })),
      false,
      false,
    ],
    [
      'is no approval whose review has a dismissal in its list',
      review(),
      dismissing(dismissal({})),
      false,
      false,
    ],
  ])('%s', (_, said, pull, is, was) => {
    expect(isRequest(said, pull)).toBe(is)
    expect(wasRequest(said, pull)).toBe(was)
  })
})
