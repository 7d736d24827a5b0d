import { describe, expect, test } from '@jest/globals'
import { reviewedHeads } from '../../../../../src/core/approval/reviews/reviewed-head.ts'
import type { SeenHeads } from '../../../../../src/core/approval/reviews/reviewed-head.ts'
import type {
  ForcePush,
  PullRequest,
  Review,
} from '../../../../../src/domain/proof/pull-request.ts'
import {
  AUTHOR,
  at,
  evidencedApproval,
  made,
  move,
  pullRequest,
  review,
  seconds,
} from '../../../../build/proof.ts'

const seen = (pull: Partial<PullRequest>, said: Partial<Review> = {}): SeenHeads | null =>
  reviewedHeads(review(said), pullRequest(pull), null)

describe('the reviewed head by pushes', () => {
  const created = move('10 branchCreation 0 > h1')

  test.each<[string, Partial<PullRequest>, SeenHeads]>([
    [
      'the newest head before the review',
      { pushes: [created, move('15 push h1 > h2')] },
      { heads: ['h2'], pushedAt: at(15) },
    ],
    [
      'no head that came after the review',
      { pushes: [created, move('25 push h1 > h2')] },
      { heads: ['h1'], pushedAt: at(10) },
    ],
    [
      'one of two heads, where a push is of the same second',
      { pushes: [created, move('20 push h1 > h2')] },
      { heads: ['h1', 'h2'], pushedAt: at(20) },
    ],
    [
      'one of three heads, where two pushes are of the same second',
      { pushes: [created, move('20 push h1 > h2'), move('20 forcePush h2 > h3')] },
      { heads: ['h1', 'h2', 'h3'], pushedAt: at(20) },
    ],
    [
      'the only head, though it came in the same second',
      { pushes: [move('20 branchCreation 0 > h1')] },
      { heads: ['h1'], pushedAt: at(20) },
    ],
    [
      'the head before the branch was deleted',
      { pushes: [created, move('15 branchDeletion h1 > 0')] },
      { heads: ['h1'], pushedAt: at(10) },
    ],
  ])('by the pushes, a reviewer saw %s', (_, pull, expected) => {
    expect(seen(pull)).toEqual(expected)
  })

  test('the pushes decide whatever commit GitHub names', () => {
    expect(seen({ pushes: [created] }, { commit: 'h9' })?.heads).toEqual(['h1'])
  })
})

const forced = (minute: number, before: string | null, after: string | null): ForcePush => {
  return { at: at(minute), by: AUTHOR, before, after }
}

test('a force push in the second of the review names the head before it', () => {
  const forcePushes = [forced(15, 'h0', 'h1'), forced(20, 'h1', 'h3')]
  const pull = {
    pushes: null,
    forcePushes,
    head: { branch: 'x', repositoryId: null, commit: 'h9' },
  }
  expect(seen(pull)?.heads).toEqual(['h1', 'h3'])
})

describe('the reviewed head without pushes', () => {
  const merging = [made('h1', ['root']), made('u2', ['h1', 'main'])]
  const head = (commit: string) => ({ branch: 'patch', repositoryId: null, commit })

  test.each<[string, Partial<PullRequest>, readonly string[] | null]>([
    [
      'the commit that GitHub names, where nothing can have moved it',
      { commits: [made('h1', ['root']), made('h2', ['h1'])], head: head('h2') },
      ['h1'],
    ],
    [
      'the commit that GitHub names, where the force push was before',
      { forcePushes: [forced(15, 'h0', 'h1')] },
      ['h1'],
    ],
    [
      'the commit that GitHub names or the reported head, where a run saw the merge of the base before',
      { commits: merging, head: head('u2'), runs: [{ commit: 'u2', at: at(15) }] },
      ['h1', 'u2'],
    ],
    [
      'an unknown head, after a force push and without runs',
      { forcePushes: [forced(25, 'h1', 'h2')] },
      null,
    ],
    [
      'an unknown head, after a force push in the same second',
      { forcePushes: [forced(20, 'h1', 'h2')] },
      null,
    ],
    [
      'an unknown head, with a merge of the base that no run saw',
      { commits: merging, head: head('u2') },
      null,
    ],
    [
      'the head with a run, before a force push of that head',
      { runs: [{ commit: 'h1', at: at(12) }], forcePushes: [forced(25, 'h1', 'h2')] },
      ['h1'],
    ],
    [
      'the head of a force push, before another force push of that head',
      { forcePushes: [forced(12, 'h0', 'h1'), forced(25, 'h1', 'h2')] },
      ['h1'],
    ],
    [
      'the newest of several heads',
      {
        runs: [
          { commit: 'h0', at: at(11) },
          { commit: 'h1', at: at(12) },
        ],
        forcePushes: [forced(25, 'h1', 'h2')],
      },
      ['h1'],
    ],
    [
      'an unknown head, where the force push was of another head',
      { runs: [{ commit: 'h1', at: at(12) }], forcePushes: [forced(25, 'h9', 'h2')] },
      null,
    ],
    [
      'an unknown head, where GitHub no longer has the head that was removed',
      { runs: [{ commit: 'h1', at: at(12) }], forcePushes: [forced(25, null, 'h2')] },
      null,
    ],
    [
      'an unknown head, where GitHub no longer has the head before',
      { forcePushes: [forced(12, 'h0', null), forced(25, 'h1', 'h2')] },
      null,
    ],
    [
      'the head before a merge of the base, or the merge',
      { commits: merging, head: head('u2'), runs: [{ commit: 'h1', at: at(12) }] },
      ['h1', 'u2'],
    ],
    [
      'the head with a run, or one before the next head with a run',
      {
        commits: [...merging, made('h3', ['u2']), made('h4', ['h3'])],
        head: head('h4'),
        runs: [
          { commit: 'h1', at: at(12) },
          { commit: 'h3', at: at(25) },
        ],
      },
      ['h1', 'h3', 'u2'],
    ],
    [
      'one of two heads, where a run is of the same second',
      {
        commits: merging,
        head: head('u2'),
        runs: [
          { commit: 'h1', at: at(12) },
          { commit: 'u2', at: at(20) },
        ],
      },
      ['h1', 'u2', 'u2'],
    ],
  ])('without pushes, a reviewer saw %s', (_, pull, expected) => {
    expect(seen({ pushes: null, ...pull })?.heads ?? null).toEqual(expected)
  })

  test('the head is unknown where GitHub names no commit', () => {
    expect(seen({ pushes: null }, { commit: null })).toBeNull()
  })

  test('the head has an age where a run names it', () => {
    const pull = {
      pushes: null,
      runs: [{ commit: 'h1', at: seconds(19, 30) }],
      forcePushes: [forced(25, 'h1', 'h2')],
    }
    expect(seen(pull)?.pushedAt).toEqual(seconds(19, 30))
  })

  test('the head has no age where only GitHub names it', () => {
    expect(seen({ pushes: null })?.pushedAt).toBeNull()
  })
})

describe('the reviewed head by the record', () => {
  const unknown = pullRequest({ pushes: null, forcePushes: [forced(25, 'h1', 'h2')] })

  test('the record names the reviewed head where GitHub no longer does', () => {
    expect(reviewedHeads(review(), unknown, evidencedApproval({ head: 'h7' }))).toEqual({
      heads: ['h7'],
      pushedAt: null,
    })
  })

  test('the record does not overrule GitHub', () => {
    expect(
      reviewedHeads(review(), pullRequest(), evidencedApproval({ head: 'h7' }))?.heads,
    ).toEqual(['h1'])
  })
})
