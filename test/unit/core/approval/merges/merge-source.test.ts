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

/** Merged into a commit that GitHub made, or that a person pushed. */
const merged = (commit: ObjectId) => ({ at: at(30), by: OWNER, commit })

describe('the pull request that brought a commit', () => {
  const M1 = { commit: 'm1', before: 'root' }

  test('a merge commit is brought by its pull request', () => {
    expect(numbers(M1, {})).toEqual([1])
  })

  test('a squashed commit is brought by its pull request', () => {
    const squash = { commits: 'root:\n h1 < root: jane=b\n s1 < root: jane=b', tip: 's1' }
    const pulls = [pullRequest({ merged: merged('s1') })]
    const moves = [ROOT, move('30 pullRequestMerge root > s1 by owner')]
    expect(numbers({ commit: 's1', before: 'root' }, { ...squash, pulls, moves })).toEqual([1])
  })

  test('a merge commit is brought by its pull request where moves cannot be read', () => {
    expect(numbers(M1, { moves: null })).toEqual([1])
  })

  test('a merge commit that was pushed is brought by its pull request', () => {
    expect(numbers(M1, { moves: [ROOT, move('30 push root > m1')] })).toEqual([1])
    expect(
      numbers(M1, {
        commits: 'root:\n h1 < root: jane=b\n m1 < root h1: jane=b\n x < m1:',
        tip: 'x',
        moves: [ROOT, move('30 push root > x')],
      }),
    ).toEqual([1])
  })

  test('one merge commit is brought by both pull requests that it ended', () => {
    const pulls = [pullRequest(), pullRequest({ number: 2 })]
    expect(numbers(M1, { pulls })).toEqual([1, 2])
  })

  test('a merge commit is brought by a pull request that is too large to list its commits', () => {
    expect(numbers(M1, { pulls: [pullRequest({ isTooLarge: true, commits: [] })] })).toEqual([1])
  })
})

