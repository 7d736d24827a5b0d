// GitHub client: octokit of @actions/github with its token, retries inside a total deadline, a cache of answers by ETag, and a
// request counter. Callers interpret the answers.
import type { getOctokit } from '@actions/github'
import { CountersignError } from '../../../domain/problem.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { apiAddress } from '../../system/secure-url.ts'
import type { ApiAddress } from '../../system/secure-url.ts'
import { tokenText } from './github-api-access.ts'
import type { GithubAccess } from './github-api-access.ts'
import { Unreadable, WrongStatus, readFault } from './github-fault.ts'
import type { Fault } from './github-fault.ts'
import { nextPage } from './next-page.ts'
import type { Parameters } from './next-page.ts'
import { retry } from '../../system/retry.ts'
import { isTooSlow, githubPauseMs } from './github-retry.ts'
import { githubRefusal } from './github-refusal.ts'
import type { Purpose } from './github-refusal.ts'
import { signedDownload } from './signed-download.ts'

export interface RestCall extends Purpose {
  /** As GitHub's documentation writes it: `/repos/{owner}/{repo}/activity`. */
  readonly route: string
  readonly parameters: Parameters
  /** Members of the body of a write that are not plain text or numbers. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Error statuses that also count as an answer. */
  readonly alsoTakes?: readonly number[]
  /** ETag of an answer that an earlier process read. If nothing changed since, the answer has status 304 and no data. */
  readonly etag?: string
  /** For an answer with the address of a download: `data` are its bytes, at most this many. */
  readonly mostBytes?: number
}

export interface GraphqlCall extends Purpose {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** The caller can halve its query. If GitHub is too slow, the query is then tried fewer times. */
  readonly canBeHalved?: boolean
}

export interface RestAnswer {
  readonly status: number
  /** For a status in `alsoTakes` only the message, or the location of a redirect. */
  readonly data: unknown
  /** Parameters of the next page, null after the last. */
  readonly next: Parameters | null
  readonly etag?: string
  /** Scopes of a classic token, as GitHub lists them; absent for every other token. */
  readonly scopes?: string
}

export interface ConnectionLimits {
  /** One attempt, milliseconds. */
  readonly attemptMs: number
  /** All attempts of one call with the pauses between them, milliseconds. */
  readonly totalMs: number
  /** Attempts while GitHub or the network fails. Rate limits are retried until `totalMs`. */
  readonly tries: number
}

const GITHUB_API = 'https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server'

type Octokit = ReturnType<typeof getOctokit>

/** Secondary rate limits ask for a minute. The total allows two such waits. */
const LIMITS: ConnectionLimits = { attemptMs: 30_000, totalMs: 150_000, tries: 6 }
const TRIES_WHERE_HALVED = 2
const API_VERSION = '2022-11-28'
const silent = () => undefined
const SILENT = { debug: silent, info: silent, warn: silent, error: silent }

export class Connection {
  readonly #access: GithubAccess
  readonly #address: ApiAddress
  readonly #clock: Clock
  readonly #random: () => number
  readonly #limits: ConnectionLimits
  readonly #tagged = new Map<string, { readonly etag: string; readonly answer: RestAnswer }>()
  #opened: { readonly token: Secret<string>; readonly octokit: Promise<Octokit> } | null = null
  #rest = 0
  #graphql = 0

  /** `random`: from 0 to 1, spreads the retries. Throws GITHUB_INSECURE. Sends and loads nothing before the first call. */
  constructor(
    access: GithubAccess,
    clock: Clock,
    random: () => number,
    limits: Partial<ConnectionLimits> = {},
  ) {
    this.#access = access
    this.#address = apiAddress(access.apiUrl, 'an API', GITHUB_API)
    this.#clock = clock
    this.#random = random
    this.#limits = { ...LIMITS, ...limits }
  }

