import { expect, test } from '@jest/globals'
import { byRequestKey, requestKey } from '../../../../src/core/plan/request-index.ts'

test('the key of a request differs between clusters and names', () => {
  expect(requestKey('a', 'bc')).not.toBe(requestKey('ab', 'c'))
})

test('the index keeps the first of several items with one key', () => {
  const items = [
    ['jane', 1],
    ['june', 2],
    ['jane', 3],
  ] as const
  expect([...byRequestKey(items, ([name]) => name).values()].map(([, n]) => n)).toEqual([1, 2])
})
