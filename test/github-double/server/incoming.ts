// A parsed request of the double: its route, its body, and its base path.
import type { IncomingMessage } from 'node:http'
import type { GraphqlRequest } from './graphql/engine.ts'
import { operationOf, routeOf } from './rest/routes.ts'
import type { Route } from './rest/routes.ts'

export interface Incoming {
  readonly method: string
  /** Path and query without the base path. */
  readonly path: string
  /** Full URL, for links. */
  readonly url: URL
  /** The API's base address in this request. */
  readonly api: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly target:
    | { readonly kind: 'graphql'; readonly request: GraphqlRequest }
    | {
        readonly kind: 'rest'
        readonly route: Route
        readonly parameters: Readonly<Record<string, string>>
      }
    | { readonly kind: 'unknown' }
}

/** An Enterprise Server answers below /api/v3 and at /api/graphql, github.com at the root. */
const REST_BASE = '/api/v3'
const GRAPHQL_PATHS: readonly string[] = ['/graphql', '/api/graphql']

/** Reads the whole request. `origin` is the double's own URL. */
export async function incoming(request: IncomingMessage, origin: string): Promise<Incoming> {
  const body = await textOf(request)
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', origin)
  const isBelow = url.pathname === REST_BASE || url.pathname.startsWith(`${REST_BASE}/`)
  const base = isBelow ? REST_BASE : ''
  const pathname = url.pathname.slice(base.length)
  const path = `${pathname}${url.search}`
  const { headers } = request
  const target = targetOf(method, url.pathname, pathname, body)
  return { method, path, url, api: `${origin}${base}`, headers, body, target }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) {
    chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)))
  }
  return Buffer.concat(chunks).toString('utf8')
}

function targetOf(
  method: string,
  whole: string,
  pathname: string,
  body: string,
): Incoming['target'] {
  if (method === 'POST' && GRAPHQL_PATHS.includes(whole)) {
    return { kind: 'graphql', request: graphqlRequest(body) }
  }
  const found = routeOf(method, pathname)
  return found === null ? { kind: 'unknown' } : { kind: 'rest', ...found }
}

function graphqlRequest(body: string): GraphqlRequest {
  const parsed = parsedOrNull(body)
  const query = member(parsed, 'query')
  const variables = member(parsed, 'variables')
  const operationName = member(parsed, 'operationName')
  return {
    query: typeof query === 'string' ? query : '',
    variables: typeof variables === 'object' && variables !== null ? { ...variables } : {},
    operationName: typeof operationName === 'string' ? operationName : null,
  }
}

export function parsedOrNull(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed
  } catch {
    return null
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

/** The operation in the log and in faults; null if the double has no such route. */
export function operationNameOf(request: Incoming): string | null {
  if (request.target.kind === 'graphql') return 'graphql'
  return request.target.kind === 'rest' ? operationOf(request.target.route) : null
}

export function queryOf(request: Incoming): string | null {
  return request.target.kind === 'graphql' ? request.target.request.query : null
}
