// One watch per cluster over this owner's CertificateSigningRequests, shared by everybody who waits for one.
// Lists, then watches with bookmarks; 410 lists again, a broken connection goes on from the last resourceVersion.
import { z } from 'zod'
import { CountersignError } from '../../domain/problem.ts'
import type { Seen, SigningRequest } from '../../domain/signing-request.ts'
import type { Clock } from '../../ports.ts'
import { Feed } from './feed.ts'
import { refusal } from './errors.ts'
import type { Transport } from './transport.ts'
import { SIGNING_REQUESTS, readSigningRequest } from './wire-signing-request.ts'

const PAGE = '500'
const FIRST_PAUSE_MS = 200

const LIST = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()),
})
const EVENT = z.object({ type: z.string(), object: z.unknown() })
const BOOKMARK = z.object({ metadata: z.object({ resourceVersion: z.string() }) })

export class SigningRequestWatch {
  readonly labels: Readonly<Record<string, string>>
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #feeds = new Map<string, Set<Feed<Seen>>>()
  readonly #present = new Set<string>()
  #running: AbortController | null = null

  constructor(transport: Transport, clock: Clock, owner: string) {
    this.#transport = transport
    this.#clock = clock
    this.labels = { 'countersign.dev/owner': owner }
  }

  /** Every state of the object from the moment of this call on; what stands now comes first when the watch begins. */
  observe(name: string, signal: AbortSignal): AsyncIterable<Seen> {
    const feed = new Feed<Seen>()
    const feeds = this.#feeds.get(name) ?? new Set()
    this.#feeds.set(name, feeds.add(feed))
    const leave = (): void => {
      feed.close()
      feeds.delete(feed)
      if (feeds.size === 0) this.#feeds.delete(name)
      if (this.#feeds.size === 0) this.#stop()
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

  #stop(): void {
    this.#running?.abort()
    this.#running = null
    this.#present.clear()
  }

  #fail(cause: unknown): void {
    for (const feeds of this.#feeds.values()) for (const feed of feeds) feed.fail(cause)
    this.#stop()
  }

  async #run(signal: AbortSignal): Promise<void> {
    let version: string | null = null
    let pause = FIRST_PAUSE_MS
    while (!signal.aborted) {
      version ??= await this.#list()
      const before: string = version
      version = await this.#follow(version, signal).catch((cause: unknown) => {
        if (cause instanceof CountersignError) throw cause
        return before
      })
      if (version === before && !signal.aborted)
        await this.#clock.sleep((pause = Math.min(pause * 2, 5000)), signal)
      else pause = FIRST_PAUSE_MS
    }
  }

  async #list(): Promise<string> {
    const found = new Set<string>()
    const query = { labelSelector: this.#selector(), limit: PAGE }
    let next: string | undefined
    let version = ''
    do {
      const pageQuery = next === undefined ? query : { ...query, continue: next }
      const answer = await this.#transport.ask({
        method: 'GET',
        path: SIGNING_REQUESTS,
        query: pageQuery,
      })
      const list = LIST.safeParse(answer.body)
      if (answer.status !== 200 || !list.success)
        throw refusal(answer, 'list CertificateSigningRequests', needs('list'))
      for (const item of list.data.items) found.add(this.#show(readSigningRequest(item)))
      next = list.data.metadata.continue === '' ? undefined : list.data.metadata.continue
      version = list.data.metadata.resourceVersion
    } while (next !== undefined)
    for (const name of this.#present) if (!found.has(name)) await this.#gone(name)
    return version
  }

  /** Follows from `version`; gives the version to go on from, or null when it is too old and a list is needed. */
  async #follow(version: string, signal: AbortSignal): Promise<string | null> {
    let newest = version
    const query = {
      watch: '1',
      allowWatchBookmarks: 'true',
      labelSelector: this.#selector(),
      resourceVersion: version,
    }
    for await (const line of this.#transport.stream(
      { method: 'GET', path: SIGNING_REQUESTS, query },
      signal,
    )) {
      const event = EVENT.safeParse(line)
      if (!event.success) return null
      if (event.data.type === 'ERROR') return this.#broken(event.data.object)
      const mark = BOOKMARK.safeParse(event.data.object)
      if (mark.success) newest = mark.data.metadata.resourceVersion
      const object = event.data.type === 'BOOKMARK' ? null : readSigningRequest(event.data.object)
      if (event.data.type === 'DELETED' && object !== null) await this.#gone(object.name)
      else this.#show(object)
    }
    return newest
  }

  /** 410 means list again (null); 401 and 403 will not heal by waiting. */
  #broken(status: unknown): null {
    const code = z.object({ code: z.number() }).safeParse(status)
    if (code.success && (code.data.code === 401 || code.data.code === 403))
      throw refusal(
        { status: code.data.code, body: status },
        'watch CertificateSigningRequests',
        needs('watch'),
      )
    return null
  }

  #show(object: SigningRequest | null): string {
    if (object === null) return ''
    this.#present.add(object.name)
    for (const feed of this.#feeds.get(object.name) ?? []) feed.push({ kind: 'present', object })
    return object.name
  }

  /** Leaving the label selector looks like a deletion, so the object itself is asked. */
  async #gone(name: string): Promise<void> {
    this.#present.delete(name)
    const feeds = this.#feeds.get(name)
    if (feeds === undefined) return
    const answer = await this.#transport.ask({
      method: 'GET',
      path: `${SIGNING_REQUESTS}/${encodeURIComponent(name)}`,
    })
    const object = answer.status === 200 ? readSigningRequest(answer.body) : null
    for (const feed of feeds)
      feed.push(object === null ? { kind: 'absent' } : { kind: 'present', object })
  }

  #selector(): string {
    return Object.entries(this.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',')
  }
}

function needs(verb: string): Parameters<typeof refusal>[2] {
  return {
    apiGroup: 'certificates.k8s.io',
    resource: 'certificatesigningrequests',
    verb,
    namespace: null,
    name: null,
  }
}
