// The server of the GitHub double: plain HTTP on loopback for one world, with its log and faults for tests.
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ArtifactService } from '../artifacts/artifact-service.ts'
import type { WorldFacts } from '../world-facts.ts'
import type { Json } from './answer.ts'
import { Apps } from './apps.ts'
import { ClusterSession } from './desk.ts'
import type { Outcome } from './desk.ts'
import { Faults } from './faults.ts'
import type { FaultsOfRequest } from './faults.ts'
import { GraphqlEngine } from './graphql/engine.ts'
import { incoming, operationNameOf, parsedOrNull, queryOf } from './incoming.ts'
import type { Incoming } from './incoming.ts'
import { RateLimiter } from './rate-limit.ts'
import type { RateLimits } from './rate-limit.ts'
import { RequestLog } from './request-log.ts'
import type { CallCounts, LoggedRequest } from './request-log.ts'
import type { TokenGrant } from './tokens.ts'
import { isKnown, send } from './wire.ts'

/** One answered request, to be validated against GitHub's description. */
export interface Exchange {
  readonly operation: string
  readonly status: number
  readonly requestBody: unknown
  readonly responseBody: Json
}

export interface GithubServerOptions {
  /** Text of GitHub's published GraphQL schema, or of a part of it. */
  readonly schema: string
  /** Called for every REST answer without a fault; its errors are collected in `problems`. */
  readonly validate?: (exchange: Exchange) => void
  readonly limits?: Partial<RateLimits>
  /** Clock of the rate limits and of the Date header; absent: the world's. */
  readonly now?: () => Date
}

export class GithubServer {
  readonly faults = new Faults()
  /** Token → its owner and permissions. */
  readonly tokens = new Map<string, TokenGrant>()
  /** GitHub Apps with their installations. */
  readonly apps = new Apps(this.tokens)
  /** Errors of `validate` and of the double itself. Tests expect none. */
  readonly problems: string[] = []
  /** Artifacts of the workflow runs of every repository; null for none. */
  artifacts: ArtifactService | null = null
  /** How far the Date header is ahead of its clock, in milliseconds. */
  skew = 0
  /** Called before each answer: what people do in this moment. */
  onRequest: ((query: string) => void) | null = null
  readonly #options: GithubServerOptions
  readonly #now: () => Date
  readonly #engine: GraphqlEngine
  readonly #limiter: RateLimiter
  readonly #session: ClusterSession
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #log = new RequestLog()
  readonly #unknown: string[] = []
  #origin = ''

  constructor(world: WorldFacts, options: GithubServerOptions) {
    this.#options = options
    this.#engine = new GraphqlEngine(options.schema)
    const limits = { core: 5000, graphql: 5000, anonymous: 60, ...options.limits }
    this.#now = options.now ?? (() => world.state.now)
    this.#limiter = new RateLimiter(limits, this.#now)
    const { tokens, apps } = this
    this.#session = new ClusterSession({
      world,
      engine: this.#engine,
      limiter: this.#limiter,
      now: this.#now,
      tokens,
      apps,
      artifacts: () => this.artifacts,
    })
    this.#server = createServer((request, response) => {
      void this.#serve(request, response)
    })
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** `url` corresponds to github.com's API URL; `/api/v3` and `/api/graphql` exist below it too. */
  async start(): Promise<{ readonly url: string }> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => resolve())
    })
    const address = this.#server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    this.#origin = `http://127.0.0.1:${port}`
    return { url: this.#origin }
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>(resolve => {
      this.#server.close(() => resolve())
    })
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  get requests(): readonly LoggedRequest[] {
    return this.#log.all()
  }

  /** Number of requests since the start, or since `forget`. */
  calls(): CallCounts {
    return this.#log.counts()
  }

  /** Empties the request log. */
  forget(): void {
    this.#log.clear()
  }

  /** Requested routes, GraphQL fields and arguments that the double lacks. Tests expect none. */
  get unknownRoutes(): readonly string[] {
    return [...this.#unknown, ...this.#engine.unanswered]
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await incoming(message, this.#origin)
      await this.#answer(request, message, response)
    } catch (error) {
      this.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
      if (!response.headersSent) response.writeHead(500)
      response.end()
    }
  }

  async #answer(
    request: Incoming,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method, path } = request
    const operation = operationNameOf(request)
    const query = queryOf(request)
    const finish = this.#log.add({ method, path, operation, query })
    const asked = { method, path, operation: operation ?? '', query: query ?? '' }
    this.onRequest?.(asked.query)
    const faults = this.faults.take(asked)
    await faults.find('slow')?.until
    const cut = faults.find('reset')
    if (cut?.when === 'before') return void message.socket.destroy()
    if (operation === null) this.#unknown.push(`${method} ${path}`)
    const outcome = await this.#session.answer(request, faults, this.#origin)
    finish({ caller: outcome.caller?.label ?? null })
    if (cut !== undefined) return void message.socket.destroy()
    this.#check(request, operation, outcome)
    finish({ status: this.#send(request, response, outcome, faults) })
  }

  #check(request: Incoming, operation: string | null, outcome: Outcome): void {
    if (operation === null || operation === 'graphql' || outcome.isPlanned) return
    const { status, body } = outcome.answer
    const requestBody = request.body === '' ? null : parsedOrNull(request.body)
    try {
      this.#options.validate?.({ operation, status, requestBody, responseBody: body })
    } catch (error) {
      this.problems.push(`${operation} ${status}: ${String(error)}`)
    }
  }

  #send(
    request: Incoming,
    response: ServerResponse,
    { answer, caller }: Outcome,
    faults: FaultsOfRequest,
  ): number {
    const skew = this.skew + (faults.find('skewedClock')?.milliseconds ?? 0)
    const tag = request.method === 'GET' ? request.headers['if-none-match'] : undefined
    const sending = {
      answer,
      knownTag: tag ?? null,
      date: new Date(this.#now().getTime() + skew),
      requestId: `D0:${this.#log.all().length}`,
      isCutShort: faults.find('invalidJson') !== undefined,
    }
    if (isKnown(sending) && caller !== null) this.#limiter.giveBack(caller, 'core')
    return send(response, sending)
  }
}
