// One answer of the double before it is sent, and refusals in GitHub's form.
import { Refusal } from '../refusal.ts'

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined }

export interface Answer {
  readonly status: number
  /** Null: no body. */
  readonly body: Json
  readonly headers: Readonly<Record<string, string>>
}

export function ok(body: Json, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers }
}

/** A refusal instead of the requested answer; thrown by handlers, sent by the server. */
export class HttpRefusal extends Error {
  readonly answer: Answer

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.answer = { status, body: refusalBody(status, message), headers }
  }
}

function refusalBody(status: number, message: string): Json {
  return { message, documentation_url: 'https://docs.github.com/rest', status: String(status) }
}

export function notFound(): HttpRefusal {
  return new HttpRefusal(404, 'Not Found')
}

/** The answer to an app or a workflow's token without a permission; a header lists the needed ones. */
export function notAccessible(
  needed: readonly string[],
  level: 'read' | 'write' = 'read',
): HttpRefusal {
  return new HttpRefusal(403, 'Resource not accessible by integration', {
    'x-accepted-github-permissions': needed.map(name => `${name}=${level}`).join(','),
  })
}

export function unprocessable(message: string): HttpRefusal {
  return new HttpRefusal(422, message)
}

/** Turns a refusal of the world into an API answer. */
export function refused<Result>(act: () => Result): Result {
  try {
    return act()
  } catch (cause) {
    if (cause instanceof Refusal) throw new HttpRefusal(cause.status, cause.message)
    throw cause
  }
}
