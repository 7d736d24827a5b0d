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

describe('a merge that no move tells of', () => {
  test.each<[string, Parameters<typeof mergesWithoutActivity>[2]]>([
    ['where none can be read', null],
    ['where none is left', []],
    ['where they begin above it', [move('1 push swap > later by author')]],
    ['where they begin above the line', [move('1 push later > last by author')]],
  ])('shows what it brought, %s', (_, moves) => {
    const found = mergesWithoutActivity(LINE, SWAPPED, moves)
    expect([...found]).toEqual([['swap', [{ commit: 'new', bases: ['old'] }]]])
  })

  test('is told where a move begins below it', () => {
    expect(mergesWithoutActivity(LINE, SWAPPED, [move('1 push old > new by author')]).size).toBe(0)
  })
})

describe('a merge dropped something', () => {
  const beside = [{ commit: 'new', bases: ['old'] }]
  const valueAt = (values: Readonly<Record<string, string>>) => (commit: string) => values[commit]

  test.each([
    ['where it was changed', { old: '1', new: '2' }, 'new'],
    ['where it was removed', { old: '1' }, 'new'],
    ['where it was added', { new: '2' }, 'new'],
    ['not where it stayed', { old: '1', new: '1' }, null],
    ['not where it never was', {}, null],
  ])('%s', (_, values, expected) => {
    expect(droppedBy(beside, valueAt(values))).toBe(expected)
  })

  test('where the histories have no common root', () => {
    expect(droppedBy([{ commit: 'new', bases: [] }], valueAt({ new: '2' }))).toBe('new')
    expect(droppedBy([{ commit: 'new', bases: [] }], valueAt({}))).toBe(null)
  })
})
