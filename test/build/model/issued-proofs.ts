// The issues that the oracle remembers with their proofs: the landing with its backdrop, and the counted reviewers.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { UnapprovedChanges } from './unapproved-changes.ts'
import type { LandingSeen } from './event-log.ts'

export interface ProvedLanding {
  readonly path: string
  readonly blob: ObjectId | null
  readonly landing: LandingSeen
  /** The commit that was applied. */
  readonly tip: ObjectId
  /** Several if strictness decides what counted as proved. */
  readonly backdrops: readonly UnapprovedChanges[]
}

/** A review that was counted. */
export interface CountedReview {
  readonly review: number
  readonly by: number
  readonly isEligible: boolean
}

interface Counted {
  readonly reviewers: ReadonlySet<number>
  readonly reviews: readonly number[]
}

export class IssuedProofs {
  readonly #latest = new Map<string, ProvedLanding & Counted>()
  /** The last issue at which a reviewer was eligible; null for never. */
  readonly #eligible = new Map<string, number | null>()

  add(
    request: string,
    proved: ProvedLanding,
    counted: readonly CountedReview[],
    now: number,
  ): void {
    const reviewers = new Set(counted.map(({ by }) => by))
    const reviews = counted.map(({ review }) => review)
    this.#latest.set(request, { ...proved, reviewers, reviews })
    for (const { review, isEligible } of counted) {
      const key = keyOf(request, review, proved.path)
      this.#eligible.set(key, isEligible ? now : (this.#eligible.get(key) ?? null))
    }
  }

  of(request: string): (ProvedLanding & Counted) | null {
    return this.#latest.get(request) ?? null
  }

  /** Whether a review led to an issue. */
  has(request: string, review: number, path: string): boolean {
    return this.#eligible.has(keyOf(request, review, path))
  }

  /** The same for any request of the file. */
  hasAny(review: number, path: string): boolean {
    return [...this.#eligible.keys()].some(key => key.endsWith(` ${review} ${path}`))
  }

  eligibleSince(request: string, review: number, path: string): number | null {
    return this.#eligible.get(keyOf(request, review, path)) ?? null
  }
}

function keyOf(request: string, review: number, path: string): string {
  return `${request} ${review} ${path}`
}
