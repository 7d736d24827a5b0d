// A request for changes that still stood at the merge outweighs every approval, if its author has a say in the file.
import type { Account } from '../../../domain/proof/account.ts'
import type { Problem } from '../../../domain/problem.ts'
import { askedRules } from '../required-rules.ts'
import { isHeard } from './eligible-reviewers.ts'
import { mayEnd } from './revoked-approvals.ts'
import type { Jurisdiction, ProofFacts, Question } from '../proof-facts.ts'
import { DELETED } from './classify-reviews.ts'
import type { Words } from './classify-reviews.ts'
import { approvedAnew } from '../remediation.ts'

/** Null where nobody with a say asked for changes. Who may not be told apart is counted as having one. */
export function standingRequests(
  question: Question,
  { asking }: Words,
  jurisdiction: Jurisdiction,
  facts: ProofFacts,
): Problem | null {
  const { path, purpose } = question
  const rules = askedRules(question, jurisdiction, facts)
  const mayStop = (account: Account): boolean =>
    purpose !== 'renewal' || mayEnd(account, question, jurisdiction, facts)
  const heard = asking.filter(
    account =>
      account === DELETED ||
      (mayStop(account) &&
        rules.some(rule => isHeard(account, path, rule, jurisdiction, facts.standings))),
  )
  if (heard.length === 0) return null
  const who = heard.map(({ login }) => login).join(', ')
  return {
    code: 'APPROVAL_CHANGES_REQUESTED',
    at: null,
    message: `${path} was merged while ${who} still asked for changes`,
    hint: approvedAnew(question, ' without open requests'),
  }
}
