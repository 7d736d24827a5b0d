// The grace period: for how long renewals go on after a reviewer who approved them may no longer approve.
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import { ineligibilityReason, mayHaveBeenNamed } from './eligible-reviewers.ts'
import type { Approvers, NamedRule, ProofFacts, Question } from '../proof-facts.ts'
import type { ValidApproval } from './classify-reviews.ts'
import { APPROVE_AGAIN_HINT } from '../remediation.ts'

const GRACE_DAYS = 30
const DAY_MS = 86_400_000

/**
 * When a run last found the reviewer eligible for the rule, by the record: for a renewal at most 30 days ago, for a past version at any
 * time, since GitHub knows only today's rights and teams. Null for who is not a person, is in `approval.never`, counted only for other
 * rules, or could not be among those whom the rule of a past version names.
 */
export function graceSince(
  { review, reviewer }: ValidApproval,
  { name, rule }: NamedRule,
  { purpose, earlier }: Question,
  approvers: Approvers,
  { now }: ProofFacts,
): Date | null {
  if (purpose !== 'renewal' && purpose !== 'past') return null
  if (ineligibilityReason(reviewer, approvers) !== null) return null
  if (purpose === 'past' && !mayHaveBeenNamed(reviewer, rule)) return null
  const known = earlier?.approvals.find(
    each => each.review === review.id && each.reviewer.id === reviewer.id,
  )
  const since = known?.rules.includes(name) === true ? new Date(known.eligibleAt) : null
  if (since === null || !(since <= now)) return null
  return purpose === 'past' || now <= endOfGrace(since) ? since : null
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
