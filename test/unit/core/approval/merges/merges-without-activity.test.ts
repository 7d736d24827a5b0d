import { describe, expect, test } from '@jest/globals'
import {
  mergesWithoutActivity,
  droppedBy,
} from '../../../../../src/core/approval/merges/merges-without-activity.ts'
import { graph, move } from '../../../../build/proof.ts'

/** `swap` has its parents swapped: the branch was at `new`, and goes on by `old`. */
const SWAPPED = graph(`
  old:
  new < old:
  swap < old new:
  later < swap:
`)
const LINE = ['later', 'swap', 'old']

describe('a merge without a move', () => {
  test.each<[string, Parameters<typeof mergesWithoutActivity>[2]]>([
    ['where moves cannot be read', null],
    ['where there are no moves', []],
    ['where the moves begin above it', [move('1 push swap > later by author')]],
    ['where the moves begin above the line', [move('1 push later > last by author')]],
  ])('a merge shows what it brought %s', (_, moves) => {
    const found = mergesWithoutActivity(LINE, SWAPPED, moves)
    expect([...found]).toEqual([['swap', [{ commit: 'new', bases: ['old'] }]]])
  })

  test('a merge has a move where a move begins below it', () => {
    expect(mergesWithoutActivity(LINE, SWAPPED, [move('1 push old > new by author')]).size).toBe(0)
  })
})

describe('a value that a merge dropped', () => {
  const beside = [{ commit: 'new', bases: ['old'] }]
  const valueAt = (values: Readonly<Record<string, string>>) => (commit: string) => values[commit]

  test.each([
    ['a merge drops a changed value', { old: '1', new: '2' }, 'new'],
    ['a merge drops a removed value', { old: '1' }, 'new'],
    ['a merge drops an added value', { new: '2' }, 'new'],
    ['a merge drops no value that is the same', { old: '1', new: '1' }, null],
    ['a merge drops no value that never existed', {}, null],
  ])('%s', (_, values, expected) => {
    expect(droppedBy(beside, valueAt(values))).toBe(expected)
  })

  test('a merge of histories without a common root drops the value', () => {
    expect(droppedBy([{ commit: 'new', bases: [] }], valueAt({ new: '2' }))).toBe('new')
    expect(droppedBy([{ commit: 'new', bases: [] }], valueAt({}))).toBe(null)
  })
})
