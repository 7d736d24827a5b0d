// The grace period: for how long renewals go on after a reviewer who approved them may no longer approve.
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { Approvers, ProofFacts, Question } from '../proof-facts.ts'
import type { ValidApproval } from './classify-reviews.ts'
import { APPROVE_AGAIN_HINT } from '../remediation.ts'

const GRACE_DAYS = 30
const DAY_MS = 86_400_000

/**
 * When a run last found the reviewer eligible for the rule; null if there is no grace, or it has ended. A reviewer who counted only
 * for other rules was never found eligible for this one.
 */
export function graceSince(
  { review, reviewer }: ValidApproval,
  rule: string,
  { purpose, earlier }: Question,
  { approval }: Approvers,
  { now }: ProofFacts,
): Date | null {
  if (purpose !== 'renewal' || approval.never.some(({ id }) => id === reviewer.id)) return null
  const known = earlier?.approvals.find(
    each => each.review === review.id && each.reviewer.id === reviewer.id,
  )
  const since = known?.rules.includes(rule) !== true ? null : new Date(known.eligibleAt)
  return since !== null && since <= now && now <= endOfGrace(since) ? since : null
}

function endOfGrace(since: Date): Date {
  return new Date(since.getTime() + GRACE_DAYS * DAY_MS)
}

/** The warning on a renewal that is approved only because of the grace period. */
export function reviewerLeft(
  question: Question,
  { reviewer }: ValidApproval,
  since: Date,
  now: Date,
): Problem {
  const days = Math.floor((endOfGrace(since).getTime() - now.getTime()) / DAY_MS)
  return unplaced(
    'APPROVAL_REVIEWER_LEFT',
    `${question.path}: ${reviewer.login}, who approved it, may no longer approve; renewals continue for ${days} more days`,
    APPROVE_AGAIN_HINT,
  )
}
