// The hours of rotation.renewAt.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { RenewalWindow } from '../../../src/domain/request/config.ts'
import { WEEKDAYS } from '../../../src/domain/request/config.ts'
import { renewalTime } from '../../../src/core/plan/renewal-time.ts'
import { firstOpen, longestClosed } from '../../../src/domain/request/renewal-window.ts'

const JANE = { owner: 'acme-certs', cluster: 'prod', name: 'jane' }
const HOUR = 60
const DAY_MS = 24 * 3600 * 1000
const FAR = new Date('2027-06-01T00:00:00Z')

/** Saturday and Sunday, 22:00 to 06:00. */
function nights(overrides: Partial<RenewalWindow> = {}): RenewalWindow {
  const days = ['sat', 'sun'] as const
  return { days, from: 22 * HOUR, to: 6 * HOUR, timezone: 'UTC', ...overrides }
}

describe('a renewal window', () => {
  // 2 December 2026 is a Wednesday.
  test.each([
    ['opens on the next day that is named', '2026-12-02T10:00:00Z', '2026-12-05T22:00:00Z'],
    ['is open at once', '2026-12-05T23:30:00Z', '2026-12-05T23:30:00Z'],
    [
      'goes over midnight, on a day that is not named',
      '2026-12-07T05:59:00Z',
      '2026-12-07T05:59:00Z',
    ],
    ['ends at the minute', '2026-12-07T06:00:00Z', '2026-12-12T22:00:00Z'],
    [
      'is closed in the early hours of its first day',
      '2026-12-05T03:00:00Z',
      '2026-12-05T22:00:00Z',
    ],
  ])('%s', (_, from, open) =>
    expect(firstOpen(nights(), new Date(from), FAR)).toEqual(new Date(open)),
  )

  test.each([
    ['in winter', '2026-12-02T10:00:00Z', '2026-12-05T21:00:00Z'],
    ['in summer', '2026-07-01T10:00:00Z', '2026-07-04T20:00:00Z'],
    ['on the day on which summer begins', '2027-03-28T10:00:00Z', '2027-03-28T20:00:00Z'],
  ])('is read in its time zone %s', (_, from, open) =>
    expect(firstOpen(nights({ timezone: 'Europe/Berlin' }), new Date(from), FAR)).toEqual(
      new Date(open),
    ),
  )

  test('of whole days is open from midnight to midnight', () =>
    expect(
      firstOpen(nights({ days: ['fri'], from: 0, to: 0 }), new Date('2026-12-02T10:00:00Z'), FAR),
    ).toEqual(new Date('2026-12-04T00:00:00Z')))

  test.each([
    ['two nights of a week: from Monday 6:00 to Saturday 22:00', nights(), 136],
    ['each night', nights({ days: WEEKDAYS }), 16],
    ['one whole day', nights({ days: ['fri'], from: 0, to: 0 }), 144],
  ])('is closed no longer than %s, and an hour for clocks that change', (_, window, hours) =>
    expect(longestClosed(window)).toBe((hours + 1) * 3600),
  )

  test('of every hour is never closed', () =>
    expect(longestClosed(nights({ days: WEEKDAYS, from: 0, to: 0 }))).toBe(0))
})

describe('a renewal with a window', () => {
  const certificate = {
    notBefore: new Date('2026-12-01T00:00:00Z'),
    notAfter: new Date('2026-12-31T00:00:00Z'),
  }
  const due = new Date('2026-12-21T00:00:00Z')

  function renewed(window: RenewalWindow, now: Date): Date {
    return renewalTime(certificate, null, { jitterPercent: 0, window }, JANE, now)
  }

  test('is shown for the first open hour after its time', () =>
    // Monday 0:00 is in the night of Sunday.
    expect(renewed(nights({ days: ['wed'] }), certificate.notBefore)).toEqual(
      new Date('2026-12-23T22:00:00Z'),
    ))

  test('waits for the next open hours where a pass was late', () =>
    expect(renewed(nights({ days: ['mon', 'thu'] }), new Date('2026-12-22T12:00:00Z'))).toEqual(
      new Date('2026-12-24T22:00:00Z'),
    ))

  test('waits no longer when half of the time before its end is left', () =>
    expect(renewed(nights({ days: ['sun'] }), new Date('2026-12-21T06:00:00Z'))).toEqual(
      new Date('2026-12-26T00:00:00Z'),
    ))

  test('happens before the certificate ends, whatever the window and the time of the pass', () => {
    const windows = fc.record({
      days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
      from: fc.integer({ min: 0, max: 1439 }),
      to: fc.integer({ min: 0, max: 1439 }),
      timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns'),
    })
    fc.assert(
      fc.property(windows, fc.nat(30 * DAY_MS), (window, later) => {
        const now = new Date(certificate.notBefore.getTime() + later)
        const at = renewed(window, now)
        expect(at.getTime()).toBeGreaterThanOrEqual(due.getTime())
        expect(at.getTime()).toBeLessThanOrEqual(new Date('2026-12-26T00:00:00Z').getTime())
      }),
    )
  })
})
