import { describe, expect, test } from '@jest/globals'
import {
  belowStack,
  heldStates,
  landedTogether,
  wholeLanding,
} from '../../../../../src/core/approval/merges/merged-range.ts'
import { movesByCommit } from '../../../../../src/core/approval/merges/merge-source.ts'
import type { PullRequest } from '../../../../../src/domain/proof/pull-request.ts'
import { at as minute, graph, move, proofFacts, pullRequest } from '../../../../build/proof.ts'

/** a, b and c came with one push, d with another one. */
const ANCESTRY = graph(`
  root: jane=1
  a < root: jane=2
  b < a: jane=2
  c < b: jane=3
  d < c: jane=4
`)
const LINE = ['d', 'c', 'b', 'a', 'root']
const MOVES = [move('1 push root > c'), move('2 push c > d')]
const MOVED_BY = movesByCommit(MOVES, ANCESTRY)
const objectsAt = (commit: string | undefined): string =>
  ANCESTRY.get(commit ?? '')?.objects.get('jane') ?? ''

function mergedAs(number: number, commit: string, ids: readonly string[]): PullRequest {
  const [first] = pullRequest().commits
  const commits = ids.map(id => ({ ...first, id })) as PullRequest['commits']
  const head = { ...pullRequest().head, commit: ids.at(-1) ?? commit }
  return pullRequest({ number, head, commits, merged: { commit, at: minute(30), by: null } })
}

describe('states that the default branch held', () => {
  test('all commits of a move that changed a file twice may be inside of a pull request', () => {
    expect(landedTogether(LINE, MOVED_BY, objectsAt)).toEqual(['c', 'b', 'a'])
  })

  test('a move that changed a file once brought one state', () => {
    expect(landedTogether(LINE, MOVED_BY, id => (id === 'd' ? '4' : '1'))).toEqual([])
  })

  test('commits without a known move are never asked about', () => {
    expect(landedTogether(LINE, new Map(), objectsAt)).toEqual([])
  })

  test('a commit where a move ended stays, though one pull request has it and its child', () => {
    const moves = [...MOVES, move('3 forcePush d > a')]
    const linked = new Map(['a', 'b', 'c'].map(id => [id, [1]] as const))
    const known = { line: LINE, moves, movedBy: MOVED_BY, ancestry: ANCESTRY, linked }
    expect(heldStates(known)).toEqual(['d', 'c', 'a', 'root'])
  })

  test.each<[string, Record<string, readonly number[]>, readonly string[]]>([
    [
      'of one pull request end with its last commit',
      { a: [1], b: [1], c: [1] },
      ['d', 'c', 'root'],
    ],
    [
      'of stacked pull requests end with the last commit of each',
      { a: [1, 2], b: [1, 2], c: [2] },
      ['d', 'c', 'b', 'root'],
    ],
    ['without a pull request stay', { a: [], b: [], c: [1] }, ['d', 'c', 'b', 'a', 'root']],
    [
      'of different moves stay, though one pull request has them all',
      { c: [1], d: [1] },
      ['d', 'c', 'b', 'a', 'root'],
    ],
    [
      'of which only one has a further pull request stay',
      { a: [1, 3], b: [1], c: [1] },
      ['d', 'c', 'a', 'root'],
    ],
  ])('commits %s', (_, linked, expected) => {
    const known = { line: LINE, moves: MOVES, movedBy: MOVED_BY, ancestry: ANCESTRY }
    expect(heldStates({ ...known, linked: new Map(Object.entries(linked)) })).toEqual(expected)
  })
})

test('the search below a stack ends where a force push brought a state back, so that the branch held it twice', () => {
  const facts = {
    repository: proofFacts().repository,
    line: ['d', 'b', 'a', 'b', 'root'],
    linked: new Map(),
    movedBy: new Map(),
    ancestry: ANCESTRY,
    pullRequests: new Map(),
  }
  const comparisons = { isSame: () => true, isMixed: () => false }
  const landing = { commit: 'd', before: 'b' }
  expect(belowStack(landing, { base: 'none', head: 'd' }, comparisons, facts)).toBeNull()
})

