// HTTP to one API server: one keep-alive agent, JSON in and out, retries inside a total deadline.
// Takes a Credential, gives Answers; what an answer means is for the callers.
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { AgentOptions } from 'node:https'
import type { Secret } from '../../domain/secret.ts'
import { failure } from '../../domain/problem.ts'
import type { Clock } from '../../ports.ts'
import { readAll, readLines } from './body.ts'

/** How to reach and log in to one API server. Key and token are secrets. */
export interface Credential {
  readonly server: URL
  /** PEM of the API server's CA, null for the system's roots. */
  readonly ca: string | null
  readonly certificate: string | null
  readonly key: Secret<string> | null
  /** The Authorization header for the next call, null where there is none. */
  readonly authorization: () => Promise<Secret<string> | null>
  /** Name to expect in the server's certificate where it is not the URL's. */
  readonly serverName: string | null
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly contentType?: string
}

export interface Answer {
  readonly status: number
  /** Parsed JSON, or the text where the answer is not JSON. */
  readonly body: unknown
}

const ATTEMPT_MS = 30_000
const TOTAL_MS = 60_000
const FIRST_PAUSE_MS = 250
const MAX_SOCKETS = 32
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

export class Transport {
  readonly #credential: Credential
  readonly #clock: Clock
  readonly #random: () => number
  readonly #agent: HttpAgent
  #skewMs: number | null = null

  constructor(credential: Credential, clock: Clock, random: () => number) {
    this.#credential = credential
    this.#clock = clock
    this.#random = random
    const options = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' as const }
    this.#agent = isHttps(credential)
      ? new HttpsAgent({ ...options, ...tls(credential) })
      : new HttpAgent(options)
  }

  /** The API server's clock as its last Date header told it, null before the first answer. */
  serverNow(): Date | null {
    return this.#skewMs === null ? null : new Date(this.#clock.now().getTime() + this.#skewMs)
  }

  /**
   * One call, repeated on 429, 5xx and broken connections until a minute has passed in all. Gives the last answer, whatever
   * its status; throws CLUSTER_UNREACHABLE or CLUSTER_TIMEOUT when there was none.
   */
  async ask(call: Call): Promise<Answer> {
    const giveUpAt = this.#clock.now().getTime() + TOTAL_MS
    for (let attempt = 0; ; attempt++) {
      const last = await this.#attempt(call).catch((cause: unknown) => ({ cause }))
      const pause = this.#pauseAfter(last, attempt)
      const lastTry = pause === null || this.#clock.now().getTime() + pause > giveUpAt
      if (lastTry && 'cause' in last) throw this.#unreachable(last.cause)
      if (lastTry && 'status' in last) return { status: last.status, body: last.body }
      await this.#clock.sleep(pause ?? 0)
    }
  }

  /** A watch: JSON values line by line until the server ends it. Throws when it cannot be opened or breaks. */
  async *stream(call: Call, signal: AbortSignal): AsyncGenerator {
    const message = await this.#open(call, signal)
    if (message.statusCode !== 200) {
      const text = await readAll(message, MAX_ANSWER_BYTES)
      yield { type: 'ERROR', object: parse(text) }
      return
    }
    for await (const line of readLines(message)) yield parse(line)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #attempt(call: Call): Promise<Answer & { readonly retryAfterMs: number | null }> {
    const signal = AbortSignal.timeout(ATTEMPT_MS)
    const message = await this.#open(call, signal)
    const text = await readAll(message, MAX_ANSWER_BYTES)
    const retryAfter = Number(message.headers['retry-after'])
    return {
      status: message.statusCode ?? 0,
      body: parse(text),
      retryAfterMs: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter * 1000 : null,
    }
  }

  async #open(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(this.#credential.server)
    url.pathname = url.pathname.replace(/\/$/, '') + call.path
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
    const authorization = await this.#credential.authorization()
    const payload = call.body === undefined ? null : Buffer.from(JSON.stringify(call.body))
    const headers = {
      accept: 'application/json',
      'user-agent': 'countersign',
      ...(authorization === null ? {} : { authorization: authorization.reveal() }),
      ...(payload === null
        ? {}
        : {
            'content-type': call.contentType ?? 'application/json',
            'content-length': payload.length,
          }),
    }
    const open = isHttps(this.#credential) ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const request = open(
        url,
        { method: call.method, agent: this.#agent, headers, signal },
        message => {
          this.#learnClock(message.headers.date)
          resolve(message)
        },
      )
      request.on('error', reject)
      request.end(payload ?? undefined)
    })
  }

  #learnClock(date: string | undefined): void {
    const told = date === undefined ? Number.NaN : Date.parse(date)
    if (!Number.isNaN(told)) this.#skewMs = told - this.#clock.now().getTime()
  }

  #pauseAfter(
    last:
      | { readonly status: number; readonly retryAfterMs: number | null }
      | { readonly cause: unknown },
    attempt: number,
  ): number | null {
    const worthRepeating =
      'cause' in last ? !isTlsFault(last.cause) : last.status === 429 || isTransient(last.status)
    if (!worthRepeating) return null
    const backoff = FIRST_PAUSE_MS * 2 ** Math.min(attempt, 5) * (0.5 + this.#random())
    return 'retryAfterMs' in last && last.retryAfterMs !== null
      ? last.retryAfterMs + backoff / 4
      : backoff
  }

  #unreachable(cause: unknown): Error {
    const server = this.#credential.server.origin
    const why = describeCause(cause)
    if (cause instanceof Error && cause.name === 'TimeoutError')
      return failure(
        'CLUSTER_TIMEOUT',
        `${server} did not answer in time`,
        'nothing is lost; run it again',
        cause,
      )
    const hint = isTlsFault(cause)
      ? 'check certificateAuthorityData of this cluster, and the client certificate in the kubeconfig'
      : 'check the address, the network and the VPN; nothing is lost, run it again'
    return failure('CLUSTER_UNREACHABLE', `${server} cannot be reached: ${why}`, hint, cause)
  }
}

function isHttps(credential: Credential): boolean {
  return credential.server.protocol === 'https:'
}

function tls(credential: Credential): AgentOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(credential.ca === null ? {} : { ca: credential.ca }),
    ...(credential.certificate === null ? {} : { cert: credential.certificate }),
    ...(credential.key === null ? {} : { key: credential.key.reveal() }),
    ...(credential.serverName === null ? {} : { servername: credential.serverName }),
  }
}

/** 500 is an answer about this very object (`etcdserver: request is too large`), the others are weather. */
function isTransient(status: number): boolean {
  return status === 502 || status === 503 || status === 504
}

/** A certificate that is wrong stays wrong: no use in trying for a minute. */
function isTlsFault(cause: unknown): boolean {
  const code = errorCode(cause)
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_OSSL)/.test(code) ||
    code === 'EPROTO'
  )
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

function describeCause(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0)
    return describeCause(cause.errors[0])
  return cause instanceof Error ? cause.message || errorCode(cause) : String(cause)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
