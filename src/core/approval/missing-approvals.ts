// Approvals that an open pull request still needs for one file, by the rules that judge it after the merge.
import { isMet } from '../../domain/proof/step-need.ts'
import type { ApprovalNeed } from '../../domain/proof/step-need.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import { ownersOf } from './reviews/code-owners.ts'
import { excusedBots } from './contributors/excused-bots.ts'
import type { Contributors } from './contributors/landing-contributors.ts'
import { contributorsSince } from './contributors/contributors-since.ts'
import type { Approvers, ProofFacts, Question } from './proof-facts.ts'
import { quorums } from './reviews/count-approvals.ts'
import type { ApprovalInputs, Quorum } from './reviews/count-approvals.ts'
import { objectors } from './reviews/requested-changes.ts'
import { classifyReviews } from './reviews/classify-reviews.ts'

/** The first of the quorums that is not met; if all are met, the first of them. */
export function missingApprovals(
  question: Question,
  pull: PullRequest,
  approvers: Approvers,
  facts: ProofFacts,
): ApprovalNeed {
  const excused = excusedBots(question, approvers, facts)
  const contributors = contributorsSince(question, pull, facts, excused)
  const said = classifyReviews(question, pull, contributors, approvers, facts)
  const judged = { question, contributors, said, approvers, facts }
  const needed = quorums(judged)
  const needs = needed.map(each => needOf(each, judged))
  return needs.find(each => !isMet(each)) ?? needOf(needed[0], judged)
}

function needOf(
  { named, required, counted }: Quorum,
  { question, contributors, said, approvers, facts }: ApprovalInputs,
): ApprovalNeed {
  const { rule, name } = named
  const owners = approvers.codeOwners
  return {
    rule: name,
    required,
    users: rule.users.map(({ login }) => login),
    teams: rule.teams.map(({ slug }) => `${approvers.organization}/${slug}`),
    codeOwners: !rule.codeOwners
      ? null
      : owners === null
        ? []
        : ownersOf(owners, question.rulePath).map(owner =>
            owner.kind === 'user' ? owner.login : owner.kind === 'team' ? owner.slug : owner.email,
          ),
    counted: counted.valid.map(({ reviewer, review }) => ({
      login: reviewer.login,
      review: review.id,
      at: review.at,
    })),
    lost: [...counted.lost, ...said.lost].map(({ reviewer, code, text }) => ({
      login: reviewer.login,
      code,
      text,
    })),
    asking: objectors(question, said, approvers, facts).map(({ login }) => login),
    more: reasons(question, contributors),
  }
}

function reasons(
  { extraApprovals }: Question,
  { unattributed, hasUnknownPusher }: Contributors,
): readonly string[] {
  return [
    ...(extraApprovals > 0 ? ['no reviewer can read what the file holds'] : []),
    ...(unattributed !== null ? [`no person is known who ${unattributed}`] : []),
    ...(unattributed === null && hasUnknownPusher ? ['GitHub does not say who pushed it'] : []),
  ]
}
