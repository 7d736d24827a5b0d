// Verdict on one path: which pull request brought it, who contributed, who approved it, and whether that is enough.
// Sources: GitHub's reviews, activity and timeline; the rules of docs/approval-rule.md. An unknown fact is a refusal.
import { uniqueBy } from '../../domain/lists.ts'
import { ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, NonEmpty, Problem } from '../../domain/problem.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import { excusedBots } from './contributors/excused-bots.ts'
import type { Contributors } from './contributors/landing-contributors.ts'
import { contributorsSince } from './contributors/contributors-since.ts'
import type { Approvers, NamedRule, ProofFacts, Question } from './proof-facts.ts'
import { contradiction } from './evidence-contradiction.ts'
import { mergeSourceOf, isGithubMerge, isHistoryRewrite } from './merges/merge-source.ts'
import type { MergeSource } from './merges/merge-source.ts'
import { wholeLanding } from './merges/merged-range.ts'
import { isReached, quorums } from './reviews/count-approvals.ts'
import type { CountedApproval, ApprovalInputs } from './reviews/count-approvals.ts'
import { unreadableOwners } from './required-rules.ts'
import { missing } from './approval-refusal.ts'
import { openChangeRequests } from './reviews/requested-changes.ts'
import { classifyReviews } from './reviews/classify-reviews.ts'
import { newPullRequestHint } from './remediation.ts'

/** Why these bytes may be used. */
export interface Approval {
  readonly pull: PullRequest
  readonly mergeSource: MergeSource
  readonly contributors: Contributors
  /** Each reviewer once. */
  readonly counted: NonEmpty<CountedApproval>
  readonly rule: NamedRule
  /** Approvals that were needed: by the rule or by the minimum, whichever is more. */
  readonly required: number
  readonly warnings: readonly Problem[]
}

/**
 * The approval, or what is missing. If one merge ended several pull requests, each of them may carry the approval, and a request for
 * changes on any of them refuses it. Codes: APPROVAL_RULES_UNREADABLE, APPROVAL_CODE_OWNERS, APPROVAL_HISTORY_REWRITTEN,
 * APPROVAL_DIRECT_PUSH, APPROVAL_TOO_LARGE, APPROVAL_EVIDENCE_DIFFERS, APPROVAL_CHANGES_REQUESTED, with `approval.strict`
 * APPROVAL_MERGED_BY_PUSH, and those of `missing`.
 */
export function judgeApproval(
  question: Question,
  approvers: Approvers,
  facts: ProofFacts,
): Checked<Approval> {
  const mergeSource = mergeSourceOf(question.landing, facts)
  if (facts.branchRules === null) return refuse(unreadableRules())
  const rules = [...question.anyOf, question.minimum].map(({ rule }) => rule)
  const [fault, ...faults] = unreadableOwners(question.rulePath, rules, approvers)
  if (fault !== undefined) return refuse(fault, ...faults)
  if (isHistoryRewrite(question.landing, facts))
    return refuse(historyRewritten(question, mergeSource, facts))
  const judged = mergeSource.pullRequests.map(pull =>
    judgePull(question, pull, mergeSource, approvers, facts),
  )
  const stopped = judged.find(each => !each.ok && each.problems.some(isRequestForChanges))
  const [first] = judged
  return (
    stopped ??
    judged.find(({ ok }) => ok) ??
    first ??
    refuse(pushedDirectly(question, mergeSource, facts))
  )
}

function isRequestForChanges({ code }: Problem): boolean {
  return code === 'APPROVAL_CHANGES_REQUESTED'
}

function judgePull(
  asked: Question,
  pull: PullRequest,
  mergeSource: MergeSource,
  approvers: Approvers,
  facts: ProofFacts,
): Checked<Approval> {
  // One pull request is judged whole, however it landed.
  const question = { ...asked, landing: wholeLanding(asked.landing, pull, facts) }
  const differs = contradiction(question, pull)
  if (differs !== null) return refuse(differs)
  const excused = excusedBots(question, approvers, facts)
  const contributors = contributorsSince(question, pull, facts, excused)
  const said = classifyReviews(question, pull, contributors, approvers, facts)
  const objection = openChangeRequests(question, said, approvers, facts)
  if (objection !== null) return refuse(objection)
  if (pull.isTooLarge) return refuse(pullRequestTooLarge(question, pull))
  const strict = approvers.approval.strict
    ? landingWarnings(question, pull, mergeSource, facts)
    : []
  const [fault, ...faults] = strict
  if (fault !== undefined) return refuse(fault, ...faults)
  return decide({ question, pull, mergeSource, contributors, said, approvers, facts })
}

interface JudgedPull extends ApprovalInputs {
  readonly pull: PullRequest
  readonly mergeSource: MergeSource
}

