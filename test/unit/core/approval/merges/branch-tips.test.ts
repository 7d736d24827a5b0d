import { describe, expect, test } from '@jest/globals'
import { possibleBases, possibleTips } from '../../../../../src/core/approval/merges/branch-tips.ts'
import {
  firstParentLine,
  mergeBases,
} from '../../../../../src/core/approval/merges/branch-history.ts'
import { at, graph, move, proofFacts } from '../../../../build/proof.ts'

const COMMITS = graph(`
  root:
  t1 < root:
  h1 < t1: jane=b
  t2 < t1:
  t3 < t2:
  h3 < t3: jane=b
  m < t3 h1: jane=b
`)
const LINE = ['m', 't3', 't2', 't1', 'root']
const LANDING = { commit: 'm', before: 't3' }
const MOVES = [
  '0 branchCreation 0 > root',
  '5 push root > t1',
  '15 push t1 > t2',
  '25 push t2 > t3',
  '30 pullRequestMerge t3 > m',
].map(move)

const tips = (
  minute: number,
  moves: typeof MOVES | null,
  heads = ['h1'],
  landing: { commit: string; before: string | null } = LANDING,
) =>
  possibleTips(at(minute), heads, landing, {
    line: LINE,
    ancestry: COMMITS,
    moves,
    repository: proofFacts().repository,
    linked: new Map(),
    pullRequests: new Map(),
    movedBy: new Map(),
  })

describe('the tips of the default branch at a time', () => {
  test.each<[string, number, readonly string[]]>([
    ['the tip is where the last move before the time put it', 20, ['t2']],
    ['the tips are those before and after a move of the same second', 15, ['t1', 't2']],
    ['the tip after the newest move is the tip of the branch', 99, ['m']],
  ])('%s', (_, minute, expected) => {
    expect(tips(minute, MOVES)).toEqual(expected)
  })

  test('the tips before the oldest known move include its start where both are of the same second', () => {
    expect(tips(15, [move('15 push t1 > t2')])).toEqual(['t1', 't2'])
  })

  test('the tips are all of them where two moves are of the same second', () => {
    expect(
      tips(15, [move('5 push root > t1'), move('15 push t1 > t2'), move('15 push t2 > t3')]),
    ).toEqual(['t1', 't2', 't3'])
  })
})

describe('a move that a server wrote later than it was', () => {
  const late = { ...move('15 push t1 > t2'), earliest: at(12) }

  test.each<[string, number, readonly string[]]>([
    ['the tip before it is the only one until it can have happened', 11, ['t1']],
    ['the tips before and after it are both possible until it is written', 12, ['t1', 't2']],
    ['the tip after it is the only one once it is written', 16, ['t2']],
  ])('%s', (_, minute, expected) => {
    expect(tips(minute, [move('5 push root > t1'), late])).toEqual(expected)
  })
})

describe('a move that is the landing', () => {
  test('the landing is no tip that a review of the same second saw', () => {
    expect(tips(30, MOVES)).toEqual(['t3'])
  })

  test('the landing is a tip for a later review', () => {
    expect(tips(31, MOVES)).toEqual(['m'])
  })
})

describe('the possible tips without moves', () => {
  test.each<[string, typeof MOVES | null, readonly string[], readonly string[]]>([
    ['those since the head left the branch, up to the landing', null, ['h1'], ['t3', 't2', 't1']],
    [
      'those since the older of two heads left the branch',
      null,
      ['h1', 'root'],
      ['t3', 't2', 't1', 'root'],
    ],
    ['the last one alone, where the head left the branch there', null, ['h3'], ['t3']],
    [
      'all, where the head has no common history with the branch',
      null,
      ['gone'],
      ['t3', 't2', 't1', 'root'],
    ],
    [
      'those of the line, where the moves do not reach back far enough',
      [move('25 push t2 > t3')],
      ['h1'],
      ['t3', 't2', 't1'],
    ],
    [
      'those of the line, where the branch did not exist at the time',
      [move('5 branchDeletion t1 > 0')],
      ['h1'],
      ['t3', 't2', 't1'],
    ],
  ])('the possible tips are %s', (_, moves, heads, expected) => {
    expect(tips(20, moves, [...heads])).toEqual(expected)
  })

  test.each<[string, string | null]>([
    ['before the first commit', null],
    ['where the commit before the landing is not on the line', 'h1'],
  ])('there are no possible tips %s', (_, before) => {
    expect(tips(20, null, ['h1'], { commit: 'm', before })).toEqual([])
  })
})

describe('the possible bases of a head', () => {
  /** Each tip of ten; at some of them a part of the branch came to the default branch. */
  const commits = graph(`
    l0:
    h1 < l0:
    h2 < h1:
    h3 < h2:
    l1 < l0:
    l2 < l1: a=1
    l3 < l2 h1:
    l4 < l3:
    l5 < l4:
    l6 < l5:
    l7 < l6 h2:
    l8 < l7:
    l9 < l8:
    l10 < l9:
  `)
  const line = firstParentLine(commits, 'l10')

  test('the base of one tip is the merge base with it', () => {
    expect(possibleBases('h3', ['l4'], commits)).toEqual(['h1'])
  })

  test('the bases of a few tips are the merge bases with each', () => {
    expect([...possibleBases('h3', ['l7', 'l4', 'l1'], commits)].toSorted()).toEqual([
      'h1',
      'h2',
      'l0',
    ])
  })

  test.each([0, 1, 2, 3, 4, 5])(
    'the bases of many tips from the %s. newest are the merge bases with each',
    from => {
      const tips = line.slice(from)
      const expected = new Set(tips.flatMap(tip => mergeBases(commits, 'h3', tip)))
      expect([...possibleBases('h3', tips, commits)].toSorted()).toEqual([...expected].toSorted())
    },
  )

  test('the base is a single one where many tips share it', () => {
    expect(possibleBases('l0', line, commits)).toEqual(['l0'])
  })

  test('there is no base where no tip is known', () => {
    expect(possibleBases('h3', [], commits)).toEqual([])
  })
})
