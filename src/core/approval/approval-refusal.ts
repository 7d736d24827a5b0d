// Refusal of a file with too few approvals: how many it needs, from whom, and why each rejected approval does not count.
import type { Code } from '../../domain/problem-codes.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { Contributors } from './contributors/landing-contributors.ts'
import type { NamedRule, Question } from './proof-facts.ts'
import type { Quorum } from './reviews/count-approvals.ts'
import type { RejectedApproval, ClassifiedReviews } from './reviews/classify-reviews.ts'
import { APPROVE_AGAIN_HINT, newPullRequestHint } from './remediation.ts'

/** Codes of rejected approvals, the one nearest to a valid approval first. The refusal has the first code that occurs. */
const NEAREST: readonly Code[] = [
  'APPROVAL_TEAM_UNREADABLE',
  'APPROVAL_RIGHTS_UNREADABLE',
  'APPROVAL_HEAD_YOUNG',
  'APPROVAL_NOT_HEAD',
  'APPROVAL_EXPIRED',
  'APPROVAL_OTHER_EFFECTIVE_REQUEST',
  'APPROVAL_NOT_SHOWN',
  'APPROVAL_HIDDEN',
  'APPROVAL_OTHER_CONTENT',
  'APPROVAL_OTHER_BASE',
  'APPROVAL_UNVERIFIABLE',
  'APPROVAL_DISMISSED',
  'APPROVAL_AFTER_MERGE',
  'APPROVAL_SELF',
  'APPROVAL_REVIEWER_NOT_ELIGIBLE',
]

export interface MissingApproval {
  readonly question: Question
  readonly pull: PullRequest
  readonly contributors: Contributors
  readonly said: ClassifiedReviews
}

/**
 * The problem of a rule that is not met; ask only for such a rule. Its message lists every rejected approval, and its code is that of
 * the one nearest to a valid approval. Without a rejected approval the code is APPROVAL_UNATTRIBUTED or APPROVAL_PUSHER_UNKNOWN if one
 * of these asks for one more approval than was given, else APPROVAL_MISSING.
 */
export function missing({ named, required, counted }: Quorum, waiting: MissingApproval): Problem {
  const { question, pull, contributors, said } = waiting
  const lost = [...counted.lost, ...said.lost]
  const has = counted.valid.length
  const needs = `${question.path} needs ${required} ${required === 1 ? 'approval' : 'approvals'} of ${whom(named)} on pull request #${pull.number}`
  const parts = [
    has === 0 ? needs : `${needs} and has ${has}`,
    ...lost.map(({ reviewer, text }) => `the approval of ${reviewer.login} ${text}`),
    ...whyMore(contributors),
  ]
  return unplaced(codeOf(lost, has, waiting), parts.join('; '), hintFor(lost, question))
}

/** Without a rejected approval, and with at least one that counts, the code says why one more is needed. */
function codeOf(
  lost: readonly RejectedApproval[],
  has: number,
  { contributors }: MissingApproval,
): Code {
  const nearest = NEAREST.find(code => lost.some(each => each.code === code))
  if (nearest !== undefined) return nearest
  if (has > 0 && contributors.unattributed !== null) return 'APPROVAL_UNATTRIBUTED'
  if (has > 0 && contributors.hasUnknownPusher) return 'APPROVAL_PUSHER_UNKNOWN'
  return 'APPROVAL_MISSING'
}

function whom({ name, rule }: NamedRule): string {
  const who = [
    ...rule.users.map(({ login }) => login),
    ...rule.teams.map(({ slug }) => `team ${slug}`),
    ...(rule.codeOwners ? ['the code owners'] : []),
  ]
  return who.length === 0
    ? 'a person with write access who did not contribute'
    : `${who.join(' or ')} (${name})`
}

function whyMore({ unattributed, hasUnknownPusher }: Contributors): readonly string[] {
  if (unattributed !== null)
    return [`one more than usual, since no person is known who ${unattributed}`]
  return hasUnknownPusher ? ['one more than usual, since GitHub does not say who pushed it'] : []
}

function hintFor(lost: readonly RejectedApproval[], question: Question): string {
  const unread = lost.filter(({ code }) => code === 'APPROVAL_TEAM_UNREADABLE')
  if (unread.some(({ isUnnamed }) => isUnnamed === true))
    return 'name the team with its slug and id in a policy, or under approval of the configuration'
  if (unread.length > 0)
    return 'give the action app-id and app-private-key, or app-token, of a GitHub App with the organization permission "members: read"'
  if (lost.some(({ code }) => code === 'APPROVAL_RIGHTS_UNREADABLE'))
    return 'give the token of the action the permission "metadata: read", and run it again'
  if (question.blob !== null && isExpired(lost)) return APPROVE_AGAIN_HINT
  if (lost.some(({ code }) => code === 'APPROVAL_HIDDEN'))
    return newPullRequestHint(
      question,
      ' while no attributes hide it and its diff is small enough to be loaded',
    )
  const isSelf = lost.some(({ code }) => code === 'APPROVAL_SELF')
  return newPullRequestHint(question, isSelf ? ' by a person who did not contribute' : '')
}

/** True if approvals were rejected, and each of them for its age alone. */
function isExpired(lost: readonly RejectedApproval[]): boolean {
  return lost.length > 0 && lost.every(({ code }) => code === 'APPROVAL_EXPIRED')
}
