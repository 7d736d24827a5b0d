// Leadership against a Lease that replaces only the version that was read.
import { expect, test } from '@jest/globals'
import { USUAL_PACE } from '../../../../src/core/control/lease-turn.ts'
import { Leadership } from '../../../../src/workflows/control/leadership.ts'
import { StoredLease } from '../../../build/stored-lease.ts'

const FIRST = 'a'.repeat(40)
const SECOND = 'b'.repeat(40)

function leaders(): { one: Leadership; two: Leadership; later: (seconds: number) => void } {
  const leases = new StoredLease()
  let now = new Date('2026-03-01T12:00:00Z')
  const clock = { now: () => now, sleep: async () => undefined }
  return {
    one: new Leadership(leases, 'one', clock, USUAL_PACE),
    two: new Leadership(leases, 'two', clock, USUAL_PACE),
    later: seconds => {
      now = new Date(now.getTime() + seconds * 1000)
    },
  }
}

test('a renewal at the moment at which a pass records its commit ends no leadership', async () => {
  const { one } = leaders()
  await one.renew()
  expect(await Promise.all([one.actOn(FIRST, null), one.renew()])).toEqual([true, true])
  expect(await Promise.all([one.renew(), one.actOn(SECOND, FIRST)])).toEqual([true, true])
  expect([one.isLeader, one.commit]).toEqual([true, SECOND])
})

test('a leader that slept while another one acted on a newer commit does not go back to its own', async () => {
  const { one, two, later } = leaders()
  await one.renew()
  const before = one.commit
  await two.renew()
  later(USUAL_PACE.duration + 1)
  await two.renew()
  expect(await two.actOn(SECOND, before)).toBe(true)
  await two.release()
  await one.renew()
  expect(one.isLeader).toBe(true)
  expect(await one.actOn(FIRST, before)).toBe(false)
  expect(one.commit).toBe(SECOND)
  await expect(one.check(FIRST)).rejects.toMatchObject({
    problem: { code: 'CONTROLLER_NOT_LEADER' },
  })
})
