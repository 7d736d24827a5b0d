import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  branchLine,
  firstParentLine,
  isAncestor,
  mergeBases,
  mergeBasesWith,
  reachableFrom,
} from '../../../../../src/core/approval/merges/branch-history.ts'
import type { Ancestry, ObjectId } from '../../../../../src/domain/proof/git-history.ts'
import { graph, move } from '../../../../build/proof.ts'
import { graphs, movedGraphs } from '../../../../build/random-graph.ts'

const TWO_SIDES = graph(`
  root:
  a < root:
  b < root:
  m < a b:
  n < m:
`)

describe('the first-parent line', () => {
  test('is a commit and its first parents, newest first', () => {
    expect(firstParentLine(TWO_SIDES, 'n')).toEqual(['n', 'm', 'a', 'root'])
  })

  test('ends before a commit that it is asked to end at', () => {
    expect(firstParentLine(TWO_SIDES, 'n', 'a')).toEqual(['n', 'm'])
  })

  test('has nothing where the commit is not there, and ends where a parent is not', () => {
    expect(firstParentLine(TWO_SIDES, 'gone')).toEqual([])
    expect(firstParentLine(graph('late < gone:'), 'late')).toEqual(['late'])
  })
})

describe('what a branch held', () => {
  const history = graph(`
    root:
    a < root:
    b < a:
    side < a:
    swapped < side b:
    anew < root:
  `)
  const made = move('0 branchCreation 0 > root')

  test.each<[string, ObjectId, readonly string[] | null, readonly ObjectId[]]>([
    [
      'is its first-parent line where moves cannot be read',
      'swapped',
      null,
      ['swapped', 'side', 'a', 'root'],
    ],
    [
      'is its first-parent line where each move went on',
      'b',
      ['1 push root > a', '2 push a > b'],
      ['b', 'a', 'root'],
    ],
    ['has every commit of one push', 'b', ['1 push root > b'], ['b', 'a', 'root']],
    [
      'keeps what a merge with its parents swapped would hide',
      'swapped',
      ['1 push root > b', '2 push b > swapped'],
      ['swapped', 'b', 'a', 'root'],
    ],
    [
      'keeps what a force push took away',
      'a',
      ['1 push root > b', '2 forcePush b > a'],
      ['a', 'b', 'a', 'root'],
    ],
    [
      'keeps what stood before it was made anew',
      'anew',
      ['1 push root > a', '2 branchDeletion a > 0', '3 branchCreation 0 > anew'],
      ['anew', 'a', 'root'],
    ],
    ['goes on over a move that nobody tells of', 'b', ['1 push root > a'], ['b', 'a', 'root']],
    [
      'keeps a tip that GitHub no longer has',
      'b',
      ['1 push root > lost', '2 forcePush lost > b'],
      ['b', 'lost', 'root'],
    ],
    [
      'puts a tip that is newer than the moves above them',
      'a',
      ['1 push root > b'],
      ['a', 'b', 'a', 'root'],
    ],
  ])('%s', (_, tip, moves, expected) => {
    const told = moves === null ? null : [made, ...moves.map(move)]
    expect(branchLine(history, tip, told)).toEqual(expected)
  })

  test('keeps what stood before the oldest known move', () => {
    const known = [move('2 push b > swapped')]
    expect(branchLine(history, 'swapped', known)).toEqual(['swapped', 'b', 'a', 'root'])
  })

  test('begins with the tip and holds every tip there was', () => {
    fc.assert(
      fc.property(movedGraphs, ({ commits, moves }) => {
        const tip = moves.at(-1)?.after ?? ''
        const line = branchLine(commits, tip, moves)
        expect(line[0]).toBe(tip)
        for (const { after } of moves) expect(line).toContain(after)
      }),
    )
  })

  test('goes from commit to first parent, but where it was put', () => {
    fc.assert(
      fc.property(movedGraphs, ({ commits, moves }) => {
        const tip = moves.at(-1)?.after ?? ''
        const line = branchLine(commits, tip, moves)
        const tips = new Set(moves.map(({ after }) => after))
        for (const [index, id] of line.entries()) {
          const before = line[index + 1] ?? null
          const first = commits.get(id)?.parents[0] ?? null
          expect(before === first || (tips.has(id) && tips.has(before))).toBe(true)
        }
      }),
    )
  })
})

describe('who descends from whom', () => {
  test.each<[ObjectId, readonly ObjectId[]]>([
    ['n', ['a', 'b', 'm', 'n', 'root']],
    ['a', ['a', 'root']],
    ['gone', []],
  ])('from %s these can be reached: %s', (tip, expected) => {
    expect([...reachableFrom(TWO_SIDES, tip)].toSorted()).toEqual(expected)
  })

  test('a commit is its own ancestor, and no child is', () => {
    expect(isAncestor(TWO_SIDES, 'a', 'a')).toBe(true)
    expect(isAncestor(TWO_SIDES, 'b', 'n')).toBe(true)
    expect(isAncestor(TWO_SIDES, 'n', 'b')).toBe(false)
  })
})

describe('where two commits parted', () => {
  test.each<[string, ObjectId, ObjectId, readonly ObjectId[]]>([
    ['two sides part at their root', 'a', 'b', ['root']],
    ['a commit and its descendant part at the commit', 'a', 'n', ['a']],
    ['nothing is known of a commit that is not there', 'gone', 'n', []],
    ['a commit parts from itself at itself', 'm', 'm', ['m']],
  ])('%s', (_, one, other, expected) => {
    expect(mergeBases(TWO_SIDES, one, other)).toEqual(expected)
  })

  test('crossed merges part at both of their sides', () => {
    const crossed = graph(`
      root:
      a < root:
      b < root:
      one < a b:
      other < b a:
    `)
    expect([...mergeBases(crossed, 'one', 'other')].toSorted()).toEqual(['a', 'b'])
  })

  test('a better base on a long way round leaves out the worse', () => {
    const round = graph(`
      root:
      a < root:
      b < a:
      one < root b:
      other < b:
    `)
    expect(mergeBases(round, 'one', 'other')).toEqual(['b'])
  })

  test('is what trying every commit gives', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), fc.nat(), ({ commits, ids }, m, n) => {
        const [one, other] = [ids[m % ids.length] ?? '', ids[n % ids.length] ?? '']
        const expected = byTrying(commits, one, other).toSorted()
        expect([...mergeBases(commits, one, other)].toSorted()).toEqual(expected)
        expect([...mergeBasesWith(commits, other)(one)].toSorted()).toEqual(expected)
      }),
    )
  })
})

/** Common ancestors that are no ancestor of another one. */
function byTrying(commits: Ancestry, one: ObjectId, other: ObjectId): readonly ObjectId[] {
  const common = [...commits.keys()].filter(
    id => holds(commits, one, id) && holds(commits, other, id),
  )
  return common.filter(id => !common.some(each => each !== id && holds(commits, each, id)))
}

function holds(commits: Ancestry, newer: ObjectId, older: ObjectId): boolean {
  return (
    newer === older || (commits.get(newer)?.parents ?? []).some(each => holds(commits, each, older))
  )
}
