import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  ancestorsOf,
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
  test('the first-parent line is a commit and its first parents, newest first', () => {
    expect(firstParentLine(TWO_SIDES, 'n')).toEqual(['n', 'm', 'a', 'root'])
  })

  test('the first-parent line ends before the commit that it is asked to end at', () => {
    expect(firstParentLine(TWO_SIDES, 'n', 'a')).toEqual(['n', 'm'])
  })

  test('the first-parent line has at most as many commits as asked for', () => {
    expect(firstParentLine(TWO_SIDES, 'n', null, 2)).toEqual(['n', 'm'])
  })

  test('the first-parent line of an unknown commit is empty, and the line ends at an unknown parent', () => {
    expect(firstParentLine(TWO_SIDES, 'gone')).toEqual([])
    expect(firstParentLine(graph('late < gone:'), 'late')).toEqual(['late'])
  })
})

describe('the history of a branch', () => {
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
      'the history is the first-parent line where moves cannot be read',
      'swapped',
      null,
      ['swapped', 'side', 'a', 'root'],
    ],
    [
      'the history is the first-parent line where each move went forward',
      'b',
      ['1 push root > a', '2 push a > b'],
      ['b', 'a', 'root'],
    ],
    ['the history has every commit of one push', 'b', ['1 push root > b'], ['b', 'a', 'root']],
    [
      'the history has one state of a merge by button, however many commits it brought',
      'b',
      ['1 pullRequestMerge root > b'],
      ['b', 'root'],
    ],
    [
      'the history keeps the side that a merge with swapped parents would hide',
      'swapped',
      ['1 push root > b', '2 push b > swapped'],
      ['swapped', 'b', 'a', 'root'],
    ],
    [
      'the history keeps the commits that a force push took away',
      'a',
      ['1 push root > b', '2 forcePush b > a'],
      ['a', 'b', 'a', 'root'],
    ],
    [
      'the history keeps the commits before the branch was created again',
      'anew',
      ['1 push root > a', '2 branchDeletion a > 0', '3 branchCreation 0 > anew'],
      ['anew', 'a', 'root'],
    ],
    [
      'the history goes on over a move that is not listed',
      'b',
      ['1 push root > a'],
      ['b', 'a', 'root'],
    ],
    [
      'the history keeps a tip that GitHub no longer has',
      'b',
      ['1 push root > lost', '2 forcePush lost > b'],
      ['b', 'lost', 'root'],
    ],
    [
      'the history puts a tip that is newer than the moves above them',
      'a',
      ['1 push root > b'],
      ['a', 'b', 'a', 'root'],
    ],
  ])('%s', (_, tip, moves, expected) => {
    const told = moves === null ? null : [made, ...moves.map(move)]
    expect(branchLine(history, tip, told)).toEqual(expected)
  })

  test('the history keeps the commits before the oldest known move', () => {
    const known = [move('2 push b > swapped')]
    expect(branchLine(history, 'swapped', known)).toEqual(['swapped', 'b', 'a', 'root'])
  })

  test('the history begins with the tip and holds every earlier tip', () => {
    fc.assert(
      fc.property(movedGraphs, ({ commits, moves }) => {
        const tip = moves.at(-1)?.after ?? ''
        const line = branchLine(commits, tip, moves)
        expect(line[0]).toBe(tip)
        for (const { after } of moves) expect(line).toContain(after)
      }),
    )
  })

  test('the history goes from commit to first parent, except where the branch was moved', () => {
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

describe('ancestors', () => {
  test.each<[ObjectId, readonly ObjectId[]]>([
    ['n', ['a', 'b', 'm', 'n', 'root']],
    ['a', ['a', 'root']],
    ['gone', []],
  ])('%s reaches these commits: %s', (tip, expected) => {
    expect([...reachableFrom(TWO_SIDES, tip)].toSorted()).toEqual(expected)
  })

  test('commits that are asked for one by one are the same as those of a search', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), fc.array(fc.nat()), ({ commits, ids }, n, asked) => {
        const tip = ids[n % ids.length] ?? ''
        const found = ancestorsOf(commits, tip)
        for (const m of asked) {
          const id = ids[m % ids.length] ?? ''
          expect(found.has(id)).toBe(reachableFrom(commits, tip).has(id))
        }
        expect(found.has('gone')).toBe(false)
        expect(found.has(tip)).toBe(true)
      }),
    )
    expect(ancestorsOf(TWO_SIDES, 'gone').has('gone')).toBe(false)
    expect(ancestorsOf(TWO_SIDES, null).has('root')).toBe(false)
  })

  test('a commit is its own ancestor, and a child is not', () => {
    expect(isAncestor(TWO_SIDES, 'a', 'a')).toBe(true)
    expect(isAncestor(TWO_SIDES, 'b', 'n')).toBe(true)
    expect(isAncestor(TWO_SIDES, 'n', 'b')).toBe(false)
  })
})

describe('merge bases', () => {
  test.each<[string, ObjectId, ObjectId, readonly ObjectId[]]>([
    ['two sides have their root as merge base', 'a', 'b', ['root']],
    ['a commit and its descendant have the commit as merge base', 'a', 'n', ['a']],
    ['a commit that does not exist has no merge base', 'gone', 'n', []],
    ['a commit is its own merge base', 'm', 'm', ['m']],
  ])('%s', (_, one, other, expected) => {
    expect(mergeBases(TWO_SIDES, one, other)).toEqual(expected)
  })

  test('crossed merges have both of their sides as merge bases', () => {
    const crossed = graph(`
      root:
      a < root:
      b < root:
      one < a b:
      other < b a:
    `)
    expect([...mergeBases(crossed, 'one', 'other')].toSorted()).toEqual(['a', 'b'])
  })

  test('a better merge base on a longer path replaces the worse one', () => {
    const round = graph(`
      root:
      a < root:
      b < a:
      one < root b:
      other < b:
    `)
    expect(mergeBases(round, 'one', 'other')).toEqual(['b'])
  })

  test('merge bases are those that a search of every commit finds', () => {
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