  /** One GET. Throws GITHUB_ codes. A status in `alsoTakes` is an answer, except for a rate limit. */
  async rest(call: RestCall): Promise<RestAnswer> {
    const key = JSON.stringify([call.route, call.parameters])
    const taken = (fault: Fault): RestAnswer | null => {
      if (fault.kind !== 'status') return null
      const unchanged = call.etag === undefined ? null : { status: 304, data: null, next: null }
      if (fault.status === 304) return this.#tagged.get(key)?.answer ?? unchanged
      if (call.alsoTakes?.includes(fault.status) !== true) return null
      return { status: fault.status, data: { message: fault.message }, next: null }
    }
    const tries = () => this.#limits.tries
    return this.#repeat<RestAnswer>(call, tries, taken, async (octokit, signal) => {
      const etag = this.#tagged.get(key)?.etag ?? call.etag
      this.#rest += 1
      const response = await octokit.request(`GET ${call.route}`, {
        ...call.parameters,
        headers: {
          'x-github-api-version': API_VERSION,
          ...(etag === undefined ? {} : { 'if-none-match': etag }),
        },
        request: { signal, redirect: 'manual' },
      })
      if (call.mostBytes === undefined) return this.#keep(key, call, response)
      const { isLoopback } = this.#address
      const data = await signedDownload(response, call, octokit, { signal, isLoopback })
      return { status: 200, data, next: null }
    })
  }

  /**
   * One write. Only a rate limit is retried: if the answer was lost, the write may have been done, so the next run reads the state.
   * A status in `alsoTakes` is an answer. Throws GITHUB_ codes.
   */
  async send(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', call: RestCall): Promise<RestAnswer> {
    const taken = (fault: Fault): RestAnswer | null =>
      fault.kind === 'status' && call.alsoTakes?.includes(fault.status) === true
        ? { status: fault.status, data: null, next: null }
        : null
    const tries = () => 1
    return this.#repeat<RestAnswer>(call, tries, taken, async (octokit, signal) => {
      this.#rest += 1
      const route = `${method} ${call.route}`
      const sent: { readonly status: number; readonly data: unknown } = await octokit.request(
        route,
        {
          ...call.parameters,
          ...call.body,
          headers: { 'x-github-api-version': API_VERSION },
          request: { signal, redirect: 'manual' },
        },
      )
      if (sent.status >= 300) throw new WrongStatus(sent.status)
      return { status: sent.status, data: sent.data, next: null }
    })
  }

  /** The `data` of one query. Throws GITHUB_ codes; a partial answer is APPROVAL_API_INCOMPLETE. */
  async graphql(call: GraphqlCall): Promise<unknown> {
    const tries = (fault: Fault): number =>
      call.canBeHalved === true && isTooSlow(fault) ? TRIES_WHERE_HALVED : this.#limits.tries
    return this.#repeat(
      call,
      tries,
      () => null,
      async (octokit, signal) => {
        this.#graphql += 1
        const data: unknown = await octokit.graphql(call.query, {
          ...call.variables,
          request: { signal, redirect: 'manual' },
        })
        if (data === undefined) throw new Unreadable()
        return data
      },
    )
  }

  /** Requests sent so far. Every attempt counts. */
  calls(): { readonly rest: number; readonly graphql: number } {
    return { rest: this.#rest, graphql: this.#graphql }
  }

  #keep(
    key: string,
    call: RestCall,
    response: { readonly status: number; readonly headers: object; readonly data: unknown },
  ): RestAnswer {
    const { status, data } = response
    if (status >= 300 && call.alsoTakes?.includes(status) !== true) throw new WrongStatus(status)
    const location: unknown = Reflect.get(response.headers, 'location')
    if (status >= 300) return { status, data: { location }, next: null }
    // Octokit returns text if it cannot parse the JSON.
    if (typeof data === 'string') throw new Unreadable()
    const etag: unknown = Reflect.get(response.headers, 'etag')
    const link: unknown = Reflect.get(response.headers, 'link')
    const next = typeof link === 'string' ? nextPage(link, call.parameters, call.doing) : null
    const scopes: unknown = Reflect.get(response.headers, 'x-oauth-scopes')
    const tags = {
      ...(typeof etag === 'string' ? { etag } : {}),
      ...(typeof scopes === 'string' ? { scopes } : {}),
    }
    const answer = { status, data, next, ...tags }
    if (typeof etag === 'string') this.#tagged.set(key, { etag, answer })
    return answer
  }

  async #repeat<Answer>(
    asking: Purpose,
    tries: (fault: Fault) => number,
    taken: (fault: Fault) => Answer | null,
    once: (octokit: Octokit, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const octokit = await this.#open()
    const { isOfPerson = false } = this.#access
    const giveUpAt = this.#clock.now().getTime() + this.#limits.totalMs
    return retry<Answer>(
      this.#clock,
      () => giveUpAt,
      async attempt => {
        const signal = AbortSignal.timeout(this.#limits.attemptMs)
        try {
          const answer = await once(octokit, signal)
          return { pauseMs: null, result: () => answer }
        } catch (cause) {
          if (cause instanceof CountersignError) throw cause
          const fault = readFault(cause, signal.aborted, this.#clock.now())
          const answer = taken(fault)
          if (answer !== null) return { pauseMs: null, result: () => answer }
          const isFinal = attempt + 1 >= tries(fault) && fault.kind !== 'limited'
          return {
            pauseMs: isFinal ? null : githubPauseMs(fault, attempt, this.#random()),
            result: () => {
              throw githubRefusal(fault, { ...asking, isOfPerson }, this.#address.url)
            },
          }
        }
      },
    )
  }

  /** Loads octokit on first use: a plan of a work tree never asks GitHub. A new token gets a new one. */
  async #open(): Promise<Octokit> {
    const { token: given } = this.#access
    const token = given instanceof Secret ? given : await given()
    if (this.#opened?.token !== token) this.#opened = { token, octokit: this.#load(token) }
    return this.#opened.octokit
  }

  async #load(token: Secret<string>): Promise<Octokit> {
    const { getOctokit } = await import('@actions/github')
    const octokit = getOctokit(tokenText(token), {
      baseUrl: this.#address.url,
      userAgent: `countersign/${this.#access.version}`,
      log: SILENT,
      // The library's own fetch uses the environment's proxy. Requests to loopback never do.
      ...(this.#address.isLoopback ? { request: { fetch: globalThis.fetch, log: SILENT } } : {}),
    })
    octokit.hook.after('request', ({ headers }) => this.#access.hears?.(headers.date))
    return octokit
  }
}
