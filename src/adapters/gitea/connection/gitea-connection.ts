// Gitea's REST API: token, retries inside a total deadline, complete lists, and no redirects. Callers interpret the answers.
import { z } from 'zod'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { tokenText } from '../../github/connection/github-api-access.ts'
import type { TokenSource } from '../../github/connection/github-api-access.ts'
import type { ConnectionLimits } from '../../github/connection/github-connection.ts'
import { understood } from '../../github/connection/answer-shapes.ts'
import type { Purpose } from '../../github/connection/github-refusal.ts'
import { githubRefusal, incomplete, notUnderstood } from '../../github/connection/github-refusal.ts'
import { backOff, retry } from '../../system/retry.ts'
import { apiAddress } from '../../system/secure-url.ts'
import { giteaStatus, missingCount, tooLarge } from './gitea-refusal.ts'

export interface GiteaAccess {
  /** Address of the server, such as https://git.example.com; it may have a path. */
  readonly url: string
  readonly token: Secret<string> | TokenSource
  /** countersign's own version, for the User-Agent. */
  readonly version: string
}

/** `needs`: a scope of a Gitea token, with what its account has to be. */
export interface GiteaCall extends Purpose {
  /** Below `/api/v1`, each part encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean>>
  /** Error statuses that count as the answer null. */
  readonly alsoTakes?: readonly number[]
}

interface Answer {
  readonly data: unknown
  /** X-Total-Count; null if the header is missing, or is no number. */
  readonly total: number | null
}

const LIMITS: ConnectionLimits = { attemptMs: 30_000, totalMs: 150_000, tries: 6 }
const FIRST_PAUSE_MS = 1000
/** Far more than an answer of work: comments of a stranger must not use up the memory. */
const MOST_BYTES = 64 * 1024 * 1024
/** The most that Gitea gives by default (MAX_RESPONSE_ITEMS). */
const PAGE_SIZE = 50
const SAYING = z.object({ message: z.string() })

export class GiteaConnection {
  /** Without a slash at the end. */
  readonly url: string
  readonly #access: GiteaAccess
  readonly #clock: Clock
  readonly #random: () => number
  readonly #limits: ConnectionLimits
  #calls = 0

  /** `random`: from 0 to 1, spreads the retries. Throws GITHUB_INSECURE. Sends nothing. */
  constructor(
    access: GiteaAccess,
    clock: Clock,
    random: () => number,
    limits: Partial<ConnectionLimits> = {},
  ) {
    this.url = apiAddress(access.url, 'a Gitea server', 'https://git.example.com').url
    this.#access = access
    this.#clock = clock
    this.#random = random
    this.#limits = { ...LIMITS, ...limits }
  }

  /** The value of one GET in its shape, null for a status in `alsoTakes`. Throws GITHUB_ codes. */
  async get<Shape extends z.ZodType>(
    call: GiteaCall,
    shape: Shape,
  ): Promise<z.output<Shape> | null> {
    const answer = await this.#ask(call)
    return answer === null ? null : understood(shape, answer.data, call.doing)
  }

  /** The value of one write in its shape. Only a PATCH is repeated: another POST could write twice. Throws GITHUB_ codes. */
  async send<Shape extends z.ZodType>(
    method: 'POST' | 'PATCH',
    call: GiteaCall,
    body: Readonly<Record<string, unknown>>,
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const answer = await this.#ask(call, { method, body: JSON.stringify(body) })
    return understood(shape, answer?.data, call.doing)
  }

  /**
   * Every item of a list, each once; null for a status in `alsoTakes`. Throws APPROVAL_API_INCOMPLETE if there are fewer than Gitea counts,
   * or if a proxy removed the count. `countsHidden`: Gitea also counts items that it does not show.
   */
  async list<Item extends z.ZodType>(
    call: GiteaCall,
    item: Item,
    idOf: (item: z.output<Item>) => string | number,
    countsHidden = false,
  ): Promise<readonly z.output<Item>[] | null> {
    const found = new Map<string | number, z.output<Item>>()
    for (let page = 1, again = 0; ; page++) {
      const answer = await this.#page(call, item, page)
      if (answer === null) return null
      const { items, total } = answer
      for (const each of items) found.set(idOf(each), each)
      if (total === null) throw missingCount(call.doing)
      // Each page has at least one item on the server, so there are at most as many pages as items.
      if (found.size >= total || (countsHidden && page >= total)) return [...found.values()]
      if (items.length > 0 || countsHidden) continue
      // An item that was added while the pages were read is on a page before.
      if (again++ === 2) throw incomplete(`the list to ${call.doing}`)
      found.clear()
      page = 0
    }
  }

