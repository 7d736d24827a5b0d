import { describe, expect, test } from '@jest/globals'
import { STRATEGIC_PATCH } from '../../../build/api-client.ts'
import { asJson } from '../../../build/api-object.ts'
import { jsonPatch, mergePatch, patchedObject } from '../../../../src/sandbox/api/json-patch.ts'

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

describe('a strategic merge patch', () => {
  const variables = [
    { name: 'a', expression: '1' },
    { name: 'b', expression: '2' },
  ]
  const patched = (target: object, patch: object): unknown =>
    patchedObject(asJson(target), asJson(patch), STRATEGIC_PATCH)

  test.each([
    ['merges items by name', [{ name: 'b', expression: '3' }], undefined, ['a=1', 'b=3']],
    ['adds items', [{ name: 'c', expression: '3' }], undefined, ['a=1', 'b=2', 'c=3']],
    ['removes items', [{ $patch: 'delete', name: 'a' }], undefined, ['b=2']],
    ['orders items', [{ name: 'c', expression: '3' }], ['c', 'b', 'a'], ['c=3', 'b=2', 'a=1']],
  ])('a strategic merge patch %s', (_what, items, order, expected) => {
    const setElementOrder = order?.map(name => ({ name }))
    const spec = { variables: items, '$setElementOrder/variables': setElementOrder }
    expect(patched({ spec: { variables } }, { spec })).toEqual({
      spec: {
        variables: expected.map(text => {
          const [name, expression] = text.split('=')
          return { name, expression }
        }),
      },
    })
  })

  test('a strategic merge patch replaces other lists and removes members that are null', () => {
    const target = { rules: [{ verbs: ['get'] }], data: { a: '1', b: '2' } }
    expect(patched(target, { rules: [{ verbs: ['list'] }], data: { a: null } })).toEqual({
      rules: [{ verbs: ['list'] }],
      data: { b: '2' },
    })
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
