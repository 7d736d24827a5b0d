// HTTP to one API server: one keep-alive agent, JSON in and out, retries inside a total deadline. Callers interpret the answers.
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import type { Secret } from '../../../domain/request/secret-value.ts'
import { CountersignError, failure } from '../../../domain/problem.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { retry } from '../../system/retry.ts'
import { isHttps, tls } from '../login/cluster-credential.ts'
import type { Credential } from '../login/cluster-credential.ts'
import { headersOf } from './api-call.ts'
import type { Reply, Call } from './api-call.ts'
import { apiPauseMs } from './api-retry.ts'
import type { TriedCall } from './api-retry.ts'
import { CallLimit } from './call-limit.ts'
import { describeCause, isTlsFault } from './connection-faults.ts'
import { TooLarge, parse, readAll, readLines, bodyMessage } from './http-body.ts'

export type { Reply, Call } from './api-call.ts'
export type { Credential } from '../login/cluster-credential.ts'

/** Limits of time and size, and what reports say. Tests use small limits. */
export interface TransportLimits {
  /** One attempt, milliseconds. */
  readonly attemptMs: number
  /** All attempts of one call, milliseconds. */
  readonly totalMs: number
  /** The same until the server has answered once: a wrong address is reported sooner than after a minute. */
  readonly firstContactMs: number
  readonly answerBytes: number
  /** For hints; null if it is not of a configuration. */
  readonly cluster: NonNullable<Reply['cluster']> | null
  /** Gets the number of each attempt while the server has not answered, and null when a call ends. */
  readonly reportAttempt: (attempt: number | null) => void
}

const LIMITS: TransportLimits = {
  attemptMs: 30_000,
  totalMs: 60_000,
  firstContactMs: 20_000,
  answerBytes: 64 * 1024 * 1024,
  cluster: null,
  reportAttempt: () => undefined,
}

/** The last attempt gets this long, however little is left. Otherwise it could only report that it had no time. */
const LAST_ATTEMPT_MS = 1000
const MAX_SOCKETS = 32

/** What a caller needs of a transport that only asks. */
export type Asking = Pick<Transport, 'ask'>

export class Transport {
  readonly #credential: Credential
  readonly #clock: Clock
  readonly #random: () => number
  readonly #limits: TransportLimits
  readonly #agent: HttpAgent
  /** Address and path of the server. */
  readonly #server: RequestOptions
  readonly #running = new Set<ClientRequest>()
  #skewMs: number | null = null
  #isClosed = false

  constructor(
    credential: Credential,
    clock: Clock,
    random: () => number,
    limits: Partial<TransportLimits> = {},
  ) {
    this.#credential = credential
    this.#clock = clock
    this.#random = random
    this.#limits = { ...LIMITS, ...limits }
    const options = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' as const }
    this.#agent = isHttps(credential)
      ? new HttpsAgent({ ...options, ...tls(credential) })
      : new HttpAgent(options)
    this.#server = urlToHttpOptions(credential.server)
  }

  /** The server's clock from the newest answer, null before the first. */
  serverNow(): Date | null {
    return this.#skewMs === null ? null : new Date(this.#clock.now().getTime() + this.#skewMs)
  }

