// The last review of each reviewer before the merge, and whether it approves these bytes with this effective request.
import { dayOf } from '../../../lib/source/duration.ts'
import type { Account } from '../../../domain/proof/account.ts'
import type { Code } from '../../../domain/problem-codes.ts'
import type { EvidencedApproval } from '../../../domain/proof/evidence.ts'
import type { BlobAt, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, Review } from '../../../domain/proof/pull-request.ts'
import type { Comparison } from '../../../domain/proof/shown-diff.ts'
import { bytesOfObject, GONE } from '../../../domain/proof/git-history.ts'
import type { Contributors } from '../contributors/landing-contributors.ts'
import type { Approvers, FileOrigin, ProofFacts, Question } from '../proof-facts.ts'
import { hiddenFault, notShown, notShownFile } from '../visibility/shown-files.ts'
import { possibleBases, possibleTips } from '../merges/branch-tips.ts'
import { mergeBasesWith } from '../merges/branch-history.ts'
import type { VisibilityFault } from '../visibility/diff-size-limits.ts'
import { isTakenBack } from './revoked-approvals.ts'
import { reviewedHeads } from './reviewed-head.ts'
import { isRequest, lastReviews, wasRequest } from './last-reviews.ts'

/** An approval that does not count, and why; `text` continues "the approval of LOGIN ". */
export interface RejectedApproval {
  readonly reviewer: Account
  readonly code: Code
  readonly text: string
  /** True if it depends on a team that no configuration names. */
  readonly isUnnamed?: boolean
}

/** An approval of exactly these bytes by a person who did not contribute. Whether it counts for a rule is decided by `countFor`. */
export interface ValidApproval {
  readonly reviewer: Account
  readonly review: Review
  /** Head of the pull request when the review was submitted; the first if several are possible. */
  readonly head: ObjectId
  /** Merge bases that GitHub may have compared the possible heads with. */
  readonly bases: readonly ObjectId[]
  /** Seconds from the push of the head to the review; null if GitHub does not say. */
  readonly headAge: number | null
  /** The head at the review, and the commit that GitHub names, are the one that was merged. */
  readonly isOfMerged: boolean
}

export interface ClassifiedReviews {
  readonly valid: readonly ValidApproval[]
  readonly lost: readonly RejectedApproval[]
  /** People who asked for changes in their last review before the merge; includes `DELETED` for a deleted account. */
  readonly asking: readonly Account[]
}

/**
 * Sorts the last review of each reviewer: approvals of these bytes, rejected approvals with code and reason, and requests for changes.
 * Comments, and requests for changes that were dismissed before the merge or came after it, are left out.
 */
export function classifyReviews(
  question: Question,
  pull: PullRequest,
  contributors: Contributors,
  approvers: Approvers,
  facts: ProofFacts,
): ClassifiedReviews {
  const valid: ValidApproval[] = []
  const lost: RejectedApproval[] = []
  const asking: Account[] = []
  for (const { reviewer, last, isLate } of lastReviews(pull, question.recorded)) {
    if (isRequest(last, pull)) {
      if (!isLate) asking.push(reviewer)
      continue
    }
    if (wasRequest(last, pull)) continue
    const answer = isLate
      ? late(reviewer, last)
      : weigh({ reviewer, review: last, question, pull, contributors, approvers, facts })
    if ('head' in answer) valid.push(answer)
    else lost.push(answer)
  }
  return { valid, lost, asking: [...asking, ...goneAsking(question, pull, facts)] }
}

/** Placeholder for a reviewer whose account was deleted. */
export const DELETED: Account = { id: 0, login: 'a deleted account', type: 'User' }

/**
 * `DELETED` if a deleted account asked for changes, since that person may have had a say. Not in a public repository, where anybody
 * can write reviews, and not if the pull request was judged before: at that time GitHub still named the person.
 */
function goneAsking(
  { recorded }: Question,
  pull: PullRequest,
  { repository }: ProofFacts,
): readonly Account[] {
  if (repository.visibility === 'public') return []
  if (recorded?.pullRequest.number === pull.number) return []
  const { merged } = pull
  const isAsked = pull.reviews.some(
    review =>
      review.author === null &&
      isRequest(review, pull) &&
      (merged === null || review.at <= merged.at),
  )
  return isAsked ? [DELETED] : []
}

/** True if it is judged as of the merge: approvals no longer age. */
export function isSettled(purpose: Question['purpose']): boolean {
  return purpose === 'configuration' || purpose === 'past'
}

function late(reviewer: Account, { state }: Review): RejectedApproval {
  return state === 'DISMISSED'
    ? { reviewer, code: 'APPROVAL_DISMISSED', text: 'was dismissed' }
    : { reviewer, code: 'APPROVAL_AFTER_MERGE', text: 'was given after the merge' }
}

interface Weighing {
  readonly reviewer: Account
  readonly review: Review
  readonly question: Question
  readonly pull: PullRequest
  readonly contributors: Contributors
  readonly approvers: Approvers
  readonly facts: ProofFacts
}

