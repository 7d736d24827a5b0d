import { describe, expect, test } from '@jest/globals'
import { timeline } from '../../../../src/output/html/status-page.ts'
import { NOW } from '../../../build/issued.ts'
import { inDays, statusRow } from '../../../build/status-rows.ts'

const row = (from: number, due: number | null, to: number) =>
  statusRow({
    validFrom: inDays(from),
    renewAt: due === null ? null : inDays(due),
    until: inDays(to),
  })
/** The positions of a drawing, in percent. */
function places(text: string): Readonly<Record<string, number>> {
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? NaN)
  return {
    from: number(/<rect x="([\d.]+)%/),
    width: number(/width="([\d.]+)%" height="6"/),
    to: number(/x1="([\d.]+)%/),
    due: number(/cx="([\d.]+)%/),
  }
}

describe('the timeline', () => {
  test('all certificates have one scale with now at 22 percent and the last end at 98', () => {
    const [old, long] = [row(-10, null, 1), row(0, 200, 365)]
    const lines = timeline([old, long], NOW)
    expect(places(lines.draw(old).toString())).toMatchObject({ from: 0, due: NaN })
    expect(places(lines.draw(long).toString())).toMatchObject({ from: 22, width: 76, to: 98 })
    const { from = 0, width = 0, to = 0 } = places(lines.draw(old).toString())
    expect(from + width).toBeCloseTo(to)
    expect(to).toBeGreaterThan(22)
    expect(to).toBeLessThan(98)
  })

  test('renewal is between now and the end, and left of now once it is due', () => {
    const [due, later] = [row(-4, -1, 2), row(-4, 1, 2)]
    const lines = timeline([due, later], NOW)
    expect(places(lines.draw(due).toString())['due']).toBeLessThan(22)
    const { due: renewal, to } = places(lines.draw(later).toString())
    expect(renewal).toBeGreaterThan(22)
    expect(renewal).toBeLessThan(to ?? 0)
  })

  test('the scale has labels that do not overlap, for hours as for decades', () => {
    const labels = (days: number) =>
      [
        ...timeline([row(0, null, days)], NOW)
          .scale.toString()
          .matchAll(/>([^<]+)<\/text>/g),
      ].map(([, label]) => label)
    expect(labels(0.5)).toEqual(['6 h', 'now'])
    expect(labels(7)).toEqual(['7 d', '1 d', '6 h', 'now'])
    expect(labels(365)).toEqual(['1 y', '90 d', '7 d', '1 d', 'now'])
    expect(labels(4000)).toEqual(['10 y', '1 y', '30 d', 'now'])
  })

  test('a drawing says the times in words', () => {
    const lines = timeline([], NOW)
    expect(lines.draw(row(-1, 1, 2)).toString()).toContain(
      'aria-label="valid from 2026-02-28 12:00Z to 2026-03-03 12:00Z, renewal due 2026-03-02 12:00Z"',
    )
    const unknown = statusRow({ validFrom: null, renewAt: null, until: inDays(1) })
    expect(lines.draw(unknown).toString()).toContain('"valid from unknown to 2026-03-02 12:00Z"')
  })

  test('nothing is drawn for a certificate whose end is unknown, or if there is none', () => {
    const lines = timeline([], NOW)
    for (const until of [undefined, null])
      expect(lines.draw(statusRow({ until })).toString()).toBe('-')
  })
})
