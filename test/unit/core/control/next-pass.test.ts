import { expect, test } from '@jest/globals'
import { firstDue, passReason } from '../../../../src/core/control/next-pass.ts'
import type { LastPass } from '../../../../src/core/control/next-pass.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { DAY, config, effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

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

/** Of jane, whose certificate ends at EXPIRY. */
function dueOf(until: Date | null, at = NOW): Date | null {
  const request = effective({ until })
  const records = new Map([['prod', [requestRecord(request, { issued: issuedRecord(request) })]]])
  const rest = { refused: [], warnings: new Map(), config: config(), now: at }
  return firstDue(planSteps({ requests: [request], records, ...rest }).steps, at)
}
const EXPIRY = secondsAfter(NOW, 7 * DAY - 300)

test('a pass is due at the renewal, and for a request with an end when its last certificate ends', () => {
  expect(dueOf(null)?.getTime()).toBeLessThan(EXPIRY.getTime())
  expect(dueOf(EXPIRY)).toEqual(EXPIRY)
})

test('no pass is due for an access that had ended before', () => {
  expect(dueOf(EXPIRY, EXPIRY)).toBeNull()
})

test('a pass is due at the end of a request, since an earlier certificate may have access until then', () => {
  const ends = secondsAfter(EXPIRY, 60)
  expect(dueOf(ends, EXPIRY)).toEqual(ends)
})
