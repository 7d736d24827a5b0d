// One repository at GitHub: its REST calls, and GraphQL queries that ask the same question for many items.
import { z } from 'zod'
import { CountersignError, failure } from '../../../domain/problem.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { GithubAccess } from './github-api-access.ts'
import { understood } from './answer-shapes.ts'
import { Connection } from './github-connection.ts'
import type { ConnectionLimits, RestAnswer, RestCall } from './github-connection.ts'
import type { Parameters } from './next-page.ts'
import { Query } from './graphql-query.ts'
import { incomplete } from './github-refusal.ts'
import type { Purpose } from './github-refusal.ts'

/** The question for each item: a field of Repository without its alias, and the shape of its answer. */
export interface ItemQuestion<Item, Shape extends z.ZodType> extends Purpose {
  readonly field: (item: Item, query: Query) => string
  readonly shape: Shape
  /** Items per query. */
  readonly size: number
  /** A query that is too slow is halved this many times before it is an error; default 2. */
  readonly halvings?: number
}

const REPOSITORY = z.object({ repository: z.record(z.string(), z.unknown()) })
const HALVINGS = 2
const PAGE_SIZE = 100

/**
 * `random`: from 0 to 1. Throws RUN_USAGE for an invalid name, GITHUB_INSECURE for a URL that must not get the token. Sends nothing.
 */
export function openRepositoryApi(
  access: GithubAccess & { readonly repository: string },
  clock: Clock,
  random: () => number,
  limits: Partial<ConnectionLimits> = {},
): RepositoryApi {
  const [owner, name] = ownerAndName(access.repository)
  return new RepositoryApi(new Connection(access, clock, random, limits), owner, name)
}

/** Throws RUN_USAGE for a text that is not the name of a repository. */
export function ownerAndName(repository: string): readonly [owner: string, name: string] {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? []
  if (owner !== undefined && name !== undefined) return [owner, name]
  throw failure(
    'RUN_USAGE',
    `${repository} is not the name of a repository`,
    'write it as owner/name',
  )
}

export class RepositoryApi {
  readonly connection: Connection
  readonly owner: string
  readonly name: string

  constructor(connection: Connection, owner: string, name: string) {
    this.connection = connection
    this.owner = owner
    this.name = name
  }

  /** The answers in the order of the items. Throws GITHUB_ codes; a missing answer is APPROVAL_API_INCOMPLETE. */
  async each<Item, Shape extends z.ZodType>(
    items: readonly Item[],
    question: ItemQuestion<Item, Shape>,
  ): Promise<readonly z.output<Shape>[]> {
    const answers: z.output<Shape>[] = []
    const { size, halvings = HALVINGS } = question
    for (let at = 0; at < items.length; at += size)
      answers.push(...(await this.#some(items.slice(at, at + size), question, halvings)))
    return answers
  }

  /** One GET below the repository; `route` begins after `/repos/{owner}/{repo}`. */
  get(call: RestCall): Promise<RestAnswer> {
    return this.connection.rest(this.#below(call))
  }

  /** The answer of one GET in its shape, null for a status in `alsoTakes`. */
  async find<Shape extends z.ZodType>(
    call: RestCall,
    shape: Shape,
  ): Promise<z.output<Shape> | null> {
    const { status, data } = await this.get(call)
    return status === 200 ? understood(shape, data, call.doing) : null
  }

  /** One write below the repository. */
  send(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', call: RestCall): Promise<RestAnswer> {
    return this.connection.send(method, this.#below(call))
  }

  /**
   * Every page of a list below the repository, null if GitHub answers with a status of `alsoTakes`. `whenTaken` can give such an
   * answer another meaning.
   */
  async pages<Shape extends z.ZodType>(
    call: RestCall,
    shape: Shape,
    whenTaken: (answer: RestAnswer) => readonly z.output<Shape>[] | null = () => null,
  ): Promise<readonly z.output<Shape>[] | null> {
    const pages: z.output<Shape>[] = []
    const below = this.#below(call)
    const asked = new Set<string>()
    let parameters: Parameters | null = { per_page: PAGE_SIZE, ...below.parameters }
    while (parameters !== null) {
      if (asked.has(JSON.stringify(parameters))) throw incomplete(`the list to ${call.doing}`)
      asked.add(JSON.stringify(parameters))
      const answer: RestAnswer = await this.connection.rest({ ...below, parameters })
      if (answer.status !== 200) return whenTaken(answer)
      pages.push(understood(shape, answer.data, call.doing))
      parameters = answer.next
    }
    return pages
  }

  #below(call: RestCall): RestCall {
    const parameters: Parameters = { owner: this.owner, repo: this.name, ...call.parameters }
    return { ...call, route: `/repos/{owner}/{repo}${call.route}`, parameters }
  }

  async #some<Item, Shape extends z.ZodType>(
    items: readonly Item[],
    question: ItemQuestion<Item, Shape>,
    halvings: number,
  ): Promise<readonly z.output<Shape>[]> {
    const canBeHalved = halvings > 0 && items.length > 1
    try {
      return await this.#ask(items, question, canBeHalved)
    } catch (cause) {
      const isTooSlow = cause instanceof CountersignError && cause.problem.code === 'GITHUB_TIMEOUT'
      if (!canBeHalved || !isTooSlow) throw cause
      const half = Math.ceil(items.length / 2)
      return [
        ...(await this.#some(items.slice(0, half), question, halvings - 1)),
        ...(await this.#some(items.slice(half), question, halvings - 1)),
      ]
    }
  }

  async #ask<Item, Shape extends z.ZodType>(
    items: readonly Item[],
    { field, shape, doing, needs }: ItemQuestion<Item, Shape>,
    canBeHalved: boolean,
  ): Promise<readonly z.output<Shape>[]> {
    const query = new Query()
    const owner = query.value('String!', this.owner)
    const name = query.value('String!', this.name)
    const fields = items.map((item, index) => `a${index}: ${field(item, query)}`).join('\n')
    const document = query.document(`repository(owner: ${owner}, name: ${name}) {\n${fields}\n}`)
    const { variables } = query
    const call = { query: document, variables, doing, needs, canBeHalved }
    const data = understood(REPOSITORY, await this.connection.graphql(call), doing)
    return items.map((_, index) => {
      const alias = `a${index}`
      if (!Object.hasOwn(data.repository, alias)) throw incomplete(`what was asked to ${doing}`)
      return understood(shape, data.repository[alias], doing)
    })
  }
}
