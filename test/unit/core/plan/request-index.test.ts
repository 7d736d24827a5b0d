import { expect, test } from '@jest/globals'
import { byRequestKey, requestKey } from '../../../../src/core/plan/request-index.ts'

test('requestKey tells clusters and names apart', () => {
  expect(requestKey('a', 'bc')).not.toBe(requestKey('ab', 'c'))
})

test('byRequestKey keeps the first of several', () => {
  const items = [
    ['jane', 1],
    ['june', 2],
    ['jane', 3],
  ] as const
  expect([...byRequestKey(items, ([name]) => name).values()].map(([, n]) => n)).toEqual([1, 2])
})
