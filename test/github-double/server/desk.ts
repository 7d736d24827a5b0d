// One request from login to answer: token, rate limit, planned faults, then REST or GraphQL.
import type { WorldFacts } from '../world-facts.ts'
import { HttpRefusal, notFound } from './answer.ts'
import type { Answer, Json } from './answer.ts'
import type { Apps } from './apps.ts'
import type { FaultsOfRequest } from './faults.ts'
import type { GraphqlEngine, GraphqlRequest } from './graphql/engine.ts'
import { WorldGraph } from './graphql/world-graph.ts'
import { parsedOrNull } from './incoming.ts'
import type { Incoming } from './incoming.ts'
import { damaged, plannedAnswer } from './planned-answer.ts'
import { limitHeaders } from './rate-limit.ts'
import type { RateLimiter, Resource } from './rate-limit.ts'
import { answerRest } from './rest/answer-rest.ts'
import type { Site } from './rest/place.ts'
import { callerOf } from './tokens.ts'
import type { Caller, TokenGrant } from './tokens.ts'

export interface SessionParts {
  readonly world: WorldFacts
  readonly engine: GraphqlEngine
  readonly limiter: RateLimiter
  readonly now: () => Date
  readonly tokens: ReadonlyMap<string, TokenGrant>
  readonly apps: Apps
  readonly artifacts: () => Site['artifacts']
}

export interface Outcome {
  readonly answer: Answer
  /** Null if the token was refused. */
  readonly caller: Caller | null
  /** Caused by a fault, so it need not fit GitHub's description. */
  readonly isPlanned: boolean
}

export class ClusterSession {
  readonly #parts: SessionParts

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  /** Never throws a refusal of GitHub; `html` is the address of the web pages. */
  async answer(request: Incoming, faults: FaultsOfRequest, html: string): Promise<Outcome> {
    let caller: Caller | null = null
    const isGraphql = request.target.kind === 'graphql'
    try {
      if (request.headers['user-agent'] === undefined) throw noUserAgent()
      const planned = plannedAnswer(faults, this.#parts.now(), isGraphql)
      caller = callerOf(request.headers.authorization, this.#parts.tokens, this.#parts.apps)
      if (planned !== null)
        return { answer: this.#counted(planned, caller, isGraphql), caller, isPlanned: true }
      const { world } = this.#parts
      const site = { world, api: request.api, html, artifacts: this.#parts.artifacts() }
      const whole = await this.#handle(request, site, caller, faults)
      const answer = damaged(whole, faults)
      const isPlanned = answer !== whole
      return { answer: this.#counted(answer, caller, isGraphql), caller, isPlanned }
    } catch (error) {
      if (!(error instanceof HttpRefusal)) throw error
      const answer = caller === null ? error.answer : this.#counted(error.answer, caller, isGraphql)
      return { answer, caller, isPlanned: false }
    }
  }

  async #handle(
    request: Incoming,
    site: Site,
    caller: Caller,
    faults: FaultsOfRequest,
  ): Promise<Answer> {
    const { target, url } = request
    if (target.kind === 'graphql') return this.#graphql(target.request, site, caller, faults)
    this.#parts.limiter.spend(caller, 'core', 1)
    if (target.kind === 'unknown') throw notFound()
    const { route, parameters } = target
    return answerRest(route, { site, caller, url, parameters, body: parsedOrNull(request.body) })
  }

  async #graphql(
    request: GraphqlRequest,
    site: Site,
    caller: Caller,
    faults: FaultsOfRequest,
  ): Promise<Answer> {
    if (caller.grant === null) throw new HttpRefusal(401, 'Requires authentication')
    const { engine, limiter } = this.#parts
    const prepared = engine.prepare(request)
    if (prepared.kind === 'refused') return found(prepared.body)
    const { points, nodes } = prepared.cost
    if (limiter.budget(caller, 'graphql').remaining < points) return found(EXHAUSTED)
    limiter.spend(caller, 'graphql', points)
    const graph = new WorldGraph(site, caller, faults)
    const budget = limiter.budget(caller, 'graphql')
    const root = graph.root({ cost: points, nodes, budget })
    return found(await engine.run(request, prepared.document, graph, root))
  }

  #counted(answer: Answer, caller: Caller, isGraphql: boolean): Answer {
    const resource: Resource = isGraphql ? 'graphql' : 'core'
    const scopes = caller.grant?.scopes
    const headers = {
      ...limitHeaders(this.#parts.limiter.budget(caller, resource), resource),
      ...(scopes === undefined ? {} : { 'x-oauth-scopes': scopes.join(', ') }),
    }
    return { ...answer, headers: { ...headers, ...answer.headers } }
  }
}

/** GraphQL reports it with status 200. */
const EXHAUSTED: Json = {
  errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }],
}

function found(body: Json): Answer {
  return { status: 200, body, headers: {} }
}

function noUserAgent(): HttpRefusal {
  return new HttpRefusal(403, 'Request forbidden: a User-Agent header is needed.')
}
