// Answers with faults: replaced, or damaged in part.
import { HttpRefusal } from './answer.ts'
import type { Answer, Json } from './answer.ts'
import type { FaultsOfRequest } from './faults.ts'

/** The answer that a fault puts in place of the real one, or null. */
export function plannedAnswer(
  faults: FaultsOfRequest,
  now: Date,
  isGraphql: boolean,
): Answer | null {
  const forbidden = faults.find('forbidden')
  if (forbidden !== undefined) return refused(403, forbidden.message ?? 'Forbidden')
  if (faults.find('notFound') !== undefined) return refused(404, 'Not Found')
  const burst = faults.find('tooManyRequests')
  if (burst !== undefined) {
    return refused(429, 'Too many requests', { 'retry-after': String(burst.retryAfterSeconds) })
  }
  return limited(faults, now, isGraphql) ?? failed(faults)
}

function limited(faults: FaultsOfRequest, now: Date, isGraphql: boolean): Answer | null {
  const secondary = faults.find('secondaryLimit')
  if (secondary !== undefined) {
    return refused(403, 'You have exceeded a secondary rate limit.', {
      'retry-after': String(secondary.retryAfterSeconds),
    })
  }
  const primary = faults.find('primaryLimit')
  if (primary === undefined) return null
  const reset = Math.ceil(now.getTime() / 1000) + primary.resetInSeconds
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
  if (!isGraphql) return refused(403, 'API rate limit exceeded', headers)
  const error = { type: 'RATE_LIMITED', message: 'API rate limit exceeded' }
  return { status: 200, body: { errors: [error] }, headers }
}

function failed(faults: FaultsOfRequest): Answer | null {
  const failure = faults.find('serverError')
  if (failure !== undefined) {
    return {
      status: failure.status,
      body: { message: 'Server Error' },
      headers: {},
    }
  }
  if (faults.find('graphqlTimeout') === undefined) return null
  const message =
    'Something went wrong while executing your query. This may be the result of a timeout.'
  return { status: 200, body: { data: null, errors: [{ message }] }, headers: {} }
}

function refused(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return new HttpRefusal(status, message, headers).answer
}

/** A REST answer, damaged by its faults. */
export function damaged(answer: Answer, faults: FaultsOfRequest): Answer {
  if (faults.find('truncatedTree') !== undefined) return cutTree(answer)
  if (faults.find('truncatedPage') !== undefined) return cutPage(answer)
  return answer
}

function cutPage(answer: Answer): Answer {
  const { link: _, ...headers } = answer.headers
  return { ...answer, headers, body: withHalf(answer.body) }
}

function cutTree(answer: Answer): Answer {
  const half = withHalf(answer.body)
  return isObject(half) ? { ...answer, body: { ...half, truncated: true } } : answer
}

/** Keeps half of the list in the body. */
function withHalf(body: Json): Json {
  if (isList(body)) return body.slice(0, Math.floor(body.length / 2))
  if (!isObject(body)) return body
  const members = Object.entries(body).map(([name, value]): [string, Json | undefined] => [
    name,
    value !== undefined && isList(value) ? withHalf(value) : value,
  ])
  return Object.fromEntries(members)
}

function isList(body: Json): body is readonly Json[] {
  return Array.isArray(body)
}

function isObject(body: Json): body is { readonly [name: string]: Json | undefined } {
  return typeof body === 'object' && body !== null && !isList(body)
}
