// The rate limit of each caller per hour, by the double's clock.
import type { Caller } from './tokens.ts'
import { HttpRefusal } from './answer.ts'

export type Resource = 'core' | 'graphql'

export interface RateLimits {
  /** Requests, and for GraphQL points, per hour and token. */
  core: number
  graphql: number
  anonymous: number
}

/** The remaining budget of one hour. */
export interface Budget {
  readonly limit: number
  readonly used: number
  readonly remaining: number
  readonly reset: Date
}

const HOUR = 3_600_000

export class RateLimiter {
  readonly #limits: RateLimits
  readonly #now: () => Date
  readonly #windows = new Map<string, { used: number; reset: Date }>()

  constructor(limits: RateLimits, now: () => Date) {
    this.#limits = limits
    this.#now = now
  }

  budget(caller: Caller, resource: Resource): Budget {
    const { used, reset } = this.#window(caller, resource)
    const limit = caller.grant === null ? this.#limits.anonymous : this.#limits[resource]
    return { limit, used, remaining: Math.max(0, limit - used), reset }
  }

  /** Throws the 403 of the primary limit if nothing remains. */
  spend(caller: Caller, resource: Resource, cost: number): void {
    const budget = this.budget(caller, resource)
    if (budget.remaining < cost) throw primaryLimit(budget, resource)
    this.#window(caller, resource).used += cost
  }

  /** A 304 costs nothing. */
  giveBack(caller: Caller, resource: Resource): void {
    this.#window(caller, resource).used -= 1
  }

  #window(caller: Caller, resource: Resource): { used: number; reset: Date } {
    const key = `${resource} ${caller.label}`
    const open = this.#windows.get(key)
    if (open !== undefined && open.reset > this.#now()) return open
    const fresh = { used: 0, reset: new Date(this.#now().getTime() + HOUR) }
    this.#windows.set(key, fresh)
    return fresh
  }
}

export function limitHeaders(budget: Budget, resource: Resource): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(budget.limit),
    'x-ratelimit-remaining': String(budget.remaining),
    'x-ratelimit-used': String(budget.used),
    'x-ratelimit-reset': String(Math.ceil(budget.reset.getTime() / 1000)),
    'x-ratelimit-resource': resource,
  }
}

function primaryLimit(budget: Budget, resource: Resource): HttpRefusal {
  const none = { ...budget, used: budget.limit, remaining: 0 }
  return new HttpRefusal(403, 'API rate limit exceeded', limitHeaders(none, resource))
}