describe('a commit that no pull request brought', () => {
  const M1 = { commit: 'm1', before: 'root' }

  test.each<[string, Parameters<typeof proofFacts>[0]]>([
    ['with no linked pull request', { linked: {} }],
    [
      'of a pull request that was not merged',
      { pulls: [pullRequest({ merged: null })], linked: { m1: [1] } },
    ],
    [
      'of a pull request that was merged into another branch',
      { pulls: [pullRequest({ base: 'next' })] },
    ],
    [
      'of a pull request with another merge commit',
      { pulls: [pullRequest({ merged: merged('h1') })], linked: { m1: [1] } },
    ],
    [
      'of a pull request that is too large and has another merge commit',
      {
        pulls: [pullRequest({ isTooLarge: true, commits: [], merged: merged('h1') })],
        linked: { m1: [1] },
      },
    ],
    ['of a pull request that cannot be read', { pulls: [], linked: { m1: [1] } }],
    [
      'in a move where GitHub merged another pull request',
      {
        moves: [ROOT, move('30 pullRequestMerge root > x')],
        commits: 'root:\n h1 < root: jane=b\n m1 < root h1: jane=b\n x < m1:',
        tip: 'x',
      },
    ],
    [
      'that was pushed before the merge',
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
  ])('no pull request brought a commit %s', (_, told) => {
    expect(numbers(M1, told)).toEqual([])
  })
})

describe('a rebase merge', () => {
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
    ['a rebase merge brought its last commit', 'r2', 'r1', [1]],
    ['a rebase merge brought its first commit', 'r1', 'x', [1]],
    ['a rebase merge brought no commit below its own', 'x', 'root', []],
  ])('%s', (_, commit, before, expected) => {
    expect(numbers({ commit, before }, told)).toEqual(expected)
  })

  test('a rebase merge brought no commit below its own where moves cannot be read', () => {
    expect(numbers({ commit: 'x', before: 'root' }, { ...told, moves: null })).toEqual([])
  })

  test('a rebase merge brought no commit that was pushed by itself, also where one commit was dropped', () => {
    const fewer = [
      pullRequest({
        ...pulls[0],
        commits: [made('h1', ['root']), made('h2', ['h1']), made('h3', ['h2'])],
      }),
    ]
    expect(numbers({ commit: 'x', before: 'root' }, { ...told, pulls: fewer })).toEqual([])
  })

  test('a rebase merge brought no commit through a merge', () => {
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

  test('a commit of the pull request is brought by it where the head was pushed', () => {
    const pulls = [pullRequest({ commits: own, head, merged: merged('h2') })]
    const moves = [ROOT, move('30 push root > h2')]
    expect(numbers({ commit: 'h1', before: 'root' }, { commits, tip: 'h2', pulls, moves })).toEqual(
      [1],
    )
  })

  test('a commit of the pull request is not brought by it where GitHub made another commit and moves cannot be read', () => {
    const pulls = [pullRequest({ commits: own, head, merged: merged('s1') })]
    expect(
      numbers({ commit: 'h1', before: 'root' }, { commits, tip: 's1', pulls, moves: null }),
    ).toEqual([])
  })
})

describe('the move that brought a commit', () => {
  test('the move that brought a commit is the first whose tip reaches it', () => {
    fc.assert(
      fc.property(movedGraphs, ({ commits, moves }) => {
        expect(movesByCommit(moves, commits)).toEqual(byDefinition(moves, commits))
      }),
    )
  })

  test('the move is unknown for a commit from before the oldest known move or between two', () => {
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

describe('a history rewrite', () => {
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
    [
      'the branch goes forward: no rewrite',
      'b',
      'a',
      told('b', '1 push root > a', '2 push a > b'),
      false,
    ],
    [
      'the branch starts: no rewrite',
      'root',
      null,
      told('b', '1 push root > a', '2 push a > b'),
      false,
    ],
    [
      'a merge has swapped parents: no rewrite',
      'swapped',
      'b',
      told('swapped', '1 push root > b', '2 push b > swapped'),
      false,
    ],
    [
      'a force push moves the branch back: a rewrite',
      'a',
      'b',
      told('a', '1 push root > b', '2 forcePush b > a'),
      true,
    ],
    [
      'a commit is new when a push brings it, and restored later: no rewrite',
      'a',
      'root',
      told('a', '1 push root > b', '2 forcePush b > a'),
      false,
    ],
    [
      'a push restores a commit that was removed before: a rewrite',
      'a',
      'root',
      told('a', '1 push root > a', '2 forcePush a > root', '3 push root > a'),
      true,
    ],
  ])('%s', (_, commit, before, facts, expected) => {
    expect(isHistoryRewrite({ commit, before }, facts)).toBe(expected)
  })
})

describe('the kind of a landing', () => {
  test.each<[string, BranchMove | null, string]>([
    ['the merge button', move('1 pullRequestMerge a > b'), 'pullRequestMerge'],
    ['the merge queue', move('1 mergeQueueMerge a > b'), 'mergeQueueMerge'],
    ['a push', move('1 push a > b'), 'push'],
    ['a force push', move('1 forcePush a > b'), 'forcePush'],
    ['creation of the branch', move('1 branchCreation 0 > b'), 'push'],
    ['an unknown move', null, 'unknown'],
    ['deletion of the branch, which brings nothing', move('1 branchDeletion a > 0'), 'unknown'],
  ])('a landing by %s has its kind', (_, each, expected) => {
    expect(landedBy(each)).toBe(expected)
  })

  test('the usual landing is by the merge button', () => {
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

  test('a commit that came once has one move, also with a later commit', () => {
    expect(moved('p1', 'root', first, second)).toEqual([first])
    expect(moved('p1', 'root', back)).toEqual([back])
  })

  test('a commit that came twice over the same commit has both moves, also with a later commit', () => {
    expect(moved('p1', 'root', first, second, away, back)).toEqual([first, back])
    expect(moved('p2', 'p1', first, second, away, back)).toEqual([second, back])
  })

  test('a commit that came over several commits has the moves of the given one only', () => {
    const aside = move('7 forcePush p2 > q1 by owner')
    const again = move('8 forcePush q1 > p2 by reviewer')
    expect(moved('p2', 'q1', first, second, aside, again)).toEqual([again])
    expect(moved('p2', 'p1', first, second, aside, again)).toEqual([second])
  })

  test('a commit has no moves where they cannot be read', () => {
    const facts = proofFacts({ commits, tip: 'p2', moves: null })
    expect(movesTo({ commit: 'p1', before: 'root' }, facts)).toEqual([])
  })
})

describe('a restored commit', () => {
  const line = ['p1', 'p2', 'p1', 'root']

  test('a commit is restored where the branch held it before, and not the first time', () => {
    expect(wasHeldBefore({ commit: 'p1', before: 'p2' }, { line })).toBe(true)
    expect(wasHeldBefore({ commit: 'p1', before: 'root' }, { line })).toBe(false)
    expect(wasHeldBefore({ commit: 'p2', before: 'p1' }, { line })).toBe(false)
  })

  test('a commit is not restored over a commit that the branch never held', () => {
    expect(wasHeldBefore({ commit: 'p1', before: 'q1' }, { line })).toBe(false)
  })
})
