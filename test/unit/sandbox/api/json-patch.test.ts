import { describe, expect, test } from '@jest/globals'
import { jsonPatch, mergePatch } from '../../../../src/sandbox/api/json-patch.ts'

describe('a JSON merge patch', () => {
  // RFC 7386, appendix A, the cases with an object as target.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('a merge patch of %j with %j gives %j', (target, patch, expected) => {
    const before = structuredClone(target)
    expect(mergePatch(target, patch)).toEqual(expected)
    expect(target).toEqual(before)
  })
})

describe('a JSON patch', () => {
  test.each([
    [{ a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
    [{ a: [1, 2] }, [{ op: 'remove', path: '/a/0' }], { a: [2] }],
    [{ a: 1 }, [{ op: 'replace', path: '/a', value: 2 }], { a: 2 }],
    [{ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
    [{ a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    [{ a: 1 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: 1, b: 1 }],
    [
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'remove', path: '/m~0n' },
      ],
      {},
    ],
  ])('a JSON patch of %j with %j gives %j', (target, patch, expected) => {
    expect(jsonPatch(target, patch)).toEqual(expected)
  })

  test.each([
    [[{ op: 'test', path: '/a', value: 2 }]],
    [[{ op: 'remove', path: '/b' }]],
    [[{ op: 'replace', path: '/b', value: 1 }]],
    [[{ op: 'jump', path: '/a' }]],
    [[{ op: 'add', path: 'a', value: 1 }]],
    [['add']],
  ])('the JSON patch %j of {"a":1} is refused', patch => {
    expect(() => jsonPatch({ a: 1 }, patch)).toThrow(
      'the server rejected our request due to an error in our request',
    )
  })
})
