// Count of approvals: how many a rule needs, and which ones count for it. A person counts once, however many rules name them.
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import { ruledTeams } from '../required-rules.ts'
import type { Contributors } from '../contributors/landing-contributors.ts'
import type { Approvers, NamedRule, ProofFacts, Question } from '../proof-facts.ts'
import { APPROVE_AGAIN_HINT } from '../remediation.ts'
import {
  ineligibilityReason,
  mayApprove,
  namedBy,
  namesNobody,
  recordedTeam,
} from './eligible-reviewers.ts'
import { isSettled } from './classify-reviews.ts'
import type { ClassifiedReviews, RejectedApproval, ValidApproval } from './classify-reviews.ts'

/** A reviewer who approves sooner than this after the push can hardly have read the change. */
const YOUNG_SECONDS = 60

/** A rule, the number of approvals it needs, and those it has. */
export interface Quorum {
  readonly named: NamedRule
  readonly required: number
  readonly counted: Counted
}

/** An approval that counts. */
export interface CountedApproval extends ValidApproval {
  /** When a run last found that the reviewer may approve: now, or earlier for a reviewer who lost the right and has grace. */
  readonly eligibleAt: Date
  /** Names of the rules it counts for. */
  readonly rules: readonly string[]
}

export interface Counted {
  readonly valid: readonly CountedApproval[]
  readonly lost: readonly RejectedApproval[]
  readonly warnings: readonly Problem[]
}

/**
 * How many approvals are needed: at least 1, and at least what the rule and the rulesets of the branch ask. `extraApprovals` is added, and one
 * more if a part of the change has no known person or pusher. Unreadable rulesets count as 0; `judgeApproval` refuses them.
 */
export function requiredBy(
  { rule }: NamedRule,
  { extraApprovals }: Pick<Question, 'extraApprovals'>,
  { unattributed, hasUnknownPusher }: Pick<Contributors, 'unattributed' | 'hasUnknownPusher'>,
  { branchRules }: Pick<ProofFacts, 'branchRules'>,
): number {
  const asked = Math.max(1, rule.required, branchRules?.requiredApprovals ?? 0)
  return asked + extraApprovals + (unattributed !== null || hasUnknownPusher ? 1 : 0)
}

/**
 * The valid approvals that count for the rule, and those that do not. Codes of `lost`: APPROVAL_TEAM_UNREADABLE,
 * APPROVAL_RIGHTS_UNREADABLE, APPROVAL_REVIEWER_NOT_ELIGIBLE; with `approval.strict` APPROVAL_HEAD_YOUNG (less than 60 s after the push)
 * and APPROVAL_NOT_HEAD. Warnings: APPROVAL_HEAD_YOUNG without strict, and APPROVAL_REVIEWER_LEFT if a renewal still counts a reviewer
 * who lost the right, for 30 days.
 */
export function countFor(
  named: NamedRule,
  question: Question,
  { valid }: ClassifiedReviews,
  approvers: Approvers,
  facts: ProofFacts,
): Counted {
  const { name, rule } = named
  const counted: CountedApproval[] = []
  const lost: RejectedApproval[] = []
  const warnings: Problem[] = []
  for (const each of valid) {
    const { reviewer } = each
    const may = mayApprove(reviewer, question.rulePath, rule, approvers, facts.reviewerRights)
    const isPast = question.purpose === 'past'
    const isGone = may.kind === 'no' || (may.kind === 'unknown' && isPast)
    const since = isGone ? graceSince(each, named, question, approvers, facts) : null
    if (may.kind === 'unknown' && since === null)
      lost.push({
        reviewer,
        code: may.code,
        text: may.isUnnamed
          ? `cannot be counted: no configuration names the id to ask for ${may.what}`
          : `cannot be counted: ${may.what} cannot be read`,
        isUnnamed: may.isUnnamed,
      })
    else if (may.kind === 'no' && since === null)
      lost.push({
        reviewer,
        code: 'APPROVAL_REVIEWER_NOT_ELIGIBLE',
        text: `does not count: ${reviewer.login} ${may.why}`,
      })
    else {
      const fault = strictFault(each, question)
      if (fault !== null && approvers.approval.strict) {
        lost.push(fault)
        continue
      }
      const rules = [name, ...(may.kind === 'yes' ? may.teams : []), ...knownTeams(each, question)]
      counted.push({ ...each, eligibleAt: since ?? facts.now, rules: [...new Set(rules)] })
      if (fault?.code === 'APPROVAL_HEAD_YOUNG' && each.headAge !== null)
        warnings.push(remark(question, fault))
      if (since !== null && question.purpose === 'renewal')
        warnings.push(reviewerLeft(question, each, since, facts.now))
    }
  }
  return { valid: counted, lost, warnings }
}

