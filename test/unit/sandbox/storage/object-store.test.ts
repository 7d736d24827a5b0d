import { describe, expect, test } from '@jest/globals'
import { textAt } from '../../../../src/sandbox/api/json-values.ts'
import type { JsonObject } from '../../../../src/sandbox/api/json-values.ts'
import { CONFIG_MAPS, SECRETS } from '../../../../src/sandbox/api/resources.ts'
import { ObjectStore } from '../../../../src/sandbox/storage/object-store.ts'

function object(name: string, namespace = 'a'): { metadata: { name: string; namespace: string } } {
  return { metadata: { name, namespace } }
}

describe('the object store', () => {
  test('each write has its own revision', () => {
    const store = new ObjectStore()
    const revisions = ['x', 'y', 'x'].map(name => {
      const stored = store.write(SECRETS, object(name))
      return (stored['metadata'] as { resourceVersion: string }).resourceVersion
    })
    expect(revisions).toEqual(['2', '3', '4'])
    expect(store.revision).toBe(4)
  })

  test('the store returns copies', () => {
    const store = new ObjectStore()
    const stored = store.write(SECRETS, object('x'))
    stored['metadata'] = {}
    expect(store.read(SECRETS, 'a', 'x')).toMatchObject(object('x'))
  })

  test('the store lists one namespace or all, sorted, of one kind only', () => {
    const store = new ObjectStore()
    for (const [name, namespace] of [
      ['b', 'n'],
      ['a', 'n'],
      ['c', 'm'],
    ] as const) {
      store.write(SECRETS, object(name, namespace))
    }
    store.write(CONFIG_MAPS, object('d', 'n'))
    const names = (namespace: string) =>
      store.list(SECRETS, namespace).map(item => (item['metadata'] as { name: string }).name)
    expect(names('n')).toEqual(['a', 'b'])
    expect(names('')).toEqual(['c', 'a', 'b'])
  })

  test('the store lists the objects that pass a test', () => {
    const store = new ObjectStore()
    for (const name of ['a', 'b']) store.write(SECRETS, object(name))
    const isB = (item: JsonObject): boolean => textAt(item, 'metadata', 'name') === 'b'
    const listed = store.list(SECRETS, 'a', isB)
    expect(listed).toMatchObject([object('b')])
    for (const item of listed) item['metadata'] = {}
    expect(store.list(SECRETS, 'a', isB)).toHaveLength(1)
  })

  test('a change has the object before', () => {
    const store = new ObjectStore()
    const seen: [string, boolean][] = []
    const stop = store.subscribe(change => seen.push([change.type, change.before !== null]))
    store.write(SECRETS, object('x'))
    store.write(SECRETS, object('x'))
    store.remove(SECRETS, object('x'))
    store.remove(SECRETS, object('x'))
    stop()
    store.write(SECRETS, object('x'))
    expect(seen).toEqual([
      ['ADDED', false],
      ['MODIFIED', true],
      ['DELETED', true],
    ])
  })

  test('the store keeps changes until it is compacted', () => {
    const store = new ObjectStore()
    store.write(SECRETS, object('x'))
    store.write(SECRETS, object('y'))
    expect(store.since(2)?.map(change => change.revision)).toEqual([3])
    store.compact()
    expect(store.since(2)).toBeNull()
    expect(store.since(store.revision)).toEqual([])
  })
})
