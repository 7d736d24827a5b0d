// What can go wrong on purpose: answers, resets and delays for requests that match. A test's hand on the wire.

/** Which requests a fault is for; what is left out matches all. A path matches by its beginning, or by a pattern. */
export interface RequestMatch {
  readonly method?: string
  readonly path?: string | RegExp
  readonly user?: string
}

export type Fault =
  /** Answers with a Status instead of handling; `retryAfterSeconds` sets the header. */
  | { readonly kind: 'answer'; readonly code: 429 | 500 | 503; readonly retryAfterSeconds?: number }
  /** Cuts the connection, before the request is handled or after it was (and its effect stays). */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Handles it once that is settled. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }

interface Planned {
  readonly match: RequestMatch
  readonly fault: Fault
  left: number
}

export class Faults {
  #planned: Planned[] = []

  /** Plans a fault for the next `times` matching requests. */
  plan(match: RequestMatch, fault: Fault, times = 1): void {
    this.#planned.push({ match, fault, left: times })
  }

  clear(): void {
    this.#planned = []
  }

  /** The faults of one request; each is counted. */
  take(method: string, path: string, user: string): readonly Fault[] {
    const hits = this.#planned.filter(planned => isMatch(planned.match, method, path, user))
    for (const planned of hits) planned.left--
    this.#planned = this.#planned.filter(planned => planned.left > 0)
    return hits.map(planned => planned.fault)
  }
}

function isMatch(match: RequestMatch, method: string, path: string, user: string): boolean {
  return (
    (match.method === undefined || match.method === method) &&
    (match.user === undefined || match.user === user) &&
    (match.path === undefined ||
      (typeof match.path === 'string' ? path.startsWith(match.path) : match.path.test(path)))
  )
}
