// Facts that the proofs of one run rely on: git's history and GitHub's data, gathered before anything is decided.
import type { ApprovalConfig, TeamRef, UserRef, ApprovalRule } from '../../domain/request/config.ts'
import type { EvidencedLink } from '../../domain/proof/evidence.ts'
import type { Comparison, ShownDiff } from '../../domain/proof/shown-diff.ts'
import type {
  Ancestry,
  BlobAt,
  BlobsAt,
  BranchMove,
  FileAt,
  ObjectId,
} from '../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../domain/proof/pull-request.ts'
import type {
  BranchRules,
  RepositoryFacts,
  ReviewerRights,
} from '../../domain/proof/repository-facts.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import type { CodeOwners } from './reviews/code-owners.ts'

export interface ProofFacts {
  readonly repository: RepositoryFacts
  /** Everything reachable from the commit that is applied, from heads of pull requests, and from reviewed commits. */
  readonly ancestry: Ancestry
  /** Paths whose objects the ancestry has: files, and folders of requests, policies and inventories. */
  readonly watched: readonly string[]
  /** What the default branch held up to the commit that is applied, newest first (`branchLine`). */
  readonly line: readonly ObjectId[]
  /** Commit → numbers of the pull requests that GitHub links to it. */
  readonly linked: ReadonlyMap<ObjectId, readonly number[]>
  readonly pullRequests: ReadonlyMap<number, PullRequest>
  readonly blobAt: BlobsAt
  /** Texts of the attributes files above the paths (`attributesOf`), by `BLOB PATH`; a file that cannot be read is absent. */
  readonly attributes: ReadonlyMap<string, string>
  /** Moves of the default branch, oldest first; null if they cannot be read. */
  readonly moves: readonly BranchMove[] | null
  /** By `movesByCommit`; empty if moves cannot be read. */
  readonly movedBy: ReadonlyMap<ObjectId, BranchMove>
  /** Null if rulesets cannot be read. */
  readonly branchRules: BranchRules | null
  readonly reviewerRights: ReviewerRights
  /**
   * Commits outside of pull requests: pushed to the default branch, or removed by a force push. A commit that was not asked for, or is
   * gone, is absent.
   */
  readonly otherCommits: ReadonlyMap<ObjectId, PullRequestCommit>
  /** What GitHub shows between two commits; null if it no longer does, or was not asked yet (`LookUps`). */
  readonly diffOf: (pair: Comparison) => ShownDiff | null
  /** Text of a blob; null if it is not UTF-8, is gone, or was not read yet (`LookUps`). */
  readonly textOf: (blob: ObjectId) => string | null
  /** Null if the blob is gone, or was not read yet (`LookUps`). */
  readonly sizeOf: (blob: ObjectId) => TextSize | null
  /** How many answers are still to be looked up: a decision that raised it was made without one, and is repeated. */
  readonly unanswered: () => number
  /** The blob at any path of any commit; `GONE` if GitHub no longer has the commit, or was not asked yet (`LookUps`). */
  readonly fileAt: (file: FileAt) => BlobAt
  /** Kind and blob of each file of a watched folder, by path (`kindsOf`); null if its tree was not read yet (`LookUps`). */
  readonly kindsIn: (tree: ObjectId, folder: string) => ReadonlyMap<string, string> | null
  readonly now: Date
}

/** The most that GitHub can show of a file, binary or not. */
export interface TextSize {
  readonly lines: number
  readonly bytes: number
}

/** Facts without those that are looked up when a decision needs them. */
export type GatheredFacts = Omit<
  ProofFacts,
  'diffOf' | 'textOf' | 'sizeOf' | 'unanswered' | 'fileAt' | 'kindsIn'
>

/** The commit with which a path got its blob on the default branch, and the commit before it. */
export interface Landing {
  readonly commit: ObjectId
  /** What the branch held before: the first parent, unless the branch was moved in another way. Null at its first commit. */
  readonly before: ObjectId | null
}

