import { expect, test } from '@jest/globals'
import {
  at,
  copy,
  listAt,
  objectAt,
  memberObject,
  parseJson,
  same,
  textAt,
} from '../../../../src/sandbox/api/json-values.ts'

const OBJECT = { a: { b: 'text', list: [1, 'x'] }, none: null }

test('a look-up in a JSON value never throws', () => {
  expect(at(OBJECT, 'a', 'b')).toBe('text')
  expect(at(OBJECT, 'a', 'b', 'c')).toBeUndefined()
  expect(at(OBJECT, 'none', 'c')).toBeUndefined()
  expect(at(OBJECT, 'toString')).toBeUndefined()
  expect(textAt(OBJECT, 'a', 'list')).toBe('')
  expect(listAt(OBJECT, 'a', 'b')).toEqual([])
  expect(objectAt(OBJECT, 'a', 'b')).toEqual({})
})

test('a missing object in a place is created', () => {
  const object = {}
  memberObject(object, 'metadata')['name'] = 'x'
  expect(object).toEqual({ metadata: { name: 'x' } })
})

test.each([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [[1, 2], [2, 1], false],
  [[], {}, false],
  [null, {}, false],
  ['1', 1, false],
])('%j and %j are equal: %p', (first, second, expected) => {
  expect(same(first, second)).toBe(expected)
})

test('a copy shares nothing with its original', () => {
  const made = copy(OBJECT)
  made.a.list.push('y')
  expect(OBJECT.a.list).toEqual([1, 'x'])
})

test('a copy has the member __proto__ of its original as a member', () => {
  const text = '{"__proto__":{"a":[null]},"b":{"__proto__":1}}'
  expect(JSON.stringify(copy(parseJson(text)))).toBe(text)
})