/** One of the rules, the minimum, and each review that rulesets ask for this file must be met. */
function decide(judged: JudgedPull): Checked<Approval> {
  const { question, pull, mergeSource, contributors, said, facts } = judged
  const needed = quorums(judged)
  const [by, minimum] = needed
  const unmet = needed.find(each => !isReached(each))
  if (unmet !== undefined) return refuse(missing(unmet, { question, pull, contributors, said }))
  const counts = needed.map(({ counted }) => counted)
  const counted = uniquePeople(counts.flatMap(({ valid }) => valid))
  const [first, ...rest] = counted
  if (first === undefined) return refuse(missing(minimum, { question, pull, contributors, said }))
  const warnings = [
    ...uniqueBy(
      counts.flatMap(each => each.warnings),
      ({ message }) => message,
    ),
    ...landingWarnings(question, pull, mergeSource, facts),
    ...rewritingWarnings(question, facts),
  ]
  return ok({
    pull,
    mergeSource,
    contributors,
    counted: [first, ...rest],
    rule: by.named,
    required: Math.max(by.required, minimum.required),
    warnings,
  })
}

/** One entry per person, with all rules. The oldest date is kept, so that grace for one rule is not extended by another. */
export function uniquePeople(valid: readonly CountedApproval[]): readonly CountedApproval[] {
  const people = new Map<number, CountedApproval>()
  for (const each of valid) {
    const known = people.get(each.reviewer.id) ?? each
    const older = each.eligibleAt < known.eligibleAt ? each : known
    const rules = [...new Set([...known.rules, ...each.rules])]
    people.set(each.reviewer.id, { ...older, rules })
  }
  return [...people.values()]
}

function landingWarnings(
  { path }: Question,
  pull: PullRequest,
  { move }: MergeSource,
  { repository }: ProofFacts,
): readonly Problem[] {
  if (move !== null && isGithubMerge(move)) return []
  const how =
    move === null
      ? `GitHub does not say how ${repository.defaultBranch} came to hold pull request #${pull.number}`
      : `${move.by?.login ?? 'an unknown user'} merged pull request #${pull.number} by a push`
  return [unplaced('APPROVAL_MERGED_BY_PUSH', `${path}: ${how}`)]
}

/** A warning if the branch was rewritten since the last proved version, and the file was approved again after that. */
function rewritingWarnings({ path, background }: Question, facts: ProofFacts): readonly Problem[] {
  const rewritten = background.since.find(({ landing }) => isHistoryRewrite(landing, facts))
  if (rewritten === undefined) return []
  const { defaultBranch } = facts.repository
  const short = rewritten.landing.commit.slice(0, 7)
  return [
    unplaced(
      'APPROVAL_HISTORY_REWRITTEN',
      `${path}: ${defaultBranch} was rewritten (${short}) after the last approved version; the file was approved again since`,
    ),
  ]
}

/** APPROVAL_RULES_UNREADABLE: without the rulesets the number of approvals that the branch needs is unknown. */
export function unreadableRules(): Problem {
  return unplaced(
    'APPROVAL_RULES_UNREADABLE',
    'the rulesets of the default branch cannot be read, so how many approvals it needs is unknown',
    'give the token of the action the permission "metadata: read"',
  )
}

function pushedDirectly(question: Question, { move }: MergeSource, facts: ProofFacts): Problem {
  const { path, blob, landing } = question
  const who = move?.by?.login ?? 'an unknown account'
  const short = landing.commit.slice(0, 7)
  const what = blob === null ? 'removed' : 'changed'
  const merged = (facts.linked.get(landing.commit) ?? []).map(number => `#${number}`)
  const elsewhere =
    merged.length === 0 ? '' : ` (${merged.join(', ')} holds that commit, and did not bring it)`
  return unplaced(
    'APPROVAL_DIRECT_PUSH',
    `${path} was ${what} by ${short}, which ${who} brought to ${facts.repository.defaultBranch} without a pull request${elsewhere}`,
    newPullRequestHint(question),
  )
}

function historyRewritten(question: Question, { move }: MergeSource, facts: ProofFacts): Problem {
  const { path, landing } = question
  const { defaultBranch } = facts.repository
  const who = move?.kind === 'forcePush' ? ` by ${move.by?.login ?? 'an unknown user'}` : ''
  return unplaced(
    'APPROVAL_HISTORY_REWRITTEN',
    `${path} was set by a force push of ${defaultBranch} to ${landing.commit.slice(0, 7)}${who}`,
    newPullRequestHint(question),
  )
}

/** APPROVAL_TOO_LARGE: with more commits or files than GitHub lists, contributors and shown lines are unknown. */
export function pullRequestTooLarge(
  { path, blob }: Pick<Question, 'path' | 'blob'>,
  { number }: PullRequest,
): Problem {
  return unplaced(
    'APPROVAL_TOO_LARGE',
    `pull request #${number} changes ${path}, and has more commits than GitHub lists (250), or more files than it shows (300)`,
    blob === null
      ? 'remove the file in a smaller pull request and have it approved; if it is removed already, restore it first'
      : 'open a smaller pull request that changes any byte of the file, and have it approved',
  )
}
