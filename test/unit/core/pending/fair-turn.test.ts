import { expect, test } from '@jest/globals'
import { fairTurn } from '../../../../src/core/pending/fair-turn.ts'

const LIMITS = { most: 4, perUsername: 3 }

function waiting(name: string, judged: number | null = null, seen = 0) {
  const judgedAt = judged === null ? null : new Date(judged * 1000)
  return { name, username: name.charAt(0), judgedAt, seenAt: new Date(seen * 1000) }
}

const order = (list: readonly ReturnType<typeof waiting>[], limits = LIMITS): string =>
  fairTurn(list, limits)
    .map(({ name }) => name)
    .join(' ')

test('requests that were never looked at come in the order of the list', () =>
  expect(order([waiting('b1'), waiting('a1'), waiting('c1')])).toBe('b1 a1 c1'))

test('a flood from one user does not keep another user waiting', () => {
  const flood = Array.from({ length: 10_000 }, (_, at) => waiting(`a${at}`))
  expect(order([...flood, waiting('b1')])).toBe('a0 b1 a1 a2')
})

test('one user has at most its number in a turn', () =>
  expect(order([1, 2, 3, 4, 5].map(at => waiting(`a${at}`)))).toBe('a1 a2 a3'))

test('a turn has at most its number of requests', () =>
  expect(order(['a', 'b', 'c', 'd', 'e', 'f'].map(name => waiting(name)))).toBe('a b c d'))

test('what was left pending waits behind what was never looked at, and has its turn again', () => {
  const left = [waiting('a1', 50), waiting('a2', 40)]
  expect(order([...left, waiting('a3')], { most: 1, perUsername: 1 })).toBe('a3')
  expect(order(left, { most: 1, perUsername: 1 })).toBe('a2')
})

test('machines that share a bootstrap token: new requests with early names do not keep a later name waiting', () => {
  const first = ['z1', 'z2', 'z3', 'zz-joining'].map(name => waiting(name, null, 1))
  expect(order(first)).toBe('z1 z2 z3')
  // The API server lists by name.
  const flood = ['z4', 'z5', 'z6'].map(name => waiting(name, null, 2))
  expect(order([...flood, waiting('zz-joining', null, 1)])).toBe('zz-joining z4 z5')
})
