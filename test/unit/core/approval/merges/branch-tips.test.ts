import { describe, expect, test } from '@jest/globals'
import { possibleBases, possibleTips } from '../../../../../src/core/approval/merges/branch-tips.ts'
import {
  firstParentLine,
  mergeBases,
} from '../../../../../src/core/approval/merges/branch-history.ts'
import { at, graph, move } from '../../../../build/proof.ts'

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
) => possibleTips(at(minute), heads, landing, { line: LINE, ancestry: COMMITS, moves })

describe('at a moment the default branch was', () => {
  test.each<[string, number, readonly string[]]>([
    ['where the last move before it put it', 20, ['t2']],
    ['before and after a move of the same second', 15, ['t1', 't2']],
    ['after the newest move at its tip', 99, ['m']],
  ])('%s', (_, minute, expected) => {
    expect(tips(minute, MOVES)).toEqual(expected)
  })

  test('before the oldest known move, in the same second', () => {
    expect(tips(15, [move('15 push t1 > t2')])).toEqual(['t1', 't2'])
  })

  test('both, where two moves fell into the second', () => {
    expect(
      tips(15, [move('5 push root > t1'), move('15 push t1 > t2'), move('15 push t2 > t3')]),
    ).toEqual(['t1', 't2', 't3'])
  })
})

describe('a move that is the landing itself', () => {
  test('in the same second is no tip that a review saw', () => {
    expect(tips(30, MOVES)).toEqual(['t3'])
  })

  test('before it is one', () => {
    expect(tips(31, MOVES)).toEqual(['m'])
  })
})

describe('where moves do not tell, it was one of', () => {
  test.each<[string, typeof MOVES | null, readonly string[], readonly string[]]>([
    ['those since the head parted from it, up to the landing', null, ['h1'], ['t3', 't2', 't1']],
    ['those since the older of two heads parted', null, ['h1', 'root'], ['t3', 't2', 't1', 'root']],
    ['the last one alone, where the head parted from it', null, ['h3'], ['t3']],
    ['all, where the head has nothing to do with it', null, ['gone'], ['t3', 't2', 't1', 'root']],
    [
      'those, where the moves do not reach back so far',
      [move('25 push t2 > t3')],
      ['h1'],
      ['t3', 't2', 't1'],
    ],
    [
      'those, where the branch was gone then',
      [move('5 branchDeletion t1 > 0')],
      ['h1'],
      ['t3', 't2', 't1'],
    ],
  ])('%s', (_, moves, heads, expected) => {
    expect(tips(20, moves, [...heads])).toEqual(expected)
  })

  test.each<[string, string | null]>([
    ['none before the first commit', null],
    ['none, where what was before the landing is nowhere on the line', 'h1'],
  ])('%s', (_, before) => {
    expect(tips(20, null, ['h1'], { commit: 'm', before })).toEqual([])
  })
})

describe('a head was compared with', () => {
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

  test('where it parted from the one tip', () => {
    expect(possibleBases('h3', ['l4'], commits)).toEqual(['h1'])
  })

  test('what each of few tips gives', () => {
    expect([...possibleBases('h3', ['l7', 'l4', 'l1'], commits)].toSorted()).toEqual([
      'h1',
      'h2',
      'l0',
    ])
  })

  test.each([0, 1, 2, 3, 4, 5])('what each of many tips gives, from the %s. newest', from => {
    const tips = line.slice(from)
    const expected = new Set(tips.flatMap(tip => mergeBases(commits, 'h3', tip)))
    expect([...possibleBases('h3', tips, commits)].toSorted()).toEqual([...expected].toSorted())
  })

  test('one base, where many tips have the same', () => {
    expect(possibleBases('l0', line, commits)).toEqual(['l0'])
  })

  test('nothing, where no tip is known', () => {
    expect(possibleBases('h3', [], commits)).toEqual([])
  })
})
