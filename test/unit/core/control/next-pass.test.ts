import { expect, test } from '@jest/globals'
import { passReason } from '../../../../src/core/control/next-pass.ts'
import type { LastPass } from '../../../../src/core/control/next-pass.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'

const INTERVAL = 60
const last = (changes: Partial<LastPass> = {}, secondsAgo = 100): LastPass => ({
  at: secondsAfter(NOW, -secondsAgo),
  commit: 'a',
  dueAt: null,
  isUnfinished: false,
  ...changes,
})

/** The last pass ended well. */
const triedWith = (pass: LastPass | null) => ({ last: pass, triedAt: pass?.at ?? null })

test.each([
  ['the first look', null, 'a', 'start'],
  ['nothing new', last(), 'a', null],
  ['another commit', last(), 'b', 'commit'],
  ['another commit before the interval is over', last({}, 59), 'b', null],
  ['a certificate that is due', last({ dueAt: NOW }), 'a', 'due'],
  ['one that is due in a second', last({ dueAt: secondsAfter(NOW, 1) }), 'a', null],
  ['something unfinished', last({ isUnfinished: true }), 'a', 'retry'],
  ['a quarter of an hour', last({}, 900), 'a', 'resync'],
] as const)('%s', (_, before, tip, reason) =>
  expect(passReason(triedWith(before), tip, INTERVAL, NOW)).toBe(reason),
)

test('a long interval delays the look without a reason', () => {
  expect(passReason(triedWith(last({}, 900)), 'a', 1800, NOW)).toBeNull()
  expect(passReason(triedWith(last({}, 1800)), 'a', 1800, NOW)).toBe('resync')
})

test('passes that failed keep the interval too', () => {
  const tried = (secondsAgo: number) => ({ last: null, triedAt: secondsAfter(NOW, -secondsAgo) })
  expect(passReason(tried(59), 'a', INTERVAL, NOW)).toBeNull()
  expect(passReason(tried(60), 'a', INTERVAL, NOW)).toBe('start')
})
