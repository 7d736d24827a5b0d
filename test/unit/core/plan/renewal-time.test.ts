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
  const date = renewalTime(certificate, renewBefore, { jitterPercent, window: null }, renewed, NOW)
  return (date.getTime() - NOW.getTime()) / 1000
}

describe('the renewal time', () => {
  test.each([
    ['two thirds of the lifetime without renewBefore', 3 * HOUR, null, 2 * HOUR],
    ['two thirds in whole seconds, rounded down', 1000, null, 666],
    ['renewBefore before the end', 24 * HOUR, seconds(HOUR), 23 * HOUR],
    ['right after issue, if requested', 3 * HOUR, seconds(3 * HOUR - 1), 1],
    ['two thirds where renewBefore is the lifetime', 3 * HOUR, seconds(3 * HOUR), 2 * HOUR],
    [
      'two thirds where renewBefore is longer than the lifetime',
      3 * HOUR,
      seconds(4 * HOUR),
      2 * HOUR,
    ],
    ['two thirds where renewBefore is zero', 3 * HOUR, seconds(0), 2 * HOUR],
    ['two thirds where renewBefore is negative', 3 * HOUR, seconds(-HOUR), 2 * HOUR],
    ['a share of the lifetime before the end', 100 * HOUR, percentage(25), 75 * HOUR],
    ['after one percent with renewBefore of 99 %', 100 * HOUR, percentage(99), HOUR],
    ['two thirds with 0 %', 3 * HOUR, percentage(0), 2 * HOUR],
    ['two thirds with 100 %', 3 * HOUR, percentage(100), 2 * HOUR],
  ])(
    'a certificate is renewed at this time, as by cert-manager: %s',
    (_, lifetime, renewBefore, expected) => {
      expect(renewedAfter(lifetime, renewBefore)).toBe(expected)
    },
  )
})

describe('a schedule that is too tight for daily runs', () => {
  test.each([
    ['a week that is renewed three days before', 168 * HOUR, seconds(72 * HOUR), false],
    ['a week that is renewed sixty hours before', 168 * HOUR, seconds(60 * HOUR), false],
    [
      'a week that is renewed a second less than sixty hours before',
      168 * HOUR,
      seconds(60 * HOUR - 1),
      true,
    ],
    ['a day with any renewBefore', 24 * HOUR, seconds(23 * HOUR), true],
    ['a third of a week', 168 * HOUR, null, true],
    ['a third of a month', 720 * HOUR, null, false],
  ])('%s is checked: too tight is %s', (_, lifetime, renewBefore, expected) => {
    expect(isScheduleTight(lifetime, renewBefore)).toBe(expected)
  })
})

/** The table of cert-manager's own test of RenewalTime (pkg/util/pki/renewaltime_test.go, v1.21.2), restated. */
describe("the cases of cert-manager's test", () => {
  test.each([
    ['a short lifetime without renewBefore', 3 * HOUR, null, 2 * HOUR],
    ['a long lifetime without renewBefore', 4380 * HOUR, null, 2920 * HOUR],
    ['a renewBefore', 24 * HOUR, seconds(20 * HOUR), 4 * HOUR],
    ['a renewal every day', 730 * HOUR, seconds(706 * HOUR), 24 * HOUR],
    ['a renewBefore longer than the lifetime', 24 * HOUR, seconds(25 * HOUR), 16 * HOUR],
    ['a renewal 30 % before the end', 730 * HOUR, percentage(30), 511 * HOUR],
    ['a renewBefore a little less than the lifetime', 24 * HOUR + 180, seconds(24 * HOUR), 180],
    ['a lifetime that is not a multiple of three', 24 * HOUR - 1, null, 16 * HOUR - 1],
    ['a renewBefore equal to the lifetime', 24 * HOUR, seconds(24 * HOUR), 16 * HOUR],
  ])("cert-manager's test gives the same time for %s", (_, lifetime, renewBefore, expected) => {
    expect(renewedAfter(lifetime, renewBefore)).toBe(expected)
  })
})

describe('jitter', () => {
  const lifetime = 1000 * HOUR

  test('jitter is the same for one name and differs between names', () => {
    const times = ['jane', 'june', 'john'].map(name =>
      renewedAfter(lifetime, null, 10, { ...JANE, name }),
    )
    expect(renewedAfter(lifetime, null, 10)).toBe(times[0])
    expect(new Set(times).size).toBe(3)
  })

  test.each([
    ['cluster', { ...JANE, cluster: 'staging' }],
    ['owner', { ...JANE, owner: 'other' }],
  ])('jitter changes with another %s', (_, renewed) => {
    expect(renewedAfter(lifetime, null, 10, renewed)).not.toBe(renewedAfter(lifetime, null, 10))
  })

  const names = fc.record({ owner: fc.string(), cluster: fc.string(), name: fc.string() })

  test('jitter never makes a renewal later, and earlier by its share of the lifetime at most', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 50 }), (renewed, percent) => {
        const at = renewedAfter(lifetime, seconds(HOUR), percent, renewed)
        return at <= 999 * HOUR && at >= 999 * HOUR - (lifetime * percent) / 100
      }),
    )
  })

  test('jitter never moves a renewal before the middle of issue and the time without jitter', () => {
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

  test('jitter spreads a thousand names over its whole range', () => {
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
