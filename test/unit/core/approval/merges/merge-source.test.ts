import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  mergeSourceOf,
  wasHeldBefore,
  isHistoryRewrite,
  landedBy,
  movesByCommit,
  movesTo,
} from '../../../../../src/core/approval/merges/merge-source.ts'
import {
  branchLine,
  reachableFrom,
} from '../../../../../src/core/approval/merges/branch-history.ts'
import { at, graph, made, move, OWNER, proofFacts, pullRequest } from '../../../../build/proof.ts'
import type { Ancestry, BranchMove, ObjectId } from '../../../../../src/domain/proof/git-history.ts'
import { movedGraphs } from '../../../../build/random-graph.ts'

const ROOT = move('0 branchCreation 0 > root')

function numbers(
  landing: { commit: ObjectId; before: ObjectId | null },
  told: Parameters<typeof proofFacts>[0],
) {
  return mergeSourceOf(landing, proofFacts(told)).pullRequests.map(({ number }) => number)
}

/** Merged into a commit that GitHub made, or somebody pushed. */
const merged = (commit: ObjectId) => ({ at: at(30), by: OWNER, commit })

describe('a pull request brought the commit', () => {
  const M1 = { commit: 'm1', before: 'root' }

  test('that is its merge', () => {
    expect(numbers(M1, {})).toEqual([1])
  })

  test('that is its squashed commit', () => {
    const squash = { commits: 'root:\n h1 < root: jane=b\n s1 < root: jane=b', tip: 's1' }
    const pulls = [pullRequest({ merged: merged('s1') })]
    const moves = [ROOT, move('30 pullRequestMerge root > s1 by owner')]
    expect(numbers({ commit: 's1', before: 'root' }, { ...squash, pulls, moves })).toEqual([1])
  })

  test('also where nobody tells how it came', () => {
    expect(numbers(M1, { moves: null })).toEqual([1])
  })

  test('also where it was merged by a push', () => {
    expect(numbers(M1, { moves: [ROOT, move('30 push root > m1')] })).toEqual([1])
    expect(
      numbers(M1, {
        commits: 'root:\n h1 < root: jane=b\n m1 < root h1: jane=b\n x < m1:',
        tip: 'x',
        moves: [ROOT, move('30 push root > x')],
      }),
    ).toEqual([1])
  })

  test('with another one, where one merge ended both', () => {
    const pulls = [pullRequest(), pullRequest({ number: 2 })]
    expect(numbers(M1, { pulls })).toEqual([1, 2])
  })

  test('though it is too large to list its commits', () => {
    expect(numbers(M1, { pulls: [pullRequest({ isTooLarge: true, commits: [] })] })).toEqual([1])
  })
})

describe('no pull request brought the commit', () => {
  const M1 = { commit: 'm1', before: 'root' }

  test.each<[string, Parameters<typeof proofFacts>[0]]>([
    ['where it is linked to none', { linked: {} }],
    [
      'where the pull request was not merged',
      { pulls: [pullRequest({ merged: null })], linked: { m1: [1] } },
    ],
    ['where it was merged into another branch', { pulls: [pullRequest({ base: 'next' })] }],
    [
      'where its merge is another commit',
      { pulls: [pullRequest({ merged: merged('h1') })], linked: { m1: [1] } },
    ],
    [
      'where it is too large, and its merge another commit',
      {
        pulls: [pullRequest({ isTooLarge: true, commits: [], merged: merged('h1') })],
        linked: { m1: [1] },
      },
    ],
    ['where nothing is known of the pull request', { pulls: [], linked: { m1: [1] } }],
    [
      'where GitHub merged something else in that move',
      {
        moves: [ROOT, move('30 pullRequestMerge root > x')],
        commits: 'root:\n h1 < root: jane=b\n m1 < root h1: jane=b\n x < m1:',
        tip: 'x',
      },
    ],
    [
      'where the commit was pushed before the merge',
      {
        moves: [ROOT, move('20 push root > m1'), move('30 pullRequestMerge m1 > m2')],
        commits: 'root:\n h1 < root: jane=b\n m1 < root h1: jane=b\n m2 < m1:',
        tip: 'm2',
        pulls: [
          pullRequest({
            merged: merged('m2'),
            commits: [made('h1', ['root']), made('h2', ['h1'])],
          }),
        ],
        linked: { m1: [1] },
      },
    ],
  ])('%s', (_, told) => {
    expect(numbers(M1, told)).toEqual([])
  })
})

