import { describe, expect, test } from '@jest/globals'
import type { ClusterMarks, Remembered } from '../../../../src/domain/cluster/cluster-marks.ts'
import type { Revocation } from '../../../../src/domain/cluster/revocation.ts'
import {
  NO_MARKS,
  confirmedMarks,
  lostByRestore,
  nextMarks,
} from '../../../../src/core/control/restored-cluster.ts'
import { requestRecord } from '../../../build/issued.ts'

const JANE = { what: 'request', value: 'jane' } as const
const revocation = (value: string): Revocation => ({
  ...JANE,
  value,
  by: 'admin',
  name: value,
  at: new Date(0),
  uid: value,
})
const marks = (...all: readonly string[]): ClusterMarks => ({ ...NO_MARKS, marks: all })
const remembers = (mark: string, revoked: Remembered['revoked'] = []): Remembered => ({
  marks: [mark],
  revoked,
})
const counter = (): (() => string) => {
  let last = 0
  return () => `${++last}`.padStart(12, '0')
}

describe('a run that compares a cluster with what it remembers', () => {
  test.each([
    ['the newest mark is the remembered one', marks('1.aa', '2.bb'), '2.bb'],
    ['the cluster went on', marks('1.aa', '2.bb', '3.cc'), '2.bb'],
    ['the remembered mark is older than all that are kept', marks('7.aa', '8.bb'), '2.bb'],
  ])('finds no restore if %s', (_, stored, mark) => {
    expect(lostByRestore(stored, remembers(mark), [])).toBeNull()
  })

  test.each([
    ['the cluster has an earlier number', marks('1.aa', '2.bb'), '3.cc'],
    ['the cluster went on after the restore', marks('1.aa', '2.bb', '3.dd', '4.ee'), '3.cc'],
    ['the cluster has no marks', null, '3.cc'],
    ['another cluster has the same numbers', marks('1.11', '2.22', '3.33'), '3.cc'],
  ])('finds a restore if %s', (_, stored, mark) => {
    expect(lostByRestore(stored, remembers(mark), [])).toEqual({ marks: [mark], revoked: [] })
  })

  test('a run without a memory finds no restore', () => {
    expect(lostByRestore(marks('1.aa'), null, [])).toBeNull()
    expect(lostByRestore(null, null, [])).toBeNull()
  })

  test('a run without a memory reports what another run found', () => {
    const lost = remembers('3.cc', [JANE])
    expect(lostByRestore({ ...marks('1.aa'), lost }, null, [])).toEqual(lost)
  })

  test('only remembered revocations that are not in the cluster are lost', () => {
    const sam = { ...JANE, value: 'sam' }
    const found = lostByRestore(marks('1.aa'), remembers('2.bb', [JANE, sam]), [revocation('sam')])
    expect(found?.revoked).toEqual([JANE])
  })

  test('two runs that remember different changes are both listed, and the second look adds nothing', () => {
    const first = lostByRestore(marks('1.aa'), remembers('2.bb', [JANE]), [])
    const stored = { ...marks('1.aa'), lost: first }
    const second = lostByRestore(stored, remembers('3.cc', [JANE]), [])
    expect(second).toEqual({ marks: ['2.bb', '3.cc'], revoked: [JANE] })
    expect(lostByRestore({ ...stored, lost: second }, remembers('3.cc', [JANE]), [])).toEqual(
      second,
    )
  })
})

describe('the next mark', () => {
  test('the first mark has the number 1', () => {
    expect(nextMarks(null, [], [], counter()).marks).toEqual(['1.000000000001'])
  })

  test('nothing is marked while records and revocations stay the same', () => {
    const first = nextMarks(null, [requestRecord()], [revocation('jane')], counter())
    expect(nextMarks(first, [requestRecord()], [revocation('jane')], counter())).toBe(first)
  })

  test.each([
    [
      'a record that changed',
      [requestRecord(undefined, { version: { uid: 'u', resourceVersion: '2' } })],
      [],
    ],
    [
      'a revocation',
      [requestRecord(undefined, { version: { uid: 'u', resourceVersion: '1' } })],
      ['jane'],
    ],
    ['a record that is gone', [], []],
  ])('%s gets a mark', (_, records, revoked) => {
    const before = [requestRecord(undefined, { version: { uid: 'u', resourceVersion: '1' } })]
    const first = nextMarks(null, before, [], counter())
    const next = nextMarks(first, records, revoked.map(revocation), counter())
    expect(next.marks).toEqual([...first.marks, '2.000000000001'])
  })

  test('the oldest marks are dropped beyond 2,000', () => {
    const many = marks(...Array.from({ length: 2000 }, (_, at) => `${at + 1}.aa`))
    const next = nextMarks(many, [], [], counter())
    expect([next.marks.length, next.marks[0], next.marks.at(-1)]).toEqual([
      2000,
      '2.aa',
      '2001.000000000001',
    ])
  })
})

describe('a confirmed restore', () => {
  const lost = remembers('8.cc', [JANE])
  const confirmed = confirmedMarks({ ...marks('1.aa', '5.bb'), lost, version: '7' }, counter())

  test('the runs that remember a lost change accept the cluster', () => {
    expect(confirmed).toMatchObject({ lost: null, version: '7', state: '' })
    expect(lostByRestore(confirmed, remembers('8.cc'), [])).toBeNull()
    expect(lostByRestore(confirmed, remembers('5.bb'), [])).toBeNull()
  })

  test('a run that remembers another lost change does not accept the cluster', () => {
    expect(lostByRestore(confirmed, remembers('7.dd', [JANE]), [])).not.toBeNull()
  })

  test('a second restore of the same backup is found by a run that worked after the confirmation', () => {
    expect(lostByRestore(marks('1.aa', '5.bb'), remembers('9.000000000001'), [])).not.toBeNull()
  })
})
