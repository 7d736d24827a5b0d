// Faults of one request, read from whatever octokit throws. Octokit's own errors go no further: they contain the request.
import { z } from 'zod'
import { isBroken } from '../../kubernetes/http/connection-faults.ts'
import { errorCode } from '../../system/system-error.ts'
import { namedMember } from '../../../domain/json-text.ts'

export interface GraphqlFault {
  readonly type: string
  readonly message: string
  /** Field names and positions, joined by dots. */
  readonly path: string
}

export type Fault =
  /** No answer, or only a part of one. */
  | { readonly kind: 'broken'; readonly cause: unknown; readonly passes: boolean }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreadable' }
  /** A rate limit: how long to wait, and when the hourly limit resets. */
  | { readonly kind: 'limited'; readonly waitMs: number; readonly frees: Date | null }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly message: string
      /** `contents=read` and similar, null if GitHub does not say. */
      readonly accepted: string | null
    }
  | {
      readonly kind: 'graphql'
      readonly errors: readonly GraphqlFault[]
      readonly hasData: boolean
    }

/** An answer that arrived only in part. */
export class Unreadable extends Error {}
/** An answer with a status that octokit counts as a success and countersign does not: a redirect. */
export class WrongStatus extends Error {
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

const HEADERS = z.record(z.string(), z.unknown())
const HTTP = z.object({
  status: z.number(),
  response: z.object({ headers: HEADERS, data: z.unknown() }),
})
const GRAPHQL = z.object({
  errors: z.array(
    z.object({
      type: z.string().nullish(),
      message: z.string().nullish(),
      path: z.array(z.union([z.string(), z.number()])).nullish(),
    }),
  ),
  headers: HEADERS,
  data: z.unknown(),
})
const SAYING = z.object({ message: z.string() })

const MINUTE_MS = 60_000
const LONGEST_SENTENCE = 300

/** `hasTimedOut`: our own limit for the attempt ended it. `now`: used if the answer has no Date header. */
export function readFault(cause: unknown, hasTimedOut: boolean, now: Date): Fault {
  if (cause instanceof Unreadable) return hasTimedOut ? { kind: 'timeout' } : { kind: 'unreadable' }
  if (cause instanceof WrongStatus) return statusFault(cause.status, '', {})
  const graphql = GRAPHQL.safeParse(cause)
  if (graphql.success) return readGraphql(graphql.data, now)
  const http = HTTP.safeParse(cause)
  if (http.success) return readHttp(http.data, now)
  if (hasTimedOut) return { kind: 'timeout' }
  const inner = innermost(cause)
  return { kind: 'broken', cause: inner, passes: isBroken(inner) || isCut(inner) }
}

function readHttp({ status, response }: z.output<typeof HTTP>, now: Date): Fault {
  const { headers, data } = response
  const saying = SAYING.safeParse(data)
  const message = saying.success ? oneLine(saying.data.message) : ''
  if (status !== 403 && status !== 429) return statusFault(status, message, headers)
  const retryAfter = seconds(headers['retry-after'])
  if (retryAfter !== null) return { kind: 'limited', waitMs: retryAfter * 1000, frees: null }
  if (headers['x-ratelimit-remaining'] === '0') return primaryLimit(headers, now)
  if (status === 429 || /secondary rate limit|abuse detection/i.test(message))
    return { kind: 'limited', waitMs: MINUTE_MS, frees: null }
  return statusFault(status, message, headers)
}

function readGraphql({ errors, headers, data }: z.output<typeof GRAPHQL>, now: Date): Fault {
  if (errors.some(error => error.type === 'RATE_LIMITED' || error.type === 'RATE_LIMIT'))
    return primaryLimit(headers, now)
  return {
    kind: 'graphql',
    errors: errors.map(({ type, message, path }) => ({
      type: type ?? '',
      message: oneLine(message ?? ''),
      path: (path ?? []).join('.'),
    })),
    hasData: data !== null && data !== undefined,
  }
}

/** Both times are the server's, so a wrong clock on this machine does not matter. */
function primaryLimit(headers: z.output<typeof HEADERS>, now: Date): Fault {
  const reset = seconds(headers['x-ratelimit-reset'])
  if (reset === null) return { kind: 'limited', waitMs: MINUTE_MS, frees: null }
  const told = Date.parse(String(headers['date']))
  const from = Number.isNaN(told) ? now.getTime() : told
  return {
    kind: 'limited',
    waitMs: Math.max(1000, reset * 1000 - from + 1000),
    frees: new Date(reset * 1000),
  }
}

function statusFault(status: number, message: string, headers: z.output<typeof HEADERS>): Fault {
  const accepted = headers['x-accepted-github-permissions']
  return {
    kind: 'status',
    status,
    message,
    accepted: typeof accepted === 'string' && accepted !== '' ? accepted : null,
  }
}

function seconds(header: unknown): number | null {
  const value = typeof header === 'string' || typeof header === 'number' ? Number(header) : NaN
  return Number.isFinite(value) && value >= 0 ? value : null
}

/** undici's own codes: a socket that was closed, a connection or headers that never came. */
function isCut(cause: unknown): boolean {
  return errorCode(cause).startsWith('UND_ERR_')
}

function innermost(cause: unknown): unknown {
  const inner = namedMember(cause, 'cause')
  return inner === undefined || inner === null ? cause : innermost(inner)
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > LONGEST_SENTENCE ? `${line.slice(0, LONGEST_SENTENCE)} …` : line
}