/** Who may approve, by the trusted configuration. */
export interface Approvers {
  readonly approval: ApprovalConfig
  /** Null if there is no CODEOWNERS file. */
  readonly codeOwners: CodeOwners | null
  /** Everybody that the configuration and policies name. They give the ids for logins in CODEOWNERS. */
  readonly users: readonly UserRef[]
  readonly teams: readonly TeamRef[]
  /** Owner of the repository and of the teams. */
  readonly organization: string
}

export interface NamedRule {
  /** For messages: `approval.requests`, `approval.configuration`, `policy NAME`, or the rulesets for a team. */
  readonly name: string
  readonly rule: ApprovalRule
}

/** A file of a step, and the landing that brought its bytes. */
export interface FileOrigin {
  readonly path: string
  /** Null if the file was removed. */
  readonly blob: ObjectId | null
  readonly landing: Landing
  /** What a guarded record says of this landing; null if it says nothing. It adds only what GitHub cannot know any more. */
  readonly recorded: EvidencedLink | null
}

/** A proved version of a path. */
export interface ProvedVersion {
  /** Null if there was no file. */
  readonly blob: ObjectId | null
  /** Where it landed. */
  readonly commit: ObjectId
}

/** What an approval of a file has to cover: every change since its last proved version. */
export interface Background {
  /** Null if none is known: then every line has to be shown. */
  readonly proved: ProvedVersion | null
  /** Landings since the last version that was proved and allowed by policy, newest first. Their contributors count too. */
  readonly since: readonly FileOrigin[]
  /** The part of `since` that begins with the proved version's own landing: set if no policy allowed that version. */
  readonly upToProved?: readonly FileOrigin[]
  /** True if not all earlier versions were read: the contributors before the oldest of `since` are unknown. */
  readonly isCut?: boolean
  /** Proved versions of other paths that a rename may bring, by the approver rules and with the effective request of this path. */
  readonly renamedFrom?: readonly ProvedElsewhere[]
  /** The proofs of the proved version and of those below it that it relies on, newest first. */
  readonly links?: readonly EvidencedLink[]
}

/** Every line has to be shown. */
export const NOTHING_PROVED: Background = { proved: null, since: [] }

export interface ProvedElsewhere {
  readonly path: string
  readonly blob: ObjectId
  /** Where it landed. */
  readonly commit: ObjectId
}

/** The question whether these bytes at this path were approved. */
export interface Question extends FileOrigin {
  /** The path whose code owners and rulesets count: that of the file today, if a past version had another one. */
  readonly rulePath: string
  readonly background: Background
  /** One of these must be met. */
  readonly anyOf: NonEmpty<NamedRule>
  /** This one must always be met. */
  readonly minimum: NamedRule
  /** Approvals in addition to those of the rules: 1 for a file that no reviewer can read. */
  readonly extraApprovals: number
  /**
   * A change is a first certificate or another one. A renewal continues in cases where a change is refused. Approvals of a withdrawal do
   * not age: else old access would stay. A configuration was proved when it was merged: its approvals do not age, and only a person who
   * could have given one can take it back. Approvals of a past version do not age either. Once a record shows that they were used, the same people can take them back.
   */
  readonly purpose: 'change' | 'renewal' | 'withdrawal' | 'configuration' | 'past'
  /**
   * True if another file holds the same name (`metadata.name` of a request or policy), so that the review has to show its last version
   * too. Null if the file has no name.
   */
  readonly holdsName: ((path: string, blob: ObjectId) => boolean) | null
  /**
   * Effective digest of the blob under the configuration at a commit of the line; its null: no such request there. The function is
   * null if the question does not depend on the effective request.
   */
  readonly effectiveDigestAt: ((commit: ObjectId) => string | null) | null
  /** Other rules whose people can take an approval back, too: those at the merge, and for an earlier version those of today. */
  readonly otherRules?: Pick<Question, 'anyOf' | 'minimum'> & { readonly approvers: Approvers }
}
