// Stored objects compared with printed ones: what the API server fills in does not count, what others add does.
import { describe, expect, test } from '@jest/globals'
import { contains, differences } from '../../../../src/lib/kubernetes/object-differences.ts'

describe('the comparison of stored and printed values', () => {
  test.each<[unknown, unknown, boolean]>([
    [{ b: [1, { c: 2 }] }, { b: [1, { c: 2 }] }, true],
    [{ a: [{ x: 1, scope: '*' }] }, { a: [{ x: 1 }] }, true],
    [{ x: 1, matchPolicy: 'Equivalent', namespaceSelector: {}, list: [] }, { x: 1 }, true],
    [{ x: 1, matchPolicy: 'Exact' }, { x: 1 }, false],
    [{ x: 1, objectSelector: { matchLabels: { a: 'b' } } }, { x: 1 }, false],
    [{ a: [{ x: 1, scope: 'Namespaced' }] }, { a: [{ x: 1 }] }, false],
    [{ x: 1, matchConditions: [{ name: 'never', expression: 'false' }] }, { x: 1 }, false],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: [1, 2] }, { a: [1] }, false],
    [{ a: {} }, { a: [] }, false],
    [{ x: 1 }, { x: 1, variables: [] }, true],
    [{ x: 1 }, { x: 1, variables: [1] }, false],
    [{}, { a: 1 }, false],
    [null, { a: 1 }, false],
  ])('%j contains %j: %p', (stored, printed, expected) => {
    expect(contains(stored, printed)).toBe(expected)
  })
})

describe('the differences of whole objects', () => {
  const printed = {
    kind: 'A',
    metadata: { name: 'a' },
    spec: { x: 'one', list: [1], inner: { y: 1 } },
  }

  test('members of an object and of its metadata that were not printed do not count', () => {
    const metadata = { name: 'a', uid: '1', labels: { b: 'c' } }
    expect(differences({ ...printed, metadata, status: { ready: true } }, printed)).toEqual([])
  })

  test('each difference is one fact', () => {
    const spec = { x: 'two', list: [2], extra: true }
    expect(differences({ ...printed, spec }, printed)).toEqual([
      'spec.x is "two", not "one"',
      'spec.list differs',
      'spec.inner is missing',
      'spec.extra was added',
    ])
  })
})
