// A request for changes that still stood at the merge outweighs every approval, if its author has a say in the file.
import type { Account } from '../../../domain/proof/account.ts'
import type { Problem } from '../../../domain/problem.ts'
import { requiredRules } from '../required-rules.ts'
import { mayObject } from './eligible-reviewers.ts'
import { mayEnd } from './revoked-approvals.ts'
import type { Approvers, ProofFacts, Question } from '../proof-facts.ts'
import { DELETED } from './classify-reviews.ts'
import type { ClassifiedReviews } from './classify-reviews.ts'
import { newPullRequestHint } from '../remediation.ts'

/** Null where nobody with a say asked for changes. Who may not be told apart is counted as having one. */
export function openChangeRequests(
  question: Question,
  { asking }: ClassifiedReviews,
  approvers: Approvers,
  facts: ProofFacts,
): Problem | null {
  const { path, purpose } = question
  const rules = requiredRules(question, approvers, facts)
  const mayStop = (account: Account): boolean =>
    purpose !== 'renewal' || mayEnd(account, question, approvers, facts)
  const heard = asking.filter(
    account =>
      account === DELETED ||
      (mayStop(account) &&
        rules.some(rule => mayObject(account, path, rule, approvers, facts.reviewerRights))),
  )
  if (heard.length === 0) return null
  const who = heard.map(({ login }) => login).join(', ')
  return {
    code: 'APPROVAL_CHANGES_REQUESTED',
    at: null,
    message: `${path} was merged while ${who} still asked for changes`,
    hint: newPullRequestHint(question, ' without open requests'),
  }
}
