// Planned faults for matching requests.

/** The requests of a fault; an absent member matches all. */
export interface RequestMatch {
  readonly method?: string
  /** Path and query without the base path; a string matches from the start. */
  readonly path?: string | RegExp
  /** `GET /repos/{owner}/{repo}/activity` as in the REST description, or `graphql`. */
  readonly operation?: string
  /** Part of the GraphQL document. */
  readonly query?: string | RegExp
}

export type Fault =
  | { readonly kind: 'forbidden'; readonly message?: string }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'tooManyRequests'; readonly retryAfterSeconds: number }
  /** 403 with a retry-after, GitHub's answer to bursts. */
  | { readonly kind: 'secondaryLimit'; readonly retryAfterSeconds: number }
  /** 403 with nothing remaining until the reset. */
  | { readonly kind: 'primaryLimit'; readonly resetInSeconds: number }
  | { readonly kind: 'serverError'; readonly status: 500 | 502 | 503 | 504 }
  /** Cuts the connection, before the request is handled or after it was. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Delays the answer until the promise resolves. */
  | { readonly kind: 'slow'; readonly until: Promise<void> }
  /**
   * A page with missing members. REST: without a next link. GraphQL: the connections of that field name (all without one);
   * `lostCursor` reports a next page without a cursor, `silent` reports no next page.
   */
  | {
      readonly kind: 'truncatedPage'
      readonly connection?: string
      readonly how?: 'lostCursor' | 'silent'
    }
  /** A tree listing that reports itself as truncated. */
  | { readonly kind: 'truncatedTree' }
  /** 200 with only an error. */
  | { readonly kind: 'graphqlTimeout' }
  /** A GraphQL field (`PullRequest.reviews`) that fails while the others are answered. */
  | {
      readonly kind: 'graphqlField'
      readonly field: string
      readonly type: string
      readonly message: string
    }
  | { readonly kind: 'invalidJson' }
  /** Shifts the Date header. */
  | { readonly kind: 'skewedClock'; readonly milliseconds: number }

/** A fault for the next `times` matching requests; once by default. */
export type PlannedFault = Fault & { readonly match?: RequestMatch; readonly times?: number }

export interface AskedRequest {
  readonly method: string
  readonly path: string
  readonly operation: string
  readonly query: string
}

export class Faults {
  #planned: { readonly fault: PlannedFault; left: number }[] = []

  push(...faults: readonly PlannedFault[]): void {
    for (const fault of faults) this.#planned.push({ fault, left: fault.times ?? 1 })
  }

  clear(): void {
    this.#planned = []
  }

  /** Faults without a matching request so far: a test that plans one expects it to happen. */
  pending(): readonly PlannedFault[] {
    return this.#planned.map(planned => planned.fault)
  }

  /** The faults of one request; each use is counted. */
  take(request: AskedRequest): FaultsOfRequest {
    const hits = this.#planned.filter(({ fault }) => isMatch(fault.match ?? {}, request))
    for (const planned of hits) planned.left--
    this.#planned = this.#planned.filter(planned => planned.left > 0)
    return new FaultsOfRequest(hits.map(planned => planned.fault))
  }
}

export class FaultsOfRequest {
  readonly #faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    this.#faults = faults
  }

  find<Kind extends Fault['kind']>(
    kind: Kind,
  ): Extract<Fault, { readonly kind: Kind }> | undefined {
    return this.all(kind)[0]
  }

  all<Kind extends Fault['kind']>(kind: Kind): readonly Extract<Fault, { readonly kind: Kind }>[] {
    return this.#faults.filter((fault): fault is Extract<Fault, { readonly kind: Kind }> => {
      return fault.kind === kind
    })
  }
}

function isMatch(match: RequestMatch, request: AskedRequest): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.operation === undefined || match.operation === request.operation) &&
    isText(match.path, request.path, 'start') &&
    isText(match.query, request.query, 'anywhere')
  )
}

function isText(
  wanted: string | RegExp | undefined,
  text: string,
  where: 'start' | 'anywhere',
): boolean {
  if (wanted === undefined) return true
  if (typeof wanted !== 'string') return wanted.test(text)
  return where === 'start' ? text.startsWith(wanted) : text.includes(wanted)
}