/** The valid approval, or the first reason why it does not count. */
function weigh(weighing: Weighing): ValidApproval | RejectedApproval {
  const { reviewer, review, question, pull, contributors, approvers, facts } = weighing
  const lost = (code: Code, text: string): RejectedApproval => ({ reviewer, code, text })
  if (review.state === 'DISMISSED' && !outlivesDismissal(weighing))
    return lost('APPROVAL_DISMISSED', 'was dismissed')
  const part = contributors.people.get(reviewer.id) ?? contributors.otherPullPeople.get(reviewer.id)
  if (part !== undefined)
    return lost('APPROVAL_SELF', `does not count: ${reviewer.login} ${part.did}`)
  if (pull.baseChanges.some(({ at }) => at >= review.at))
    return lost('APPROVAL_OTHER_BASE', 'was given before the pull request got its base branch')
  const seen = reviewedHeads(review, pull, earlierApproval(weighing))
  const [head] = seen?.heads ?? []
  if (seen === null || head === undefined)
    return lost(
      'APPROVAL_UNVERIFIABLE',
      'cannot be checked: the content of the pull request at that time is gone',
    )
  const tips = possibleTips(review.at, seen.heads, question.landing, facts)
  // The API accepts a review of an older commit, and then the reviewer saw the diff of that commit.
  const looked = [...new Set([...seen.heads, review.commit])].filter(id => id !== null)
  const content =
    contentFault(question, [...seen.heads, review.commit], facts) ??
    notShownFile(looked, tips, question, pull, facts, settledPairs(weighing)) ??
    hiddenFault(looked, tips, question, facts)
  if (content !== null) return lost(...content)
  const meaning = effectiveRequestFault(tips, question)
  if (meaning !== null) return lost(...meaning)
  const { maxAgeSeconds } = approvers.approval
  // What ends access must not wait for a new approval.
  const isAgeless = isSettled(question.purpose) || question.purpose === 'withdrawal'
  const until = isAgeless ? (pull.merged?.at ?? facts.now) : facts.now
  const age = (until.getTime() - review.at.getTime()) / 1000
  if (maxAgeSeconds !== null && age > maxAgeSeconds)
    return lost('APPROVAL_EXPIRED', `is older than approval.maxAge (given ${dayOf(review.at)})`)
  const headAge =
    seen.pushedAt === null ? null : (review.at.getTime() - seen.pushedAt.getTime()) / 1000
  const bases = seen.heads.flatMap(each => possibleBases(each, tips, facts.ancestry))
  // GitHub moves the commit of a review forward, so the head of that time counts, too.
  const isOfMerged = looked.every(id => id === pull.head.commit)
  return { reviewer, review, head, bases: [...new Set(bases)], headAge, isOfMerged }
}

/** True if the dismissal does not count: an account that may not end the approval dismissed it after it had been used. */
function outlivesDismissal(weighing: Weighing): boolean {
  const { review, question, pull, approvers, facts } = weighing
  const { purpose } = question
  const isUsed = earlierApproval(weighing) !== null
  if (!isUsed && purpose !== 'configuration') return false
  return !isTakenBack(review.id, pull, question, approvers, facts)
}

/** Comparisons that an earlier run found shown to this reviewer. */
function settledPairs(weighing: Weighing): readonly Comparison[] {
  const known = earlierApproval(weighing)
  return known === null ? [] : known.bases.map(base => ({ base, head: known.head }))
}

function earlierApproval({ review, question, pull }: Weighing): EvidencedApproval | null {
  const { recorded } = question
  if (recorded?.pullRequest.number !== pull.number) return null
  return recorded.approvals.find(approval => approval.review === review.id) ?? null
}

// Stale reviews: approvals of other bytes than those that were merged, or of another effective request.

/** At the head of that time and at the commit that GitHub names, the file must have these bytes, and they must be a change. */
function contentFault(
  question: Question,
  commits: readonly (ObjectId | null)[],
  facts: ProofFacts,
): VisibilityFault | null {
  const { path } = question
  const blob = question.blob === null ? null : bytesOfObject(question.blob)
  const bases = baseBlobs(question, facts)
  for (const commit of commits) {
    const held = commit === null ? GONE : facts.blobAt({ commit, path })
    if (commit === null || held === GONE)
      return ['APPROVAL_UNVERIFIABLE', 'cannot be checked: the commit it was for is gone']
    if (held !== blob)
      return ['APPROVAL_OTHER_CONTENT', `was for another version (${commit.slice(0, 7)})`]
    if (bases(commit).includes(blob)) return notShown(path, commit)
  }
  return null
}

/** The effective request under the configuration at the review must equal the one under the configuration at the merge. */
export function effectiveRequestFault(
  then: readonly ObjectId[],
  { effectiveDigestAt, landing }: Question,
): VisibilityFault | null {
  if (effectiveDigestAt === null) return null
  const merged = effectiveDigestAt(landing.commit)
  if (then.length > 0 && merged !== null && then.every(tip => effectiveDigestAt(tip) === merged))
    return null
  return [
    'APPROVAL_OTHER_EFFECTIVE_REQUEST',
    'was given under another configuration, which makes a different request of the same file',
  ]
}

/** Gives the file at each merge base of a commit with the default branch before the landing; `[null]` without common history. */
export function baseBlobs(
  { landing, path }: Pick<FileOrigin, 'landing' | 'path'>,
  { ancestry, blobAt }: Pick<ProofFacts, 'ancestry' | 'blobAt'>,
): (commit: ObjectId) => readonly BlobAt[] {
  const { before } = landing
  if (before === null) return () => [null]
  const partings = mergeBasesWith(ancestry, before)
  return commit => {
    const bases = partings(commit)
    return bases.length === 0 ? [null] : bases.map(base => blobAt({ commit: base, path }))
  }
}
