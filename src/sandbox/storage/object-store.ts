// The objects, in the order of one revision counter, with their history for watches. Takes no decisions.
import { copy, memberObject, textAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import { NAMESPACES } from '../api/resources.ts'
import type { Resource } from '../api/resources.ts'

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface Change {
  readonly type: ChangeType
  readonly resource: Resource
  readonly revision: number
  readonly object: JsonObject
  /** The object before, null where it was created. */
  readonly before: JsonObject | null
}

type Listener = (change: Change) => void

/** Changes kept for watches; older ones make a watch answer 410. */
const HISTORY = 10_000

export class ObjectStore {
  #revision = 1
  #oldest = 1
  /** By plural, because each call lists the bindings: what it costs must not grow with the other objects. */
  readonly #objects = new Map<string, Map<string, JsonObject>>()
  #history: Change[] = []
  readonly #listeners = new Set<Listener>()

  /** The newest revision given out. */
  get revision(): number {
    return this.#revision
  }

  /** The oldest revision a watch may start from. */
  get oldest(): number {
    return this.#oldest
  }

  read(resource: Resource, namespace: string, name: string): JsonObject | null {
    const found = this.#objectsOf(resource).get(keyOf(resource, namespace, name))
    return found === undefined ? null : copy(found)
  }

  /** Objects of a kind, of one namespace or of all (''), sorted by key as etcd sorts them. `test` changes nothing. */
  list(
    resource: Resource,
    namespace: string,
    test: (object: JsonObject) => boolean = () => true,
  ): readonly JsonObject[] {
    const prefix = keyOf(resource, namespace, '')
    const found: [string, JsonObject][] = []
    for (const entry of this.#objectsOf(resource))
      if (entry[0].startsWith(prefix) && test(entry[1])) found.push(entry)
    found.sort(([a], [b]) => (a < b ? -1 : 1))
    return found.map(([, object]) => copy(object))
  }

  namespaceExists(name: string): boolean {
    return this.#objectsOf(NAMESPACES).has(keyOf(NAMESPACES, '', name))
  }

  /** Stores the object under the next revision and returns it with that resourceVersion. */
  write(resource: Resource, object: JsonObject): JsonObject {
    const key = keyOfObject(resource, object)
    const before = this.#objectsOf(resource).get(key) ?? null
    const stored = this.#stamp(object)
    this.#objectsOf(resource).set(key, stored)
    this.#publish({
      type: before === null ? 'ADDED' : 'MODIFIED',
      resource,
      revision: this.#revision,
      object: stored,
      before,
    })
    return copy(stored)
  }

  remove(resource: Resource, object: JsonObject): void {
    const key = keyOfObject(resource, object)
    const before = this.#objectsOf(resource).get(key)
    if (before === undefined) return
    this.#objectsOf(resource).delete(key)
    const last = this.#stamp(before)
    const type = 'DELETED'
    this.#publish({ type, resource, revision: this.#revision, object: last, before })
  }

  emptyNamespace(name: string, resources: Iterable<Resource>): void {
    for (const resource of resources)
      if (resource.namespaced)
        for (const object of this.list(resource, name)) this.remove(resource, object)
  }

  /** Changes after a revision, null where they are no longer kept. */
  since(revision: number): readonly Change[] | null {
    if (revision < this.#oldest) return null
    return this.#history.filter(change => change.revision > revision)
  }

  /** Forgets the history, as etcd's compaction does. */
  compact(): void {
    this.#revision++
    this.#oldest = this.#revision
    this.#history = []
  }

  /** Calls the listener after each change; the answer ends that. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #objectsOf({ plural }: Resource): Map<string, JsonObject> {
    const known = this.#objects.get(plural) ?? new Map<string, JsonObject>()
    this.#objects.set(plural, known)
    return known
  }

  #stamp(object: JsonObject): JsonObject {
    this.#revision++
    const stored = copy(object)
    memberObject(stored, 'metadata')['resourceVersion'] = String(this.#revision)
    return stored
  }

  #publish(change: Change): void {
    this.#history.push(change)
    if (this.#history.length > HISTORY) {
      const dropped = this.#history.shift()
      this.#oldest = dropped?.revision ?? this.#oldest
    }
    for (const listener of this.#listeners) listener(change)
  }
}

function keyOf(resource: Resource, namespace: string, name: string): string {
  const scope = resource.namespaced && namespace !== '' ? `${namespace}/` : ''
  return `/registry/${resource.plural}/${scope}${name}`
}

function keyOfObject(resource: Resource, object: JsonObject): string {
  return keyOf(
    resource,
    textAt(object, 'metadata', 'namespace'),
    textAt(object, 'metadata', 'name'),
  )
}
