// The log of requests to the double, for counts and assertions, without tokens or bodies.

export interface LoggedRequest {
  readonly method: string
  /** Path and query, without the base path. */
  readonly path: string
  /** `GET /repos/{owner}/{repo}` as in the description, `graphql`, or null if the double has no such route. */
  readonly operation: string | null
  /** The GraphQL document. */
  readonly query: string | null
  /** `account:ID`, `app:NAME`, `anonymous`, or null if the token was refused. */
  readonly caller: string | null
  /** Null during the request and after a cut connection. */
  readonly status: number | null
}

export interface CallCounts {
  readonly rest: number
  readonly graphql: number
}

export class RequestLog {
  readonly #entries: LoggedRequest[] = []

  /** Returns the function that completes the entry. */
  add(entry: Omit<LoggedRequest, 'caller' | 'status'>): (done: Partial<LoggedRequest>) => void {
    const index = this.#entries.push({ ...entry, caller: null, status: null }) - 1
    return done => {
      const known = this.#entries[index]
      if (known !== undefined) this.#entries[index] = { ...known, ...done }
    }
  }

  all(): readonly LoggedRequest[] {
    return this.#entries
  }

  counts(): CallCounts {
    const graphql = this.#entries.filter(({ operation }) => operation === 'graphql').length
    return { rest: this.#entries.length - graphql, graphql }
  }

  clear(): void {
    this.#entries.length = 0
  }
}
