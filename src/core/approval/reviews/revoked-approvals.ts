// Right to take back an approval after the merge, or to stop a file by a request for changes.
import type { Account } from '../../../domain/proof/account.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { requiredRules } from '../required-rules.ts'
import { couldNeverApprove, ineligibilityReason, namesNobody } from './eligible-reviewers.ts'
import type { Approvers, ProofFacts, Question } from '../proof-facts.ts'

/**
 * True if the account may end an approval of the file. For a first issue, a configuration, or a version that no record has: anybody whom
 * a rule could count. For a renewal, or a change or version with a record: reviewers who were counted, people whom a rule names today or
 * named at the merge, and if neither policy nor `approval.requests` names anybody, those who approve the configuration. Also true if team
 * members cannot be read. Never true for a person in `approval.never`.
 */
export function mayEnd(
  account: Account,
  question: Question,
  approvers: Approvers,
  facts: ProofFacts,
): boolean {
  const { otherRules: other } = question
  if (hasSayBy(question, account, approvers, facts)) return true
  return other !== undefined && hasSayBy({ ...question, ...other }, account, other.approvers, facts)
}

function hasSayBy(
  question: Question,
  account: Account,
  approvers: Approvers,
  facts: ProofFacts,
): boolean {
  const { rulePath, purpose, recorded } = question
  const rules = requiredRules(question, approvers, facts)
  const hasSay = (rule: (typeof rules)[number]): boolean =>
    !couldNeverApprove(account, rulePath, rule, approvers, facts.reviewerRights)
  if (purpose === 'configuration' || recorded === null) return rules.some(hasSay)
  if (ineligibilityReason(account, approvers) !== null) return false
  if (recorded.approvals.some(({ reviewer }) => reviewer.id === account.id)) return true
  const isOpen = [...question.anyOf, question.minimum].every(({ rule }) => namesNobody(rule))
  const naming = rules.filter(rule => !namesNobody(rule))
  return [...naming, ...(isOpen ? [approvers.approval.configuration] : [])].some(hasSay)
}

/**
 * True if the review no longer approves: it is gone, has another state, or was dismissed by an account that may end it (`mayEnd`). A
 * dismissal always ends it if it came before the merge, if its account is unknown, or if GitHub does not list it.
 */
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
