import { describe, expect, test } from '@jest/globals'
import { firstLook, nextLook } from '../../../../src/core/plan/look-time.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'

const HOUR = 3600
const DAY_LONG = { notBefore: NOW, notAfter: secondsAfter(NOW, 24 * HOUR) }
const SIX_HOURS = { kind: 'seconds', seconds: 6 * HOUR } as const

/** Hours after NOW at which a person looks for the first time. */
function hoursOf(name: string, renewBefore: typeof SIX_HOURS | null = null): number {
  const renewed = { owner: 'acme/certs', cluster: 'prod', name }
  return (firstLook(DAY_LONG, renewBefore, renewed).getTime() - NOW.getTime()) / HOUR / 1000
}

describe('the first look', () => {
  const names = Array.from({ length: 200 }, (_, at) => `person-${at}`)

  test('the first look is at the start of the last third, and at most a tenth of that later', () => {
    const hours = names.map(name => hoursOf(name))
    expect(Math.min(...hours)).toBeGreaterThanOrEqual(16)
    expect(Math.max(...hours)).toBeLessThan(16.8)
    // The whole range is used.
    expect(Math.min(...hours)).toBeLessThan(16.05)
    expect(Math.max(...hours)).toBeGreaterThan(16.75)
  })

  test('the first look follows renewBefore of the request', () => {
    const hours = names.map(name => hoursOf(name, SIX_HOURS))
    expect(Math.min(...hours)).toBeGreaterThanOrEqual(18)
    expect(Math.max(...hours)).toBeLessThan(18.6)
  })

  test('the same name always looks at the same time', () =>
    expect(hoursOf('jane')).toBe(hoursOf('jane')))
})

describe('the next look', () => {
  test.each([
    ['a tenth of the remaining time', 5 * HOUR, 1800],
    ['one hour if a tenth is longer', 30 * 24 * HOUR, HOUR],
    ['30 seconds if a tenth is shorter', 200, 30],
    ['the end of the certificate if that is sooner', 12, 12],
  ])('the next look waits for %s', (_, remaining, seconds) =>
    expect(nextLook(NOW, secondsAfter(NOW, remaining))).toEqual(secondsAfter(NOW, seconds)),
  )

  test('the next look without a certificate waits for 30 seconds', () =>
    expect(nextLook(NOW, null)).toEqual(secondsAfter(NOW, 30)))
})
