import { expect, test } from '@jest/globals'
import { compareTexts, sortedSet, sum, uniqueBy, without } from '../../../src/domain/lists.ts'

test('of items with the same key the last one is at the place of the first', () => {
  const items = ['b1', 'a1', 'b2']
  expect(uniqueBy(items, item => item[0])).toEqual(['b2', 'a1'])
})

test('a sorted set has each text once, by code units', () => {
  expect(sortedSet(['b', 'a', 'B', 'b'])).toEqual(['B', 'a', 'b'])
})

test('texts are compared by their code units, not by the alphabet of a language', () => {
  expect(['ä', 'z', 'Z', 'z'].toSorted(compareTexts)).toEqual(['Z', 'z', 'z', 'ä'])
  expect(compareTexts('z', 'z')).toBe(0)
})

test('the sum of no numbers is 0', () => {
  expect([sum([]), sum([1, 2, 4])]).toEqual([0, 7])
})

test('a list without another one keeps an item that it has more often', () => {
  expect(without(['a', 'b', 'a', 'c'], ['c', 'a', 'd'], String)).toEqual(['b', 'a'])
})