describe('a rebase brought', () => {
  const commits = `
    root:
    h1 < root: jane=b
    h2 < h1: README=x
    x < root: mark=c
    r1 < x: jane=b
    r2 < r1: README=x
  `
  const pulls = [
    pullRequest({
      commits: [made('h1', ['root']), made('h2', ['h1'])],
      head: { branch: 'add-jane', repositoryId: 42, commit: 'h2' },
      merged: merged('r2'),
    }),
  ]
  const linked = { x: [1], r1: [1], r2: [1], h1: [1] }
  const moves = [ROOT, move('20 push root > x'), move('30 pullRequestMerge x > r2')]
  const told = { commits, tip: 'r2', pulls, linked, moves }

  test.each([
    ['its last commit', 'r2', 'r1', [1]],
    ['its first commit', 'r1', 'x', [1]],
    ['nothing below its commits', 'x', 'root', []],
  ])('%s', (_, commit, before, expected) => {
    expect(numbers({ commit, before }, told)).toEqual(expected)
  })

  test('nothing below its commits, also where nobody tells how they came', () => {
    expect(numbers({ commit: 'x', before: 'root' }, { ...told, moves: null })).toEqual([])
  })

  test('no commit that was pushed by itself, also where one commit fewer was put there', () => {
    const fewer = [
      pullRequest({
        ...pulls[0],
        commits: [made('h1', ['root']), made('h2', ['h1']), made('h3', ['h2'])],
      }),
    ]
    expect(numbers({ commit: 'x', before: 'root' }, { ...told, pulls: fewer })).toEqual([])
  })

  test('nothing through a merge', () => {
    const merging = 'root:\n y < root:\n a < root: jane=b\n m < a y:\n z < m:'
    const long = [
      pullRequest({
        commits: [made('z', ['m']), made('m', ['a', 'y']), made('a', ['root'])],
        merged: merged('z'),
        head: { branch: 'x', repositoryId: 42, commit: 'z' },
      }),
    ]
    const pushed = {
      commits: merging,
      tip: 'z',
      pulls: long,
      linked: { a: [1] },
      moves: [ROOT, move('30 push root > z')],
    }
    expect(numbers({ commit: 'a', before: 'root' }, pushed)).toEqual([])
  })
})

describe('a commit of the pull request itself', () => {
  const commits = `
    root:
    h1 < root: jane=b
    h2 < h1: README=x
    s1 < h1: README=x
  `
  const head = { branch: 'add-jane', repositoryId: 42, commit: 'h2' }
  const own = [made('h1', ['root']), made('h2', ['h1'])]

  test('came with it where the head was pushed', () => {
    const pulls = [pullRequest({ commits: own, head, merged: merged('h2') })]
    const moves = [ROOT, move('30 push root > h2')]
    expect(numbers({ commit: 'h1', before: 'root' }, { commits, tip: 'h2', pulls, moves })).toEqual(
      [1],
    )
  })

  test('did not come with it where GitHub made another commit, though nobody tells of the push', () => {
    const pulls = [pullRequest({ commits: own, head, merged: merged('s1') })]
    expect(
      numbers({ commit: 'h1', before: 'root' }, { commits, tip: 's1', pulls, moves: null }),
    ).toEqual([])
  })
})

describe('the move that brought a commit', () => {
  test('is the first that holds it', () => {
    fc.assert(
      fc.property(movedGraphs, ({ commits, moves }) => {
        expect(movesByCommit(moves, commits)).toEqual(byDefinition(moves, commits))
      }),
    )
  })

  test('is not known of what was there before the oldest known move, or came between two', () => {
    const commits = graph('root:\n a < root:\n b < a:\n c < b:')
    const known = [move('1 push root > a'), move('3 push b > c')]
    expect([...movesByCommit(known, commits).keys()].toSorted()).toEqual(['a', 'c'])
  })
})

function byDefinition(
  moves: readonly BranchMove[],
  commits: Ancestry,
): ReadonlyMap<ObjectId, BranchMove> {
  const mergeSource = new Map<ObjectId, BranchMove>()
  const before = new Set<ObjectId>()
  for (const each of moves) {
    for (const id of reachableFrom(commits, each.before ?? '')) before.add(id)
    for (const id of reachableFrom(commits, each.after ?? ''))
      if (!before.has(id)) mergeSource.set(id, each)
    for (const id of reachableFrom(commits, each.after ?? '')) before.add(id)
  }
  return mergeSource
}

