import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { formatDuration, parseDuration, timeAfter } from '../../../../src/lib/source/duration.ts'

describe('a duration', () => {
  test.each([
    ['168h', 604_800],
    ['1h30m', 5_400],
    ['1.5h', 5_400],
    ['90m', 5_400],
    ['3600s', 3_600],
    ['1000ms', 1],
    ['1000000000ns', 1],
    ['1h0.5m', 3_630],
    ['0s', 0],
    ['P7D', 604_800],
    ['P1W', 604_800],
    ['PT168H', 604_800],
    ['P1DT12H30M15S', 131_415],
    ['2147483647s', 2_147_483_647],
  ])('the duration %s has %d seconds', (text, seconds) => {
    expect(parseDuration(text, { days: false })).toEqual({ ok: true, seconds })
  })

  test.each([
    ['7d', /unit d/, 'write hours: 7d is 168h'],
    ['24', /not a duration/, /^write 24h$/],
    ['3600', /not a duration/, 'add a unit: 3600s, or hours as in 168h'],
    ['-1h', /not a duration/, 'durations have no sign'],
    ['P1M', /not a duration/, /no fixed length/],
    ['P1Y', /not a duration/, /no fixed length/],
    ['P', /not a duration/, /168h/],
    ['PT', /not a duration/, /168h/],
    ['P1DT', /not a duration/, /168h/],
    ['p7d', /not a duration/, /168h/],
    ['1h ', /not a duration/, /168h/],
    ['', /not a duration/, /168h/],
    ['1500ms', /whole number of seconds/, null],
    ['1.0000000001s', /whole number of seconds/, null],
    ['2147483648s', /longer than 2147483647/, null],
    ['999999999999999999999h', /longer than/, null],
    ['1'.repeat(60), /too long/, null],
  ])('the duration %s is refused', (text, fault, hint) => {
    const read = parseDuration(text, { days: false })
    expect(read.ok ? null : read.fault).toMatch(fault)
    if (!read.ok && hint !== null) expect(read.hint).toMatch(hint)
    if (!read.ok && hint === null) expect(read.hint).toBeNull()
  })

  test('days are accepted where the caller allows them', () => {
    expect(parseDuration('180d', { days: true })).toEqual({ ok: true, seconds: 15_552_000 })
  })

  test('a duration is read as it was written', () => {
    fc.assert(
      fc.property(fc.nat(2_147_483_647), seconds => {
        const text = formatDuration(seconds)
        expect(parseDuration(text, { days: false })).toEqual({ ok: true, seconds })
      }),
    )
  })

  test('the duration parser never throws', () => {
    fc.assert(fc.property(fc.string(), text => void parseDuration(text, { days: true })))
  })

  test('a duration from now is a time up to the next whole minute, and other text stays', () => {
    const now = new Date('2026-12-31T22:10:00.001Z')
    for (const [text, time] of [
      ['4h', '2027-01-01T02:11Z'],
      ['90s', '2026-12-31T22:12Z'],
      ['2d', '2027-01-02T22:11Z'],
      ['2027-01-31T18:00Z', '2027-01-31T18:00Z'],
      ['soon', 'soon'],
    ] as const)
      expect(timeAfter(text, now)).toBe(time)
    expect(timeAfter('1h', new Date('2026-12-31T22:10:00Z'))).toBe('2026-12-31T23:10Z')
  })
})