  /**
   * One call, retried on 429, 5xx and broken connections for at most a minute in all. Returns the last answer, whatever its status.
   * Throws CLUSTER_UNREACHABLE or CLUSTER_TIMEOUT if there was none, CLUSTER_ANSWER if it is too large, and CLUSTER_UNAUTHORIZED
   * for a 401 that the credential can explain.
   */
  async ask(call: Call): Promise<Reply> {
    const { attemptMs, totalMs, firstContactMs, cluster, reportAttempt } = this.#limits
    const begun = this.#clock.now().getTime()
    return retry(
      this.#clock,
      () => begun + (this.#skewMs === null ? firstContactMs : totalMs),
      async (attempt, leftMs) => {
        if (this.#skewMs === null) reportAttempt(attempt + 1)
        const milliseconds = Math.min(attemptMs, Math.max(leftMs, LAST_ATTEMPT_MS))
        const last = await this.#attempt(call, milliseconds)
        return {
          pauseMs: apiPauseMs(last, attempt, this.#random()),
          result: () => {
            reportAttempt(null)
            if ('cause' in last) throw this.#unreachable(last)
            const { retryAfterMs: _, ...answer } = last
            return cluster === null ? answer : { ...answer, cluster }
          },
        }
      },
    )
  }

  /**
   * A watch: JSON values line by line until the server ends it. An answer other than 200 is one event of type ERROR with its code.
   * Throws if the watch cannot be opened or breaks.
   */
  async *stream(call: Call, signal: AbortSignal): AsyncGenerator {
    const limit = new CallLimit()
    const abort = (): void => limit.reach(new Error('the watch is not needed any more'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    try {
      const message = await this.#open(call, limit)
      const { statusCode: code } = message
      if (code === 200) {
        for await (const line of readLines(message, this.#limits.answerBytes)) yield parse(line)
        return
      }
      const text = await readAll(message, this.#limits.answerBytes)
      yield { type: 'ERROR', object: { code, message: bodyMessage(parse(text)) } }
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Aborts running calls and refuses new ones: a late call would keep the process alive. */
  close(): void {
    this.#isClosed = true
    for (const request of this.#running) request.destroy()
    this.#agent.destroy()
  }

  async #attempt(call: Call, milliseconds: number): Promise<TriedCall> {
    const limit = new CallLimit()
    const timer = setTimeout(() => limit.reach(new Error('no answer in time')), milliseconds)
    try {
      const message = await this.#open(call, limit)
      const most = call.mostBytes ?? this.#limits.answerBytes
      const text = await readAll(message, most)
      const retryAfter = Number(message.headers['retry-after'])
      return {
        status: message.statusCode ?? 0,
        body: parse(text),
        retryAfterMs: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter * 1000 : null,
      }
    } catch (cause) {
      // A failed login is not a temporary fault.
      if (cause instanceof CountersignError) throw cause
      if (cause instanceof TooLarge && call.mostBytes !== undefined)
        return { status: 200, body: null, isTooLarge: true, retryAfterMs: null }
      const server = this.#credential.server.origin
      if (cause instanceof TooLarge)
        throw failure('CLUSTER_ANSWER', `${server} answered more than ${cause.limit} bytes`)
      return { cause, isTimeout: limit.isReached }
    } finally {
      clearTimeout(timer)
    }
  }

  /** After a 401 the call is sent once more with another login, if there is one. */
  async #open(call: Call, limit: CallLimit): Promise<IncomingMessage> {
    const { authorization, refusedHint } = this.#credential
    const first = await authorization()
    const message = await this.#send(call, first, limit)
    if (message.statusCode !== 401 || first === null) return message
    const second = await authorization(first)
    const isOther = second !== null && second.reveal() !== first.reveal()
    if (isOther) message.resume()
    const last = isOther ? await this.#send(call, second, limit) : message
    if (last.statusCode !== 401 || refusedHint === undefined) return last
    last.resume()
    const server = this.#credential.server.origin
    throw failure(
      'CLUSTER_UNAUTHORIZED',
      `${server} does not accept the credential (401)`,
      refusedHint(),
    )
  }

  async #send(
    call: Call,
    authorization: Secret<string> | null,
    limit: CallLimit,
  ): Promise<IncomingMessage> {
    const { origin, pathname } = this.#credential.server
    if (this.#isClosed) throw failure('CLUSTER_UNREACHABLE', `${origin} closed the connection`)
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`
    const path = `${pathname.replace(/\/$/, '')}${call.path}${query}`
    const payload = call.body === undefined ? null : JSON.stringify(call.body)
    const headers = headersOf(call, authorization, payload)
    const open = isHttps(this.#credential) ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const options = { ...this.#server, path, method: call.method, agent: this.#agent, headers }
      const request = open(options, message => {
        this.#learnClock(message.headers.date)
        resolve(message)
      })
      limit.applyTo(request)
      this.#running.add(request)
      request.on('close', () => this.#running.delete(request))
      request.on('error', reject)
      request.end(payload ?? undefined)
    })
  }

  #learnClock(date: string | undefined): void {
    const told = date === undefined ? Number.NaN : Date.parse(date)
    if (!Number.isNaN(told)) this.#skewMs = told - this.#clock.now().getTime()
  }

  #unreachable({ cause, isTimeout }: Extract<TriedCall, { readonly cause: unknown }>): Error {
    const server = this.#credential.server.origin
    if (isTimeout)
      return failure(
        'CLUSTER_TIMEOUT',
        `${server} did not answer in time`,
        'nothing is lost; run it again',
        cause,
      )
    const hint = isTlsFault(cause)
      ? 'check certificateAuthorityData of this cluster, and the client certificate in the kubeconfig'
      : 'check the address, the network and the VPN; nothing is lost, run it again'
    const why = describeCause(cause)
    return failure('CLUSTER_UNREACHABLE', `${server} cannot be reached: ${why}`, hint, cause)
  }
}
