// Last opinion of each reviewer before the merge: an approval, a request for changes, or a dismissed review.
import type { Account } from '../../../domain/proof/account.ts'
import type { EvidencedApproval, EvidencedLink } from '../../../domain/proof/evidence.ts'
import type { PullRequest, Review } from '../../../domain/proof/pull-request.ts'

/** The last opinion of a reviewer before the merge. */
export interface LastReview {
  readonly reviewer: Account
  readonly last: Review
  /** True if all opinions of the reviewer came after the merge. */
  readonly isLate: boolean
}

/**
 * One entry per reviewer with an opinion; a comment is none. Without one before the merge, the last one after it is given, with `isLate`.
 * A review of a deleted account is left out, unless `recorded`, the evidence of this pull request, names its author.
 */
export function lastReviews(
  pull: PullRequest,
  recorded: EvidencedLink | null,
): readonly LastReview[] {
  const { number, reviews, merged } = pull
  const known = recorded?.pullRequest.number === number ? recorded.approvals : []
  const opinions = reviews
    .filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING')
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.id - b.id)
  const byReviewer = new Map<number, LastReview>()
  for (const review of opinions) {
    const { at } = review
    const author = review.author ?? goneAuthor(review, known)
    if (author === null) continue
    // In the same second, which of the two came first is not known.
    const isLate = merged !== null && (isRequest(review, pull) ? at > merged.at : at >= merged.at)
    const before = byReviewer.get(author.id)
    if (isLate && before !== undefined && !before.isLate) continue
    byReviewer.set(author.id, { reviewer: author, last: review, isLate })
  }
  return [...byReviewer.values()]
}

/** The author of a review whose account was deleted, by the record; null if the record does not name it. */
function goneAuthor({ id }: Review, known: readonly EvidencedApproval[]): Account | null {
  const reviewer = known.find(({ review }) => review === id)?.reviewer
  return reviewer === undefined ? null : { ...reviewer, type: 'User' }
}

/** True if the review asks for changes, or did so before the merge and was not dismissed in an earlier second than the merge. */
export function isRequest({ id, state }: Review, { dismissals, merged }: PullRequest): boolean {
  const isTakenBack = dismissals.some(
    ({ review, was, at }) =>
      review === id && was === 'CHANGES_REQUESTED' && merged !== null && at >= merged.at,
  )
  return state === 'CHANGES_REQUESTED' || (state === 'DISMISSED' && isTakenBack)
}

/** True if the review was a request for changes and is dismissed: its author has no opinion left. Ask `isRequest` first. */
export function wasRequest({ id, state }: Review, { dismissals }: PullRequest): boolean {
  const own = dismissals.filter(({ review }) => review === id)
  return state === 'DISMISSED' && own.length > 0 && own.every(({ was }) => was !== 'APPROVED')
}
