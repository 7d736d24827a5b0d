// One watch per cluster over this owner's CertificateSigningRequests, shared by all steps that wait for one, from the first of them
// until it is closed. It watches with bookmarks. After 410 (too old) it begins again; after a broken connection it resumes where it
// stopped.
import { z } from 'zod'
import { CountersignError } from '../../../domain/problem.ts'
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { Seen, SigningRequest } from '../../../domain/cluster/signing-request.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { ObjectClient } from '../objects/object-client.ts'
import { SIGNING_REQUEST } from '../objects/signing-request-json.ts'
import { readAnswer, apiRefusal } from './api-server-refusal.ts'
import type { Transport } from './api-transport.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5000

const EVENT = z.object({ type: z.string(), object: z.unknown() })
const ANY_OBJECT = z.object({
  metadata: z.object({ name: z.string().default(''), resourceVersion: z.string() }),
})
const LIST = z.object({ metadata: z.object({ resourceVersion: z.string().default('') }) })
const REFUSED = z.object({ code: z.number() })

/** How far one watch got before it ended. */
interface Followed {
  /** Where the next one begins; null: too old, begin again. */
  readonly version: string | null
  readonly sawAnything: boolean
}

type Watching = Pick<Transport, 'ask' | 'stream'>

export class SigningRequestWatch {
  readonly #labelSelector: string
  readonly #transport: Watching
  readonly #objects: ObjectClient
  readonly #clock: Clock
  readonly #feeds = new Map<string, Set<Feed<Seen>>>()
  /** Observed objects that readers have seen. */
  readonly #present = new Set<string>()
  #running: AbortController | null = null

  constructor(transport: Watching, clock: Clock, owner: string) {
    this.#transport = transport
    this.#objects = new ObjectClient(transport, 'CertificateSigningRequest')
    this.#clock = clock
    this.#labelSelector = `${OWNER_LABEL}=${owner}`
  }

  /** Every state of the object from this call on. The current state comes first when the watch begins. */
  observe(name: string, signal: AbortSignal): AsyncIterable<Seen> {
    const feed = new Feed<Seen>()
    const feeds = this.#feeds.get(name) ?? new Set()
    this.#feeds.set(name, feeds.add(feed))
    const leave = (): void => {
      feed.close()
      feeds.delete(feed)
      if (feeds.size > 0) return
      this.#feeds.delete(name)
      this.#present.delete(name)
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    if (this.#running === null && this.#feeds.size > 0) this.#start()
    return feed
  }

  #start(): void {
    const running = new AbortController()
    this.#running = running
    this.#run(running.signal).catch((cause: unknown) => {
      if (!running.signal.aborted) this.#fail(cause)
    })
  }

  /** It does not end with its last reader: the next step would have to list all objects again. */
  close(): void {
    this.#running?.abort()
    this.#running = null
  }

  #fail(cause: unknown): void {
    for (const feeds of this.#feeds.values()) for (const feed of feeds) feed.fail(cause)
    this.close()
  }

  async #run(signal: AbortSignal): Promise<void> {
    let version: string | null = null
    let pause = FIRST_PAUSE_MS
    while (!signal.aborted) {
      version ??= await this.#begin(signal)
      const followed: Followed = await this.#follow(version, signal)
      version = followed.version
      // There is always a pause: a server that ends every watch at once would otherwise be called without end.
      pause = followed.sawAnything ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS)
      await this.#clock.sleep(pause, signal)
    }
  }

  /** The version to watch from. Then looks at each observed object: what changed before that version is in no event. */
  async #begin(signal: AbortSignal): Promise<string> {
    const doing = 'list CertificateSigningRequests'
    const query = { labelSelector: this.#labelSelector, limit: '1' }
    const answer = await this.#objects.ask('GET', { query })
    const needs = this.#objects.needs('list')
    const { resourceVersion } = readAnswer(answer, LIST, doing, needs).metadata
    const observed = new Set(this.#feeds.keys())
    for (const name of observed)
      if (!signal.aborted && !(await this.#look(name)) && this.#present.has(name))
        this.#send(name, { kind: 'absent' })
    return resourceVersion
  }

  /** Follows from `version` until the server ends the watch or the connection breaks. */
  async #follow(version: string, signal: AbortSignal): Promise<Followed> {
    let newest = version
    const query = {
      watch: '1',
      allowWatchBookmarks: 'true',
      labelSelector: this.#labelSelector,
      resourceVersion: version,
    }
    const call = { method: 'GET', path: this.#objects.path(), query } as const
    try {
      for await (const line of this.#transport.stream(call, signal)) {
        const event = EVENT.safeParse(line)
        if (!event.success || event.data.type === 'ERROR') {
          this.#refuseForGood(event.data?.object)
          return { version: null, sawAnything: newest !== version }
        }
        const { success, data } = ANY_OBJECT.safeParse(event.data.object)
        if (!success) continue
        await this.#tell(event.data.type, data.metadata.name, event.data.object)
        newest = data.metadata.resourceVersion
      }
    } catch (cause) {
      if (cause instanceof CountersignError) throw cause
    }
    return { version: newest, sawAnything: newest !== version }
  }

  async #tell(type: string, name: string, wire: unknown): Promise<void> {
    if (!this.#feeds.has(name)) return
    // An object that loses the label selected for looks deleted, so the object itself is read.
    if (type !== 'DELETED') this.#push(name, SIGNING_REQUEST.safeParse(wire).data)
    else if (!(await this.#look(name))) this.#send(name, { kind: 'absent' })
  }

  /** Whether the object exists. Its readers get it. */
  async #look(name: string): Promise<boolean> {
    const doing = `read CertificateSigningRequest ${name}`
    const found = await this.#objects.read(name, z.unknown(), doing)
    if (found !== null) this.#push(name, SIGNING_REQUEST.safeParse(found).data)
    return found !== null
  }

  #push(name: string, object: SigningRequest | undefined): void {
    if (object === undefined) return
    this.#present.add(name)
    this.#send(name, { kind: 'present', object })
  }

  #send(name: string, seen: Seen): void {
    for (const feed of this.#feeds.get(name) ?? []) feed.push(seen)
  }

  /** Throws an error that waiting does not fix. All others (410 above all) are fixed by a new list. */
  #refuseForGood(status: unknown): void {
    const refused = REFUSED.safeParse(status)
    if (!refused.success || (refused.data.code !== 401 && refused.data.code !== 403)) return
    const answer = { status: refused.data.code, body: status }
    throw apiRefusal(answer, 'watch CertificateSigningRequests', this.#objects.needs('watch'))
  }
}

// A queue that one side pushes into and the other iterates over. It loses no item.

class Feed<T> implements AsyncIterable<T> {
  readonly #queue: T[] = []
  #wake: (() => void) | null = null
  #closed = false
  #failure: { readonly cause: unknown } | null = null

  push(value: T): void {
    this.#queue.push(value)
    this.#wake?.()
  }

  /** Ends the iteration after the queued items. */
  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  /** Ends the iteration by throwing. */
  fail(cause: unknown): void {
    this.#failure = { cause }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.#queue.shift()
      if (next !== undefined) yield next
      else if (this.#failure !== null) throw this.#failure.cause
      else if (this.#closed) return
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }
}
