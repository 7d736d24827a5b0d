// A cluster as a map, for the decisions of bootstrap: it stores objects, counts writes, and forbids what a test says.
import type { ObjectName } from '../../src/domain/cluster/manifest.ts'
import type {
  NamespacedObject,
  SetupObjects,
  SetupWrite,
  StoredObject,
} from '../../src/ports/setup-objects.ts'

export interface FakeCluster extends SetupObjects {
  readonly stored: Map<string, StoredObject>
  readonly written: SetupWrite[]
  readonly rehearsed: SetupWrite[]
  /** Kind and name of each list call. */
  readonly listed: string[]
  /** Sentence of a refusal for a write; null allows it. */
  forbids: (write: SetupWrite) => string | null
  /** Kinds that may not be read. */
  readonly hidden: Set<string>
  others: readonly NamespacedObject[] | 'hidden'
  /** Role bindings of the record namespace. */
  bindings: readonly NamespacedObject[] | 'hidden'
}

export function keyOf({ kind, metadata }: ObjectName): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}

export function storedObject(object: ObjectName, more: object = {}): StoredObject {
  const system = { uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }
  return { ...object, metadata: { ...object.metadata, ...system, ...more } }
}

export function fakeCluster(objects: readonly ObjectName[] = []): FakeCluster {
  const stored = new Map(objects.map(object => [keyOf(object), storedObject(object)]))
  const cluster: FakeCluster = {
    stored,
    written: [],
    rehearsed: [],
    listed: [],
    forbids: () => null,
    hidden: new Set(),
    others: [],
    bindings: [],
    read: async object => {
      if (cluster.hidden.has(object.kind)) return 'hidden'
      return stored.get(keyOf(object)) ?? null
    },
    named: async (kind, name) => {
      cluster.listed.push(`${kind} ${name ?? '*'}`)
      if (cluster.hidden.has(kind)) return 'hidden'
      return [...stored.values()].filter(
        each => each.kind === kind && each.metadata.name === (name ?? each.metadata.name),
      )
    },
    inNamespace: async kind => (kind === 'ConfigMap' ? cluster.others : cluster.bindings),
    rehearse: async write => {
      cluster.rehearsed.push(write)
      return cluster.forbids(write)
    },
    write: async write => {
      cluster.written.push(write)
      const object = write.verb === 'create' ? write.object : write.live
      const there = stored.get(keyOf(object))
      if (write.verb === 'create' && there !== undefined) return 'conflict'
      if (
        write.verb === 'update' &&
        there?.metadata.resourceVersion !== write.live.metadata.resourceVersion
      )
        return 'conflict'
      if (write.verb === 'delete') stored.delete(keyOf(object))
      else stored.set(keyOf(object), storedObject(write.object))
      return 'done'
    },
  }
  return cluster
}
