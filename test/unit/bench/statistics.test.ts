// Figures of several rounds.
import { describe, expect, test } from '@jest/globals'
import { growthExponent, median, ratioByRound, stepCosts } from '../../bench/statistics.ts'

describe('figures of rounds', () => {
  test('the median of an even number of values lies between the two in the middle', () => {
    expect(median([9, 1, 4])).toBe(4)
    expect(median([9, 1, 4, 5])).toBe(4.5)
    expect(() => median([])).toThrow('no value')
  })

  test('a ratio is taken round by round, so that a round in which all are slow does not change it', () => {
    expect(ratioByRound([40, 4, 44], [20, 2, 11])).toBe(2)
    expect(() => ratioByRound([1], [1, 2])).toThrow('same rounds')
  })

  test.each([1, 1.5, 2])('the growth exponent of size^%s is found', exponent => {
    const points = [10, 100, 1000].map(size => ({ size, cost: 3 * size ** exponent }))
    expect(growthExponent(points)).toBeCloseTo(exponent, 10)
  })

  test('the cost of one more is that between two sizes', () => {
    const points = [
      { size: 1, cost: 1 },
      { size: 11, cost: 6 },
      { size: 111, cost: 206 },
    ]
    expect(stepCosts(points)).toEqual([
      { size: 11, cost: 0.5 },
      { size: 111, cost: 2 },
    ])
  })
})
