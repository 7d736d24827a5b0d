import { describe, expect, test } from '@jest/globals'
import {
  decodeFields,
  encodeFields,
  isReset,
  leavesOf,
  mergeApplied,
  pathText,
  removePath,
} from '../../../../src/sandbox/api/field-set.ts'

const OBJECT = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'x',
    uid: 'u',
    labels: { a: 'b' },
    finalizers: ['f.example/x'],
  },
  data: { 'tls.crt': 'YQ==' },
  status: { conditions: [{ type: 'Approved', status: 'True' }] },
}

describe('the fields of an object', () => {
  test('the fields of an object exclude those of the server', () => {
    const fields = encodeFields(new Set(leavesOf(OBJECT, false).keys()))
    expect(fields).toEqual({
      'f:metadata': { 'f:labels': { 'f:a': {} }, 'f:finalizers': { 'v:"f.example/x"': {} } },
      'f:data': { 'f:tls.crt': {} },
      'f:status': {
        'f:conditions': { 'k:{"type":"Approved"}': { '.': {}, 'f:type': {}, 'f:status': {} } },
      },
    })
  })

  test('the fields include maps and lists themselves where requested', () => {
    const { metadata, data } = OBJECT
    const fields = encodeFields(new Set(leavesOf({ metadata, data }, true).keys()))
    expect(fields).toEqual({
      'f:metadata': {
        'f:labels': { '.': {}, 'f:a': {} },
        'f:finalizers': { '.': {}, 'v:"f.example/x"': {} },
      },
      'f:data': { '.': {}, 'f:tls.crt': {} },
    })
  })

  test('the fields are read as they were written', () => {
    const paths = new Set(leavesOf(OBJECT, true).keys())
    expect(decodeFields(encodeFields(paths))).toEqual(paths)
  })

  test('the fields are printed as in a conflict', () => {
    const texts = [...leavesOf(OBJECT, false).keys()].map(pathText)
    expect(texts).toEqual([
      '.metadata.labels.a',
      '.metadata.finalizers[="f.example/x"]',
      '.data.tls.crt',
      '.status.conditions[type="Approved"]',
      '.status.conditions[type="Approved"].type',
      '.status.conditions[type="Approved"].status',
    ])
  })

  test('the fields are removed one by one', () => {
    const object = structuredClone(OBJECT)
    for (const path of leavesOf(OBJECT, false).keys()) removePath(object, path)
    expect(object.data).toEqual({})
    expect(object.metadata.labels).toEqual({})
    expect(object.metadata.finalizers).toEqual([])
    expect(object.status.conditions).toEqual([])
  })

  test('a reset of a field includes all fields below', () => {
    const [path = ''] = leavesOf({ spec: { request: 'x' } }, false).keys()
    expect([isReset(path, ['spec']), isReset(path, ['spec.request'])]).toEqual([true, true])
    expect([isReset(path, ['status']), isReset(path, ['sp'])]).toEqual([false, false])
  })
})

test('an applied object merges maps and keyed items, and replaces other lists', () => {
  const live = { data: { a: '1' }, conditions: [{ type: 'A', status: 'True' }], usages: ['x'] }
  const applied = {
    data: { b: '2' },
    conditions: [
      { type: 'B', status: 'True' },
      { type: 'A', reason: 'R' },
    ],
    usages: ['y'],
  }
  expect(mergeApplied(live, applied)).toEqual({
    data: { a: '1', b: '2' },
    conditions: [
      { type: 'A', status: 'True', reason: 'R' },
      { type: 'B', status: 'True' },
    ],
    usages: ['y'],
  })
})
