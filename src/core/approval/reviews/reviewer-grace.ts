// The grace period: for how long renewals go on after a reviewer who approved them may no longer approve.
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import { ineligibilityReason, namedBy, namesNobody, recordedTeam } from './eligible-reviewers.ts'
import type { Approvers, NamedRule, ProofFacts, Question } from '../proof-facts.ts'
import type { ValidApproval } from './classify-reviews.ts'
import { APPROVE_AGAIN_HINT } from '../remediation.ts'

const GRACE_DAYS = 30
const DAY_MS = 86_400_000

/**
 * When a run last found that the reviewer could approve, by the record: for a renewal at most 30 days ago, for a past version at any time,
 * since GitHub knows only today's rights and teams. Null for who is not a person, or is in `approval.never`. At a renewal, a member of a team or
 * a code owner counts for the rule of the same name. For a past version, the record has to say a team of that rule; a rule that names the
 * person or nobody needs no record of that.
 */
export function graceSince(
  { review, reviewer }: ValidApproval,
  named: NamedRule,
  { purpose, earlier, rulePath }: Question,
  approvers: Approvers,
  { now }: ProofFacts,
): Date | null {
  if (purpose !== 'renewal' && purpose !== 'past') return null
  if (ineligibilityReason(reviewer, approvers) !== null) return null
  const known = earlier?.approvals.find(
    each => each.review === review.id && each.reviewer.id === reviewer.id,
  )
  if (known === undefined) return null
  const { users, teams } = namedBy(named.rule, rulePath, approvers)
  const asked = purpose === 'renewal' ? [named.name] : teams.map(recordedTeam)
  const isKnown = asked.some(each => known.rules.includes(each))
  if (!namesNobody(named.rule) && !users.includes(reviewer.id) && !isKnown) return null
  const since = new Date(known.eligibleAt)
  if (!(since <= now)) return null
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
