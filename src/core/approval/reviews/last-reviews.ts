// The last opinion of each reviewer before the merge: an approval, a request for changes, or one that was dismissed.
import type { Account } from '../../../domain/proof/account.ts'
import type { Evidence, EvidencedApproval } from '../../../domain/proof/evidence.ts'
import type { PullRequest, Review } from '../../../domain/proof/pull-request.ts'

/** What a reviewer said last before the merge. */
export interface LastReview {
  readonly reviewer: Account
  readonly last: Review
  /** Their only words came after the merge. */
  readonly isLate: boolean
}

/** Comments are no opinion. Who had none before the merge is known by what they said after it. */
export function lastReviews(
  { number, reviews, merged }: PullRequest,
  earlier: Evidence | null,
): readonly LastReview[] {
  const known = earlier?.pullRequest.number === number ? earlier.approvals : []
  const opinions = reviews
    .filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING')
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.id - b.id)
  const classifyReviews = new Map<number, LastReview>()
  for (const review of opinions) {
    const { at } = review
    const author = review.author ?? goneAuthor(review, known)
    if (author === null) continue
    const isLate = merged !== null && at > merged.at
    const earlier = classifyReviews.get(author.id)
    if (isLate && earlier !== undefined && !earlier.isLate) continue
    classifyReviews.set(author.id, { reviewer: author, last: review, isLate })
  }
  return [...classifyReviews.values()]
}

/** A deleted account is nobody; only the record may know who it was. */
function goneAuthor({ id }: Review, known: readonly EvidencedApproval[]): Account | null {
  const reviewer = known.find(({ review }) => review === id)?.reviewer
  return reviewer === undefined ? null : { ...reviewer, type: 'User' }
}

/** Also one that was dismissed after the merge: it stood when it counted. */
export function isRequest({ id, state }: Review, { dismissals, merged }: PullRequest): boolean {
  const isTakenBack = dismissals.some(
    ({ review, was, at }) =>
      review === id && was === 'CHANGES_REQUESTED' && merged !== null && at > merged.at,
  )
  return state === 'CHANGES_REQUESTED' || (state === 'DISMISSED' && isTakenBack)
}

/** A request for changes that was dismissed before the merge: its author has no opinion left. */
export function wasRequest({ id, state }: Review, { dismissals }: PullRequest): boolean {
  const own = dismissals.filter(({ review }) => review === id)
  return state === 'DISMISSED' && own.length > 0 && own.every(({ was }) => was !== 'APPROVED')
}