/** Teams that had the reviewer in an earlier run: a version below may have asked for another team than the rules of today. */
function knownTeams({ review }: ValidApproval, { recorded }: Question): readonly string[] {
  const known = recorded?.approvals.find(each => each.review === review.id)
  return known?.rules.filter(each => each.startsWith('team ')) ?? []
}

export interface ApprovalInputs {
  readonly question: Question
  readonly contributors: Contributors
  readonly said: ClassifiedReviews
  readonly approvers: Approvers
  readonly facts: ProofFacts
}

/**
 * All that have to be met, in this order: of the rules of which one is enough the first that is met, else the one that lacks the fewest
 * approvals; the minimum; reviews that rulesets ask for.
 */
export function quorums(judged: ApprovalInputs): readonly [Quorum, Quorum, ...Quorum[]] {
  const { question, contributors, said, approvers, facts } = judged
  const quorum = (named: NamedRule): Quorum => ({
    named,
    required: requiredBy(named, question, contributors, facts),
    counted: countFor(named, question, said, approvers, facts),
  })
  const asked = question.anyOf.map(quorum)
  const minimum = quorum(question.minimum)
  const nearest = asked.reduce(
    (best, each) => (lacks(each) < lacks(best) ? each : best),
    asked[0] ?? minimum,
  )
  const ruled = ruledReviewers(question, said, approvers, facts)
  return [nearest, minimum, ...ruled]
}

/** True if at least as many approvals count as are needed. */
export function isReached(quorum: Quorum): boolean {
  return lacks(quorum) === 0
}

function lacks({ required, counted }: Quorum): number {
  return Math.max(0, required - counted.valid.length)
}

/** Each review that rulesets ask for this file, with the approvals it has; empty if they ask for none. */
export function ruledReviewers(
  question: Question,
  said: ClassifiedReviews,
  approvers: Approvers,
  facts: ProofFacts,
): readonly Quorum[] {
  return ruledTeams(question, approvers, facts).map(named => ({
    named,
    required: named.rule.required,
    counted: countFor(named, question, said, approvers, facts),
  }))
}

/** Why `approval.strict` refuses the approval. Without it a known age of less than 60 s is a warning. */
function strictFault(
  { reviewer, review, headAge, isOfMerged }: ValidApproval,
  { purpose, recorded }: Question,
): RejectedApproval | null {
  // GitHub forgets when a head was pushed; what a run counted before, and what is judged as of its merge, needs no time.
  const isOld =
    isSettled(purpose) || recorded?.approvals.some(each => each.review === review.id) === true
  if (headAge === null && !isOld)
    return {
      reviewer,
      code: 'APPROVAL_HEAD_YOUNG',
      text: 'is for a head of which GitHub does not say when it was pushed',
    }
  if (headAge !== null && headAge < YOUNG_SECONDS)
    return {
      reviewer,
      code: 'APPROVAL_HEAD_YOUNG',
      text: `came ${headAge} s after the push it was for`,
    }
  if (isOfMerged) return null
  return { reviewer, code: 'APPROVAL_NOT_HEAD', text: 'was not for the commit that was merged' }
}

function remark({ path }: Question, { code, reviewer, text }: RejectedApproval): Problem {
  const message = `${path}: the approval of ${reviewer.login} ${text}`
  return unplaced(code, message)
}

// The grace period: for how long renewals go on after a reviewer who approved them may no longer approve.

const GRACE_DAYS = 30
const DAY_MS = 86_400_000

/**
 * When a run last found that the reviewer could approve, by the record: for a renewal at most 30 days ago, for a past version at any time,
 * since GitHub knows only today's rights and teams. Null for who is not a person, or is in `approval.never`. At a renewal, a member of a team or
 * a code owner counts for the rule of the same name. For a past version, the record has to say a team of that rule; a rule that names the
 * person or nobody needs no record of that.
 */
function graceSince(
  { review, reviewer }: ValidApproval,
  named: NamedRule,
  { purpose, recorded, rulePath }: Question,
  approvers: Approvers,
  { now }: ProofFacts,
): Date | null {
  if (purpose !== 'renewal' && purpose !== 'past') return null
  if (ineligibilityReason(reviewer, approvers) !== null) return null
  const known = recorded?.approvals.find(
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
function reviewerLeft(
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
