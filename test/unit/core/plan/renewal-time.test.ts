import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { RenewBefore } from '../../../../src/domain/request/request.ts'
import { isScheduleTight, renewalTime } from '../../../../src/core/plan/renewal-time.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'

const JANE = { owner: 'acme-certs', cluster: 'prod', name: 'jane' }
const HOUR = 3600

function seconds(value: number): RenewBefore {
  return { kind: 'seconds', seconds: value }
}

function percentage(value: number): RenewBefore {
  return { kind: 'percentage', percentage: value }
}

/** Seconds after issue at which a certificate of this lifetime is renewed. */
function renewedAfter(
  lifetime: number,
  renewBefore: RenewBefore | null,
  jitterPercent = 0,
  renewed = JANE,
): number {
  const certificate = { notBefore: NOW, notAfter: secondsAfter(NOW, lifetime) }
  const date = renewalTime(certificate, renewBefore, jitterPercent, renewed)
  return (date.getTime() - NOW.getTime()) / 1000
}

describe('renewalTime is cert-manager’s', () => {
  test.each([
    ['two thirds of the lifetime where nothing is said', 3 * HOUR, null, 2 * HOUR],
    ['in whole seconds, rounded down', 1000, null, 666],
    ['renewBefore before the end', 24 * HOUR, seconds(HOUR), 23 * HOUR],
    ['right after issue, if asked so', 3 * HOUR, seconds(3 * HOUR - 1), 1],
    ['two thirds where renewBefore is the lifetime', 3 * HOUR, seconds(3 * HOUR), 2 * HOUR],
    ['two thirds where renewBefore is longer', 3 * HOUR, seconds(4 * HOUR), 2 * HOUR],
    ['two thirds where renewBefore is nothing', 3 * HOUR, seconds(0), 2 * HOUR],
    ['two thirds where renewBefore is negative', 3 * HOUR, seconds(-HOUR), 2 * HOUR],
    ['a share of the lifetime before the end', 100 * HOUR, percentage(25), 75 * HOUR],
    ['almost at once with 99 %', 100 * HOUR, percentage(99), HOUR],
    ['two thirds with 0 %', 3 * HOUR, percentage(0), 2 * HOUR],
    ['two thirds with 100 %', 3 * HOUR, percentage(100), 2 * HOUR],
  ])('%s', (_, lifetime, renewBefore, expected) => {
    expect(renewedAfter(lifetime, renewBefore)).toBe(expected)
  })
})

describe('a schedule that runs daily and late', () => {
  test.each([
    ['a week that is renewed three days before', 168 * HOUR, seconds(72 * HOUR), false],
    ['a week that is renewed sixty hours before', 168 * HOUR, seconds(60 * HOUR), false],
    ['a second less', 168 * HOUR, seconds(60 * HOUR - 1), true],
    ['a day, whatever it asks', 24 * HOUR, seconds(23 * HOUR), true],
    ['a third of a week', 168 * HOUR, null, true],
    ['a third of a month', 720 * HOUR, null, false],
  ])('%s: too tight is %s', (_, lifetime, renewBefore, expected) => {
    expect(isScheduleTight(lifetime, renewBefore)).toBe(expected)
  })
})

/** The table of cert-manager's own test of RenewalTime (pkg/util/pki/renewaltime_test.go, v1.21.2), restated. */
describe('renewalTime, case by case as cert-manager tests it', () => {
  test.each([
    ['short lived, nothing said', 3 * HOUR, null, 2 * HOUR],
    ['long lived, nothing said', 4380 * HOUR, null, 2920 * HOUR],
    ['renewBefore', 24 * HOUR, seconds(20 * HOUR), 4 * HOUR],
    ['renewed every day', 730 * HOUR, seconds(706 * HOUR), 24 * HOUR],
    ['renewBefore longer than the lifetime', 24 * HOUR, seconds(25 * HOUR), 16 * HOUR],
    ['30 % before the end', 730 * HOUR, percentage(30), 511 * HOUR],
    ['renewBefore a little less than the lifetime', 24 * HOUR + 180, seconds(24 * HOUR), 180],
    ['a lifetime that is no multiple of three', 24 * HOUR - 1, null, 16 * HOUR - 1],
    ['renewBefore equal to the lifetime', 24 * HOUR, seconds(24 * HOUR), 16 * HOUR],
  ])('%s', (_, lifetime, renewBefore, expected) => {
    expect(renewedAfter(lifetime, renewBefore)).toBe(expected)
  })
})

describe('jitter', () => {
  const lifetime = 1000 * HOUR

  test('is the same for the same name, and another for other names', () => {
    const times = ['jane', 'june', 'john'].map(name =>
      renewedAfter(lifetime, null, 10, { ...JANE, name }),
    )
    expect(renewedAfter(lifetime, null, 10)).toBe(times[0])
    expect(new Set(times).size).toBe(3)
  })

  test.each([
    ['cluster', { ...JANE, cluster: 'staging' }],
    ['owner', { ...JANE, owner: 'other' }],
  ])('is another for another %s', (_, renewed) => {
    expect(renewedAfter(lifetime, null, 10, renewed)).not.toBe(renewedAfter(lifetime, null, 10))
  })

  const names = fc.record({ owner: fc.string(), cluster: fc.string(), name: fc.string() })

  test('is never later, and earlier by its share of the lifetime at most', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 50 }), (renewed, percent) => {
        const at = renewedAfter(lifetime, seconds(HOUR), percent, renewed)
        return at <= 999 * HOUR && at >= 999 * HOUR - (lifetime * percent) / 100
      }),
    )
  })

  test('never reaches past the middle between issue and the time without it', () => {
    const lifetimes = fc.integer({ min: 600, max: 10_000_000 })
    fc.assert(
      fc.property(
        names,
        lifetimes,
        fc.nat(100),
        fc.nat(10_000_000),
        (renewed, life, percent, before) => {
          const plain = renewedAfter(life, seconds(before))
          const at = renewedAfter(life, seconds(before), percent, renewed)
          return at <= plain && at >= Math.floor(plain / 2)
        },
      ),
    )
  })

  test('spreads a thousand names over its whole range', () => {
    const early = Array.from({ length: 1000 }, (_, index) => {
      const at = renewedAfter(lifetime, seconds(HOUR), 10, { ...JANE, name: `name-${index}` })
      return (999 * HOUR - at) / (100 * HOUR)
    })
    const tenths = Array.from({ length: 10 }, (_, tenth) => {
      return early.filter(share => Math.floor(share * 10) === tenth).length
    })
    expect(Math.min(...tenths)).toBeGreaterThan(60)
  })
})
