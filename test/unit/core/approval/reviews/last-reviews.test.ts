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

describe('the last review of a person', () => {
  test.each<[string, readonly Partial<Review>[], readonly [number, boolean][]]>([
    [
      'the last review is the newest',
      [
        { id: 2, at: at(21) },
        { id: 1, at: at(20) },
      ],
      [[2, false]],
    ],
    [
      'the last review of one second is the one with the higher id',
      [{ id: 2 }, { id: 1 }],
      [[2, false]],
    ],
    [
      'a comment is not the last review',
      [{ id: 1 }, { id: 2, at: at(21), state: 'COMMENTED' }],
      [[1, false]],
    ],
    [
      'a pending review is not the last review',
      [{ id: 1 }, { id: 2, at: at(21), state: 'PENDING' }],
      [[1, false]],
    ],
    [
      'the last review is the last one before the merge',
      [{ id: 1 }, { id: 2, at: at(31) }],
      [[1, false]],
    ],
    ['a review after the merge is late', [{ id: 1, at: at(31) }], [[1, true]]],
    ['an approval in the second of the merge is late', [{ id: 1, at: at(30) }], [[1, true]]],
    [
      'a request for changes in the second of the merge is not late',
      [{ id: 1, state: 'CHANGES_REQUESTED', at: at(30) }],
      [[1, false]],
    ],
    [
      'the last of late reviews is the newest',
      [
        { id: 1, at: at(31) },
        { id: 2, at: at(32) },
      ],
      [[2, true]],
    ],
    [
      'each person has a last review',
      [{ id: 1 }, { id: 2, author: OWNER }],
      [
        [1, false],
        [2, false],
      ],
    ],
    ['a deleted account has no last review', [{ id: 1, author: null }], []],
  ])('%s', (_, reviews, expected) => {
    expect(lastOf(...reviews)).toEqual(expected)
  })

  test('the record of the same pull request names a deleted account', () => {
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
    [
      'a request for changes counts',
      review({ state: 'CHANGES_REQUESTED' }),
      dismissing(),
      true,
      false,
    ],
    ['an approval is no request for changes', review(), dismissing(), false, false],
    [
      'a request that was dismissed before the merge does not count',
      DISMISSED,
      dismissing(dismissal({})),
      false,
      true,
    ],
    [
      'a request that was dismissed after the merge counts',
      DISMISSED,
      dismissing(dismissal({ at: at(31) })),
      true,
      true,
    ],
    [
      'a dismissed approval is no request',
      DISMISSED,
      dismissing(dismissal({ was: 'APPROVED', at: at(31) })),
      false,
      false,
    ],
    ['a dismissed review without a dismissal is no request', DISMISSED, dismissing(), false, false],
    [
      'a dismissal of another review makes no request',
      DISMISSED,
      dismissing(dismissal({ review: 502, at: at(31) })),
      false,
      false,
    ],
    [
      'an approval with a listed dismissal is no request',
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
