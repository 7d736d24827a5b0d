// Evidence of a proof by code review, as plain JSON: kept in the record, printed by `countersign prove`, checked offline. Dates are
// ISO 8601 in UTC. schema/evidence.json is generated from lib/schema/evidence-schema.ts.
import type { ObjectId } from './git-history.ts'

/** One approved version of a file, and who approved it: a link of the chain. */
export interface EvidencedLink {
  readonly path: string
  /** Null if the file was removed. */
  readonly blob: ObjectId | null
  readonly landing: EvidencedLanding
  readonly pullRequest: EvidencedPullRequest
  readonly contributors: readonly EvidencedPerson[]
  /** Why one more approval was needed, null if none was. */
  readonly unattributed: string | null
  /** True if GitHub did not say who pushed. */
  readonly hasUnknownPusher: boolean
  readonly approvals: readonly EvidencedApproval[]
  readonly rule: { readonly name: string; readonly required: number }
  /** The last proved version before these bytes, null if none is known. The approvals had to cover the changes since. */
  readonly since: EvidencedVersion | null
}

export interface Evidence extends EvidencedLink {
  readonly version: 3
  /** countersign's version. */
  readonly tool: string
  readonly decidedAt: string
  readonly repository: { readonly id: number; readonly name: string }
  /** The commit whose files were applied. */
  readonly commit: ObjectId
  /** SHA-256 of the file's bytes, lower-case hex; null if the file was removed. */
  readonly sha256: string | null
  /** Effective digest of the step. */
  readonly meaning: string
  /** The approved versions below, newest first, down to one whose whole text was shown or that the owners adopted. */
  readonly below: readonly EvidencedLink[]
  /** Configuration files in force: path to blob. */
  readonly configuration: Readonly<Record<string, ObjectId>>
  /** `sha256:…` of the trust root, and the first commit with this configuration. */
  readonly trustRoot: { readonly digest: string; readonly anchor: ObjectId }
}

export interface EvidencedVersion {
  readonly blob: ObjectId | null
  /** The commit that brought it to the default branch. */
  readonly commit: ObjectId
  /** Set if the file was renamed since: its path then. */
  readonly path?: string | undefined
}

export interface EvidencedLanding {
  readonly commit: ObjectId
  /** How the commit came to the default branch; `unknown` if GitHub does not say. */
  readonly by: 'pullRequestMerge' | 'mergeQueueMerge' | 'push' | 'forcePush' | 'unknown'
}

export interface EvidencedPullRequest {
  readonly number: number
  readonly author: EvidencedPerson | null
  readonly mergedAt: string
  readonly mergedBy: EvidencedPerson | null
  readonly mergeCommit: ObjectId
}

export interface EvidencedPerson {
  readonly id: number
  readonly login: string
}

/** Who opened the pull request or contributed to it. */
export function peopleOf({ pullRequest, contributors }: Evidence): readonly EvidencedPerson[] {
  return [...(pullRequest.author === null ? [] : [pullRequest.author]), ...contributors]
}

export interface EvidencedApproval {
  readonly reviewer: EvidencedPerson
  readonly review: number
  /** commit_id from GitHub. */
  readonly commit: ObjectId | null
  /** The pull request's head when the review was submitted. */
  readonly head: ObjectId
  readonly at: string
  /** The last run that found the reviewer eligible. */
  readonly eligibleAt: string
  /** Names of the rules that it counted for. */
  readonly rules: readonly string[]
  /** Merge bases with which GitHub compared the head. */
  readonly bases: readonly ObjectId[]
}
