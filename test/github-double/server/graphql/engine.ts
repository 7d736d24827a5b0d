// Runs a GraphQL request on GitHub's published schema: syntax, validity, cost, then every field from the graph.
import { buildASTSchema, execute, GraphQLError, parse, validate } from 'graphql'
import type { DocumentNode, ExecutionResult, GraphQLFieldResolver, GraphQLSchema } from 'graphql'
import type { Json } from '../answer.ts'
import type { FaultsOfRequest } from '../faults.ts'
import { costOf } from './cost.ts'
import type { Cost } from './cost.ts'
import { failure, Given, Shown } from './shown.ts'
import type { WorldGraph } from './world-graph.ts'

const KNOWN_DOCUMENTS = 100

export interface GraphqlRequest {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | null
}

/** The refusal before any lookup, or the document with its cost. */
export type Prepared =
  | { readonly kind: 'refused'; readonly body: Json }
  | { readonly kind: 'ready'; readonly document: DocumentNode; readonly cost: Cost }

/** A schema, with the valid documents by their text: most of the time of a call would be their validation. */
interface KnownSchema {
  readonly schema: GraphQLSchema
  readonly valid: Map<string, DocumentNode>
}

/** By its text, for all engines: to build one takes longer than most tests. */
const SCHEMAS = new Map<string, KnownSchema>()

function knownSchema(text: string): KnownSchema {
  const schema = () => buildASTSchema(parse(text), { assumeValidSDL: true })
  const known = SCHEMAS.get(text) ?? { schema: schema(), valid: new Map() }
  SCHEMAS.set(text, known)
  return known
}

export class GraphqlEngine {
  readonly schema: GraphQLSchema
  /** Requested `Type.field` and arguments that the double lacks. */
  readonly unanswered: string[] = []
  readonly #valid: KnownSchema['valid']

  constructor(schema: string) {
    const known = knownSchema(schema)
    this.schema = known.schema
    this.#valid = known.valid
  }

  prepare(request: GraphqlRequest): Prepared {
    try {
      const document = this.#valid.get(request.query) ?? parse(request.query)
      if (!this.#valid.has(request.query)) {
        const errors = validate(this.schema, document)
        if (errors.length > 0) return refused(errors)
        if (this.#valid.size >= KNOWN_DOCUMENTS) this.#valid.clear()
        this.#valid.set(request.query, document)
      }
      return { kind: 'ready', document, cost: costOf(this.schema, document, request.variables) }
    } catch (error) {
      return refused([asGraphqlError(error)])
    }
  }

  async run(
    request: GraphqlRequest,
    document: DocumentNode,
    graph: WorldGraph,
    root: Shown,
  ): Promise<Json> {
    const result = await execute({
      schema: this.schema,
      document,
      rootValue: root,
      variableValues: request.variables,
      operationName: request.operationName,
      fieldResolver: this.#resolver(graph.faults),
      typeResolver: value => (value instanceof Shown ? value.typename : undefined),
    })
    return shownResult(result)
  }

  #resolver(faults: FaultsOfRequest): GraphQLFieldResolver<unknown, unknown, Values> {
    return (source, values, _, info) => {
      const name = `${info.parentType.name}.${info.fieldName}`
      const planned = faults.all('graphqlField').find(({ field }) => field === name)
      if (planned !== undefined) throw failure(planned.type, planned.message)
      const field = source instanceof Shown ? source.fields[info.fieldName] : undefined
      if (field === undefined) throw this.#unanswered(name)
      if (typeof field !== 'function') return field
      const given = new Given(values)
      const value = field(given)
      for (const { name: argument } of info.fieldNodes[0]?.arguments ?? []) {
        if (!given.wasSeen(argument.value)) throw this.#unanswered(`${name}(${argument.value})`)
      }
      return value
    }
  }

  #unanswered(what: string): GraphQLError {
    this.unanswered.push(what)
    return failure('NOT_IN_THE_DOUBLE', `the GitHub double does not answer ${what}`)
  }
}

type Values = Readonly<Record<string, unknown>>

function asGraphqlError(error: unknown): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(String(error))
}

function refused(errors: readonly GraphQLError[]): Prepared {
  return { kind: 'refused', body: { errors: errors.map(shownError) } }
}

function shownResult(result: ExecutionResult): Json {
  const data = plain(result.data ?? null)
  if (result.errors === undefined) return { data }
  return { data, errors: result.errors.map(shownError) }
}

/** GitHub puts the type of an error next to its message, not into extensions. */
function shownError(error: GraphQLError): Json {
  const type = error.extensions['type']
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path === undefined ? {} : { path: [...error.path] }),
    locations: (error.locations ?? []).map(({ line, column }) => ({ line, column })),
    message: error.message,
  }
}

/** The executor's objects have no prototype, and their values have no static type. */
function plain(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}
