import { describe, expect, test } from '@jest/globals'
import type { ControllerLease } from '../../../../src/domain/cluster/controller-lease.ts'
import { leaseTurn, USUAL_PACE } from '../../../../src/core/control/lease-turn.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'

const LEASE: ControllerLease = {
  holder: 'two',
  durationSeconds: 30,
  renewedAt: secondsAfter(NOW, -3600),
  transitions: 4,
  commit: 'c'.repeat(40),
  version: '7',
}
/** What a controller writes into it. */
const OWN = { holder: 'one', renewedAt: NOW, durationSeconds: USUAL_PACE.duration }
const turn = (lease: ControllerLease | null, seenSecondsAgo = 0): ControllerLease | null =>
  leaseTurn(
    lease === null ? null : { lease, at: secondsAfter(NOW, -seenSecondsAgo) },
    'one',
    USUAL_PACE,
    NOW,
  )

describe('who holds the Lease', () => {
  test('the first controller creates it', () =>
    expect(turn(null)).toEqual({
      holder: 'one',
      durationSeconds: USUAL_PACE.duration,
      renewedAt: NOW,
      transitions: 0,
      commit: null,
      version: null,
    }))

  test('the holder renews it, and keeps the commit', () =>
    expect(turn({ ...LEASE, holder: 'one' })).toEqual({ ...LEASE, ...OWN }))

  test.each([
    [29, false],
    [30, true],
  ])('a Lease that was seen unchanged for %i s is free: %s', (seconds, isFree) =>
    expect(turn(LEASE, seconds) !== null).toBe(isFree),
  )

  test('a controller that takes it over keeps the commit and counts the transition', () =>
    expect(turn(LEASE, 30)).toEqual({ ...LEASE, ...OWN, transitions: 5 }))

  test('a Lease that was given back is free at once', () =>
    expect(turn({ ...LEASE, holder: '' })).toMatchObject({ holder: 'one', transitions: 5 }))

  test('the clock of the other holder decides nothing', () =>
    expect(turn({ ...LEASE, renewedAt: secondsAfter(NOW, -1_000_000) })).toBeNull())
})