  /** The items of the last pages of a list that is oldest first, at most so many pages. Throws as `list`. */
  async newest<Item extends z.ZodType>(
    call: GiteaCall,
    item: Item,
    most: number,
  ): Promise<readonly z.output<Item>[]> {
    const first = await this.#page(call, item, 1)
    if (first === null || first.items.length === 0) return []
    if (first.total === null) throw missingCount(call.doing)
    const last = Math.ceil(first.total / first.items.length)
    const found = last > most ? [] : [...first.items]
    for (let page = Math.max(2, last - most + 1); page <= last; page++)
      found.push(...((await this.#page(call, item, page))?.items ?? []))
    return found
  }

  /**
   * Pages of a list that Gitea does not count, until `isLast` says that a page is the last needed. `empty`: so many empty pages in a row
   * end it, too.
   */
  async uncounted<Item extends z.ZodType>(
    call: GiteaCall,
    item: Item,
    isLast: (page: readonly z.output<Item>[]) => boolean,
    empty: number,
  ): Promise<readonly z.output<Item>[]> {
    const found: z.output<Item>[] = []
    for (let [page, inRow] = [1, 0]; inRow < empty; page++) {
      const items = (await this.#page(call, item, page))?.items ?? []
      found.push(...items)
      if (isLast(items)) break
      inRow = items.length === 0 ? inRow + 1 : 0
    }
    return found
  }

  async token(): Promise<Secret<string>> {
    const { token } = this.#access
    return token instanceof Secret ? token : token()
  }

  /** Requests sent so far. Every attempt counts. */
  calls(): number {
    return this.#calls
  }

  async #page<Item extends z.ZodType>(call: GiteaCall, item: Item, page: number) {
    const answer = await this.#ask({ ...call, query: { ...call.query, page, limit: PAGE_SIZE } })
    if (answer === null) return null
    return { items: understood(z.array(item), answer.data ?? [], call.doing), total: answer.total }
  }

  async #ask(
    call: GiteaCall,
    write: { readonly method?: string; readonly body?: string } = {},
  ): Promise<Answer | null> {
    const query = new URLSearchParams(
      Object.entries(call.query ?? {}).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    )
    const address = `${this.url}/api/v1${call.path}?${query.toString()}`
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `token ${tokenText(await this.token())}`,
      'user-agent': `countersign/${this.#access.version}`,
    }
    const { attemptMs, totalMs } = this.#limits
    const tries = write.method === 'POST' ? 1 : this.#limits.tries
    const giveUpAt = this.#clock.now().getTime() + totalMs
    return retry<Answer | null>(
      this.#clock,
      () => giveUpAt,
      async attempt => {
        const pause = attempt + 1 < tries ? backOff(FIRST_PAUSE_MS, attempt, this.#random()) : null
        this.#calls += 1
        try {
          const signal = AbortSignal.timeout(attemptMs)
          const response = await fetch(address, { ...write, headers, redirect: 'manual', signal })
          const text = await textOf(response)
          if (text === null) return { pauseMs: null, result: thrown(tooLarge(call.doing)) }
          const { status } = response
          if (status === 200 || status === 201)
            return { pauseMs: null, result: () => answerOf(response, text, call) }
          if (call.alsoTakes?.includes(status) === true)
            return { pauseMs: null, result: () => null }
          const refused = giteaStatus(call, status, sayingOf(text))
          return {
            pauseMs: status >= 500 || status === 429 ? pause : null,
            result: thrown(refused),
          }
        } catch (cause) {
          const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause
          const kind = inner instanceof DOMException ? 'timeout' : 'broken'
          const asking = { ...call, isOfPerson: true }
          const fault = { kind, cause: inner, passes: true } as const
          const refused = githubRefusal(fault, asking, new URL(this.url).origin)
          return { pauseMs: pause, result: thrown(refused) }
        }
      },
    )
  }
}

/** Null if it has more than MOST_BYTES. */
async function textOf(response: Response): Promise<string | null> {
  const parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = response.body ?? []
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of parts) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function answerOf(response: Response, text: string, { doing }: GiteaCall): Answer {
  const count = response.headers.get('x-total-count') ?? ''
  const data = parsed(text)
  if (data === undefined) throw notUnderstood(doing, null)
  return { data, total: /^\d+$/.test(count) ? Number(count) : null }
}

function sayingOf(text: string): string {
  const saying = SAYING.safeParse(parsed(text))
  return saying.success ? saying.data.message.replaceAll(/\s+/g, ' ').slice(0, 300) : ''
}

/** Undefined for a text that is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function thrown(error: Error): () => never {
  return () => {
    throw error
  }
}
