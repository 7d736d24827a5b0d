// What the proofs of one run rest on: git's history and GitHub's records, gathered before anything is decided.
import type { ApprovalConfig, TeamRef, UserRef } from '../../domain/request/config.ts'
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { Comparison, ShownDiff } from '../../domain/proof/shown-diff.ts'
import type { Ancestry, BlobsAt, BranchMove, ObjectId } from '../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../domain/proof/pull-request.ts'
import type {
  BranchRules,
  RepositoryFacts,
  ReviewerRights,
} from '../../domain/proof/repository-facts.ts'
import type { ApprovalRule } from '../../domain/request/config.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import type { CodeOwners } from './reviews/code-owners.ts'

export interface ProofFacts {
  readonly repository: RepositoryFacts
  /** Everything reachable from the commit that is applied, from the heads of pull requests, and from what was reviewed. */
  readonly ancestry: Ancestry
  /** What the default branch held up to the commit that is applied, newest first (`branchLine`). */
  readonly line: readonly ObjectId[]
  readonly linked: ReadonlyMap<ObjectId, readonly number[]>
  readonly pullRequests: ReadonlyMap<number, PullRequest>
  readonly blobAt: BlobsAt
  /** Texts of the attributes files above the paths (`attributesOf`), by blob; one that cannot be read is absent. */
  readonly attributes: ReadonlyMap<ObjectId, string>
  /** Moves of the default branch, oldest first; null where they cannot be read. */
  readonly moves: readonly BranchMove[] | null
  /** By `movesByCommit`; empty where moves cannot be read. */
  readonly movedBy: ReadonlyMap<ObjectId, BranchMove>
  /** Null where rulesets cannot be read. */
  readonly branchRules: BranchRules | null
  readonly reviewerRights: ReviewerRights
  /**
   * Commits outside of pull requests: pushed to the default branch, or taken away by a force push. One that nobody asked for, or is
   * gone, is absent.
   */
  readonly otherCommits: ReadonlyMap<ObjectId, PullRequestCommit>
  /** What GitHub shows between two commits; null where it no longer does, or where it was not asked yet (`lookUp`). */
  readonly shown: (pair: Comparison) => ShownDiff | null
  /** Text of a blob; null where it is no UTF-8, is gone, or was not read yet (`lookUp`). */
  readonly textOf: (blob: ObjectId) => string | null
  readonly now: Date
}

/** Facts without what is looked up once a decision needs it. */
export type GatheredFacts = Omit<ProofFacts, 'shown' | 'textOf'>

/** When a path came to hold its blob, on the default branch's own line. */
export interface Landing {
  readonly commit: ObjectId
  /** What the branch held before: the first parent, unless the branch was moved otherwise. Null at its first commit. */
  readonly before: ObjectId | null
}

/** Who may say yes, by the configuration that is trusted. */
export interface Approvers {
  readonly approval: ApprovalConfig
  /** Null where there is no CODEOWNERS file. */
  readonly codeOwners: CodeOwners | null
  /** Everybody the configuration and policies name: the id that a login in CODEOWNERS stands for. */
  readonly users: readonly UserRef[]
  readonly teams: readonly TeamRef[]
  /** Owner of the repository, whose teams they are. */
  readonly organization: string
}

export interface NamedRule {
  /** `approval.requests`, or the policy. */
  readonly name: string
  readonly rule: ApprovalRule
}

/** A file that something would be done for, and how it came to be what it is. */
export interface FileOrigin {
  readonly path: string
  /** Null: that the file is gone. */
  readonly blob: ObjectId | null
  readonly landing: Landing
  /** Evidence of the same bytes from the record. */
  readonly earlier: Evidence | null
}

/** A version of a path that was proved, as of its own landing. */
export interface ProvedVersion {
  /** Null: that there was no file. */
  readonly blob: ObjectId | null
  /** Where it landed. */
  readonly commit: ObjectId
}

/** What an approval of a file has to cover: everything that came since its last proved version. */
export interface Background {
  /** Null: none is known, so every line has to be shown. */
  readonly proved: ProvedVersion | null
  /** Landings since the last version that was proved and allowed by policy, newest first: who contributed to them counts too. */
  readonly since: readonly FileOrigin[]
  /** The last of `since`, from the proved version's own landing on: where no policy allowed that version. */
  readonly upToProved?: readonly FileOrigin[]
  /** Not all earlier versions were read: the contributors to the oldest of `since` are unknown. */
  readonly isCut?: boolean
  /** Proved versions of other paths that a rename may bring: by the approver rule and with the meaning of this path. */
  readonly renamedFrom?: readonly ProvedElsewhere[]
}

export interface ProvedElsewhere {
  readonly path: string
  readonly blob: ObjectId
  /** Where it landed. */
  readonly commit: ObjectId
}

/** Were these bytes at this path approved? */
export interface Question extends FileOrigin {
  /** Null for a record of the old rule, by which an approval covered the bytes whatever was shown of them. */
  readonly background: Background | null
  /** One of these must be met, … */
  readonly anyOf: NonEmpty<NamedRule>
  /** … and this one always. */
  readonly floor: NamedRule
  /** Approvals beyond what the rules say: 1 for a file that no reviewer can read. */
  readonly extra: number
  /**
   * A renewal of what was issued before goes on where a first issue would not. A configuration was proved when it was merged:
   * its approvals do not age, and only somebody who could have given one can take it back. A past version is judged the same way.
   */
  readonly purpose: 'issue' | 'renewal' | 'configuration' | 'past'
  /** Effective digest of the blob under the configuration of a commit on the line; null where nothing decides on meaning. */
  readonly effectiveDigestAt: ((commit: ObjectId) => string | null) | null
}