describe('the branch was put there', () => {
  const commits = graph(`
    root:
    a < root:
    b < a:
    swapped < root b:
  `)
  const told = (tip: ObjectId, ...moves: readonly string[]) => ({
    ancestry: commits,
    line: branchLine(commits, tip, moves.map(move)),
  })

  test.each<[string, ObjectId, ObjectId | null, ReturnType<typeof told>, boolean]>([
    ['not where it goes on', 'b', 'a', told('b', '1 push root > a', '2 push a > b'), false],
    ['not at its first commit', 'root', null, told('b', '1 push root > a', '2 push a > b'), false],
    [
      'not by a merge with its parents swapped',
      'swapped',
      'b',
      told('swapped', '1 push root > b', '2 push b > swapped'),
      false,
    ],
    ['by a force push', 'a', 'b', told('a', '1 push root > b', '2 forcePush b > a'), true],
    [
      'not where it first held a commit that it was put on later',
      'a',
      'root',
      told('a', '1 push root > b', '2 forcePush b > a'),
      false,
    ],
    [
      'by a push of a commit that was taken away before',
      'a',
      'root',
      told('a', '1 push root > a', '2 forcePush a > root', '3 push root > a'),
      true,
    ],
  ])('%s', (_, commit, before, facts, expected) => {
    expect(isHistoryRewrite({ commit, before }, facts)).toBe(expected)
  })
})

describe('how a landing is told', () => {
  test.each<[string, BranchMove | null, string]>([
    ['by the button', move('1 pullRequestMerge a > b'), 'pullRequestMerge'],
    ['by the queue', move('1 mergeQueueMerge a > b'), 'mergeQueueMerge'],
    ['by a push', move('1 push a > b'), 'push'],
    ['by a force push', move('1 forcePush a > b'), 'forcePush'],
    ['by making the branch', move('1 branchCreation 0 > b'), 'push'],
    ['by nothing that is known', null, 'unknown'],
    ['by a deletion, which brings nothing', move('1 branchDeletion a > 0'), 'unknown'],
  ])('%s', (_, each, expected) => {
    expect(landedBy(each)).toBe(expected)
  })

  test('the usual landing is by the button', () => {
    expect(landedBy(mergeSourceOf({ commit: 'm1', before: 'root' }, proofFacts()).move)).toBe(
      'pullRequestMerge',
    )
  })
})

describe('the moves that brought a commit', () => {
  const commits = `
    root:
    p1 < root: jane=v1
    p2 < p1: README=x
    q1 < root: jane=q
  `
  const first = move('5 push root > p1 by colleague')
  const second = move('6 push p1 > p2 by colleague')
  const away = move('7 forcePush p2 > root by owner')
  const back = move('8 push root > p2 by reviewer')
  const moved = (commit: ObjectId, before: ObjectId | null, ...moves: readonly BranchMove[]) =>
    movesTo({ commit, before }, proofFacts({ commits, tip: 'p2', moves: [ROOT, ...moves] }))

  test('are one, where it came once, also with a later commit', () => {
    expect(moved('p1', 'root', first, second)).toEqual([first])
    expect(moved('p1', 'root', back)).toEqual([back])
  })

  test('are all that brought it over the same commit, also with a later one', () => {
    expect(moved('p1', 'root', first, second, away, back)).toEqual([first, back])
    expect(moved('p2', 'p1', first, second, away, back)).toEqual([second, back])
  })

  test('are those of that state only, where it came over several', () => {
    const aside = move('7 forcePush p2 > q1 by owner')
    const again = move('8 forcePush q1 > p2 by reviewer')
    expect(moved('p2', 'q1', first, second, aside, again)).toEqual([again])
    expect(moved('p2', 'p1', first, second, aside, again)).toEqual([second])
  })

  test('are none where GitHub does not say', () => {
    const facts = proofFacts({ commits, tip: 'p2', moves: null })
    expect(movesTo({ commit: 'p1', before: 'root' }, facts)).toEqual([])
  })
})

describe('a commit is put back', () => {
  const line = ['p1', 'p2', 'p1', 'root']

  test('where the branch held it before, not the first time', () => {
    expect(wasHeldBefore({ commit: 'p1', before: 'p2' }, { line })).toBe(true)
    expect(wasHeldBefore({ commit: 'p1', before: 'root' }, { line })).toBe(false)
    expect(wasHeldBefore({ commit: 'p2', before: 'p1' }, { line })).toBe(false)
  })

  test('not over a state that the branch never held', () => {
    expect(wasHeldBefore({ commit: 'p1', before: 'q1' }, { line })).toBe(false)
  })
})
