// Contradictions between a record's evidence and GitHub. Evidence only fills in what GitHub no longer says: if they differ, it was forged.
import type { EvidencedApproval } from '../../domain/proof/evidence.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { Question } from './proof-facts.ts'

/**
 * APPROVAL_EVIDENCE_DIFFERS with every fact on which the record and GitHub differ. Null if they agree, or if there is no evidence. An
 * account that one of them no longer names is not a difference.
 */
export function contradiction(
  { path, blob, recorded }: Question,
  pull: PullRequest,
): Problem | null {
  if (recorded === null) return null
  const { pullRequest: known } = recorded
  const differs = [
    recorded.path === path && recorded.blob === blob ? null : 'the file',
    known.number === pull.number ? null : 'the pull request',
    known.author === null || pull.author === null || known.author.id === pull.author.id
      ? null
      : 'the author',
    known.mergeCommit === pull.merged?.commit ? null : 'the merge commit',
    Date.parse(known.mergedAt) === pull.merged?.at.getTime() ? null : 'the time of the merge',
    recorded.approvals.every(approval => isOf(approval, pull)) ? null : 'the reviews',
  ].filter(part => part !== null)
  if (differs.length === 0) return null
  return unplaced(
    'APPROVAL_EVIDENCE_DIFFERS',
    `the evidence that the record keeps for ${path} is not what GitHub says of ${differs.join(', ')}`,
    'find out who wrote the record; after that, a pull request that changes a line of the file and is approved replaces it',
  )
}

function isOf(approval: EvidencedApproval, { reviews }: PullRequest): boolean {
  const review = reviews.find(({ id }) => id === approval.review)
  if (review === undefined) return false
  const { author, at } = review
  return (
    (author === null || author.id === approval.reviewer.id) &&
    at.getTime() === Date.parse(approval.at) &&
    review.state !== 'COMMENTED' &&
    review.state !== 'PENDING'
  )
}