test('the search below a stack ends at what the base of the review contains', () => {
  const merged = [mergedAs(1, 'b', ['b']), mergedAs(2, 'c', ['c'])]
  const facts = {
    ...proofFacts(),
    line: LINE,
    linked: new Map(),
    movedBy: new Map(),
    ancestry: ANCESTRY,
    pullRequests: new Map(merged.map(pull => [pull.number, pull])),
  }
  const comparisons = { isSame: () => true, isMixed: () => false }
  const landing = { commit: 'd', before: 'c' }
  expect(belowStack(landing, { base: 'b', head: 'd' }, comparisons, facts)).toBe('b')
})

describe('a lower pull request of a stack', () => {
  const below = (lower: readonly PullRequest[], isMixed = false) =>
    belowStack(
      { commit: 'd', before: 'c' },
      { base: 'b', head: 'd' },
      { isSame: (one, other) => one === other, isMixed: () => isMixed },
      {
        ...proofFacts(),
        line: LINE,
        linked: new Map(),
        movedBy: new Map(),
        ancestry: ANCESTRY,
        pullRequests: new Map(lower.map(pull => [pull.number, pull])),
      },
    )

  test('one without configuration is part of the stack, and one with it is not', () => {
    const lower = [mergedAs(2, 'c', ['c'])]
    expect([below(lower), below(lower, true)]).toEqual(['b', 'c'])
  })

  test('a commit that merged several is part of the stack only if the head contains each of them', () => {
    expect(below([mergedAs(2, 'c', ['c']), mergedAs(3, 'c', ['other'])])).toBe('c')
  })
})

test('a merge with swapped parents is no merge of a lower pull request', () => {
  const ancestry = graph(`
    root: jane=1
    c < root: jane=3
    s < root: jane=9
    m < s c: jane=3
    n < c s: jane=3
  `)
  const below = (merge: string, head: string) =>
    belowStack(
      { commit: 'd', before: merge },
      { base: 'c', head },
      { isSame: (one, other) => one === head && other === merge, isMixed: () => false },
      {
        ...proofFacts(),
        line: ['d', merge, 'c', 'root'],
        linked: new Map(),
        movedBy: new Map(),
        ancestry,
        pullRequests: new Map(),
      },
    )
  expect([below('n', 's'), below('m', 'c')]).toEqual(['c', 'm'])
})

describe('the whole landing of a pull request', () => {
  const facts = {
    ...proofFacts(),
    line: LINE,
    movedBy: MOVED_BY,
    ancestry: ANCESTRY,
    linked: new Map(),
  }
  const pull = mergedAs(1, 'b', ['a', 'b'])

  test.each([
    ['main', { commit: 'b', before: 'a' }],
    ['release', { commit: 'b', before: 'root' }],
  ])('a pull request into %s that ended at its first commit makes it %j', (base, expected) => {
    const pullRequests = new Map([
      [1, pull],
      [2, { ...mergedAs(2, 'a', []), base }],
    ])
    const landing = { commit: 'b', before: 'a' }
    expect(wholeLanding(landing, pull, { ...facts, pullRequests })).toEqual(expected)
  })

  test('what another move brought is no part of it', () => {
    const landing = { commit: 'd', before: 'c' }
    expect(wholeLanding(landing, mergedAs(1, 'd', ['c', 'd']), facts)).toEqual(landing)
  })

  test.each([
    ['linked to it', [1], 'root'],
    ['not linked to it', [], 'a'],
  ])('a rebased commit %s', (_, numbers, before) => {
    const landing = { commit: 'b', before: 'a' }
    const linked = new Map([['a', numbers]])
    const whole = wholeLanding(landing, mergedAs(1, 'b', ['x', 'y']), { ...facts, linked })
    expect(whole).toEqual({ commit: 'b', before })
  })

  test('it ends with the last commit of the pull request', () => {
    const landing = { commit: 'a', before: 'root' }
    expect(wholeLanding(landing, pull, facts)).toEqual({ commit: 'b', before: 'root' })
  })
})
