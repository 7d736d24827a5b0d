// What a proof by code review rests on, as plain JSON: kept in the record, printed by `countersign prove`, checked offline.
// Dates are ISO 8601 in UTC. schema/evidence.json is made from the reader in source/evidence.ts.
import type { ObjectId } from './git-history.ts'

export interface Evidence {
  /** 1: by the old rule, by which an approval covered the bytes whatever was shown of them. */
  readonly version: 1 | 2
  /** countersign's version. */
  readonly tool: string
  readonly decidedAt: string
  readonly repository: { readonly id: number; readonly name: string }
  /** The commit whose files were applied. */
  readonly commit: ObjectId
  readonly path: string
  /** Null where the file was removed. */
  readonly blob: ObjectId | null
  /** SHA-256 of the file's bytes, lower-case hex; null where it was removed. */
  readonly sha256: string | null
  /** Effective digest of the step. */
  readonly meaning: string
  readonly landing: EvidencedLanding
  readonly pullRequest: EvidencedPullRequest
  readonly contributors: readonly EvidencedPerson[]
  /** Why one more approval was needed, null where none was. */
  readonly unattributed: string | null
  /** True where GitHub did not say who pushed. */
  readonly hasUnknownPusher: boolean
  readonly approvals: readonly EvidencedApproval[]
  readonly rule: { readonly name: string; readonly required: number }
  /** The last proved version before these bytes, null where none is known: what the approvals had to cover. Absent in version 1. */
  readonly since?: EvidencedVersion | null | undefined
  /** Set while the bytes are proved by the old rule alone: when that ends. */
  readonly oldRuleUntil?: string | undefined
  /** Configuration files in force: path to blob. */
  readonly configuration: Readonly<Record<string, ObjectId>>
  /** `sha256:…` of the trust root, and the commit where it stood first. */
  readonly trustRoot: { readonly digest: string; readonly anchor: ObjectId }
}

export interface EvidencedVersion {
  readonly blob: ObjectId | null
  /** Where it landed. */
  readonly commit: ObjectId
  /** Set where the file was renamed from there since. */
  readonly path?: string | undefined
}

export interface EvidencedLanding {
  readonly commit: ObjectId
  /** How the default branch came to hold it; `unknown` where GitHub does not say. */
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

export interface EvidencedApproval {
  readonly reviewer: EvidencedPerson
  readonly review: number
  /** commit_id as GitHub gives it. */
  readonly commit: ObjectId | null
  /** The pull request's head when the review was submitted. */
  readonly head: ObjectId
  readonly at: string
  /** The last run that found the reviewer eligible. */
  readonly eligibleAt: string
  /** Names of the rules it counted for; absent in evidence of before they were written down. */
  readonly rules?: readonly string[] | undefined
  /** Merge bases that GitHub compared the head with; absent in version 1. */
  readonly bases?: readonly ObjectId[] | undefined
}
