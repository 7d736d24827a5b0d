// Who can take back what was approved and merged, or stop it by a request for changes.
import type { Account } from '../../../domain/proof/account.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { requiredRules } from '../required-rules.ts'
import { namesNobody, couldNeverApprove } from './eligible-reviewers.ts'
import type { Approvers, ProofFacts, Question } from '../proof-facts.ts'

/**
 * Of a first issue, a configuration or a past version: everybody a rule could count. Of a renewal: reviewers who were counted,
 * people whom a rule names, and, where no rule names anybody, those who approve the configuration.
 */
export function mayEnd(
  account: Account,
  question: Question,
  approvers: Approvers,
  facts: ProofFacts,
): boolean {
  const { path, purpose, earlier } = question
  const rules = requiredRules(question, approvers, facts)
  const hasSay = (rule: (typeof rules)[number]): boolean =>
    !couldNeverApprove(account, path, rule, approvers, facts.reviewerRights)
  if (purpose !== 'renewal') return rules.some(hasSay)
  if (earlier?.approvals.some(({ reviewer }) => reviewer.id === account.id) === true) return true
  const naming = rules.filter(rule => !namesNobody(rule))
  return naming.length > 0 ? naming.some(hasSay) : hasSay(approvers.approval.configuration)
}

/** Whether a review no longer approves: it says something else by now, or was dismissed by somebody who can end it. */
export function isTakenBack(
  review: number,
  pull: PullRequest,
  question: Question,
  approvers: Approvers,
  facts: ProofFacts,
): boolean {
  const state = pull.reviews.find(({ id }) => id === review)?.state
  if (state === 'APPROVED') return false
  const dismissals = pull.dismissals.filter(dismissal => dismissal.review === review)
  return (
    state !== 'DISMISSED' ||
    dismissals.length === 0 ||
    dismissals.some(
      ({ by, was, at }) =>
        was !== 'APPROVED' ||
        pull.merged === null ||
        at <= pull.merged.at ||
        by === null ||
        mayEnd(by, question, approvers, facts),
    )
  )
}
