// Requests for changes that were open at the merge. One of them outweighs every approval, if its author has a say in the file.
import type { Account } from '../../../domain/proof/account.ts'
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import { requiredRules } from '../required-rules.ts'
import { mayObject } from './eligible-reviewers.ts'
import { mayEnd } from './revoked-approvals.ts'
import type { Approvers, ProofFacts, Question } from '../proof-facts.ts'
import { DELETED } from './classify-reviews.ts'
import type { ClassifiedReviews } from './classify-reviews.ts'
import { newPullRequestHint } from '../remediation.ts'

/** APPROVAL_CHANGES_REQUESTED with the logins of all objectors; null if there are none. */
export function openChangeRequests(
  question: Question,
  said: ClassifiedReviews,
  approvers: Approvers,
  facts: ProofFacts,
): Problem | null {
  const found = objectors(question, said, approvers, facts)
  if (found.length === 0) return null
  const who = found.map(({ login }) => login).join(', ')
  return unplaced(
    'APPROVAL_CHANGES_REQUESTED',
    `${question.path} was merged although ${who} requested changes`,
    newPullRequestHint(question, ' without open requests'),
  )
}

/**
 * Everybody with a say who asked for changes, and who may end an approval (`mayEnd`). A deleted account, and a person whose rights cannot
 * be read, count as having a say.
 */
export function objectors(
  question: Question,
  { asking }: ClassifiedReviews,
  approvers: Approvers,
  facts: ProofFacts,
): readonly Account[] {
  const { rulePath } = question
  const rules = requiredRules(question, approvers, facts)
  return asking.filter(
    account =>
      account === DELETED ||
      (mayEnd(account, question, approvers, facts) &&
        rules.some(rule => mayObject(account, rulePath, rule, approvers, facts.reviewerRights))),
  )
}
