// Watches: one line of JSON per event, bookmarks, and 410 as an event (k8s.io/apiserver/pkg/endpoints/handlers/watch.go).
import type { ServerResponse } from 'node:http'
import { textAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { objectTest } from '../api/list-objects.ts'
import type { ObjectTest } from '../api/list-objects.ts'
import { apiVersion } from '../api/resources.ts'
import type { Resource } from '../api/resources.ts'
import { expired, internal } from '../kinds/status-error.ts'
import type { Change, ObjectStore } from './object-store.ts'
import type { Strategy } from '../kinds/kind-strategy.ts'

export interface WatchRequest {
  readonly resource: Resource
  readonly namespace: string
  readonly query: URLSearchParams
  readonly strategy: Strategy
}

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'
const DEFAULT_SECONDS = 1800

export class Watches {
  readonly #store: ObjectStore
  readonly #bookmarkMilliseconds: number
  readonly #open = new Set<Watch>()

  constructor(store: ObjectStore, bookmarkMilliseconds: number) {
    this.#store = store
    this.#bookmarkMilliseconds = bookmarkMilliseconds
  }

  /** How many are running. */
  get count(): number {
    return this.#open.size
  }

  /** Starts to answer; the response ends when the watch does. Throws a 400 or 500 before anything was written. */
  start(request: WatchRequest, response: ServerResponse): void {
    // Whoever asked has left while the answer was delayed.
    if (response.destroyed) return
    const watch = new Watch(this.#store, request, response, this.#bookmarkMilliseconds)
    this.#open.add(watch)
    response.on('close', () => {
      watch.end()
      this.#open.delete(watch)
    })
    watch.begin()
  }

  /** Ends every watch with the event of an expired resourceVersion. */
  expire(): void {
    for (const watch of this.#open) watch.fail(1)
  }

  /** Sends a bookmark to every watch that allows them. */
  bookmark(): void {
    for (const watch of this.#open) watch.bookmark()
  }

  end(): void {
    for (const watch of this.#open) watch.end()
  }
}

class Watch {
  readonly #store: ObjectStore
  readonly #request: WatchRequest
  readonly #response: ServerResponse
  readonly #test: ObjectTest
  readonly #revision: number
  readonly #timers: NodeJS.Timeout[] = []
  #unsubscribe: (() => void) | null = null

  constructor(
    store: ObjectStore,
    request: WatchRequest,
    response: ServerResponse,
    bookmarkMilliseconds: number,
  ) {
    this.#store = store
    this.#request = request
    this.#response = response
    this.#test = objectTest(request.query, request.strategy)
    this.#revision = revisionOf(request.query)
    const seconds = Number(request.query.get('timeoutSeconds') ?? '') || DEFAULT_SECONDS
    this.#timers.push(setTimeout(() => this.end(), seconds * 1000))
    this.#timers.push(setInterval(() => this.bookmark(), bookmarkMilliseconds))
    for (const timer of this.#timers) timer.unref()
  }

  get #allowsBookmarks(): boolean {
    return ['1', 'true'].includes(this.#request.query.get('allowWatchBookmarks') ?? '')
  }

  begin(): void {
    this.#response.writeHead(200, { 'content-type': 'application/json' })
    this.#response.flushHeaders()
    const replay = this.#revision === 0 ? this.#current() : this.#store.since(this.#revision)
    if (replay === null) {
      this.fail(this.#revision)
      return
    }
    for (const change of replay) this.#deliver(change)
    if (this.#revision === 0) this.bookmark({ [INITIAL_EVENTS_END]: 'true' })
    this.#unsubscribe = this.#store.subscribe(change => this.#deliver(change))
  }

  /** What is there now, as if it had just been added. */
  #current(): readonly Change[] {
    const { resource, namespace } = this.#request
    return this.#store.list(resource, namespace).map(object => ({
      type: 'ADDED',
      resource,
      revision: this.#store.revision,
      object,
      before: null,
    }))
  }

  #deliver(change: Change): void {
    const { resource, namespace } = this.#request
    if (change.resource !== resource) return
    if (namespace !== '' && textAt(change.object, 'metadata', 'namespace') !== namespace) return
    const wasSeen = change.before !== null && this.#test(change.before)
    const isSeen = change.type !== 'DELETED' && this.#test(change.object)
    if (!wasSeen && !isSeen) return
    if (!isSeen) this.#write('DELETED', change.object)
    else this.#write(wasSeen ? 'MODIFIED' : 'ADDED', change.object)
  }

  bookmark(annotations: JsonObject | null = null): void {
    if (!this.#allowsBookmarks || this.#response.writableEnded) return
    const { resource } = this.#request
    this.#write('BOOKMARK', {
      kind: resource.kind,
      apiVersion: apiVersion(resource),
      metadata: {
        resourceVersion: String(this.#store.revision),
        ...(annotations === null ? {} : { annotations }),
      },
    })
  }

  fail(revision: number): void {
    const text = `too old resource version: ${revision} (${this.#store.oldest})`
    this.#write('ERROR', expired(text).status)
    this.end()
  }

  end(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
    for (const timer of this.#timers) clearTimeout(timer)
    if (!this.#response.writableEnded) this.#response.end()
  }

  #write(type: string, object: Json): void {
    if (this.#response.writableEnded) return
    this.#response.write(`${JSON.stringify({ type, object })}\n`)
  }
}

/** 0 where the watch shall begin with what is there. */
function revisionOf(query: URLSearchParams): number {
  const said = query.get('resourceVersion') ?? ''
  if (said === '') return 0
  if (/^\d+$/.test(said)) return Number(said)
  const fault = `strconv.ParseUint: parsing ${JSON.stringify(said)}: invalid syntax`
  throw internal(`resourceVersion: Invalid value: ${JSON.stringify(said)}: ${fault}`)
}
