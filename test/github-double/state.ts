// The state of the GitHub double as plain data. world.ts changes it as people act; rest/ and graphql/ only show it.
import type { Account } from '../../src/domain/proof/account.ts'
import type { ObjectId } from '../../src/domain/proof/git-history.ts'

export interface GithubState {
  readonly accounts: Map<number, AccountState>
  readonly repositories: Map<number, RepositoryState>
  readonly organizations: Map<string, OrganizationState>
  /** Git objects of all repositories: GitHub stores those of a fork network together too. */
  readonly objects: Map<ObjectId, GitObject>
  /** The double's clock; only people and runs move it. */
  now: Date
  /** The next id of anything that is not a git object. */
  nextId: number
  readonly knobs: KnobState
}

/** Options for behaviour in which GitHub varies, or that a repository can configure. */
export interface KnobState {
  /** Whether a force push or a merge of the base moves the commit of earlier reviews. */
  commitIdMoves: 'never' | 'patch-identical' | 'always'
  /** Whether pull requests start a workflow run for each new head. */
  hasRuns: boolean
}

export interface AccountState {
  readonly id: number
  login: string
  readonly type: Account['type']
  /** A deleted account is shown as null in GraphQL and REST. */
  isDeleted: boolean
}

export interface OrganizationState {
  readonly login: string
  readonly teams: Map<string, TeamState>
}

export interface TeamState {
  readonly id: number
  readonly slug: string
  readonly members: Set<number>
}

export type GitObject =
  | { readonly kind: 'blob'; readonly bytes: Uint8Array }
  | { readonly kind: 'tree'; readonly entries: readonly TreeEntryState[] }
  | CommitState

export interface TreeEntryState {
  readonly name: string
  /** As git writes it: 40000, 100644, 100755, 120000, 160000. */
  readonly mode: string
  readonly id: ObjectId
}

export interface CommitState {
  readonly kind: 'commit'
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly author: SignatureState
  readonly committer: SignatureState
  readonly message: string
  /** Created and signed by GitHub. */
  readonly isSignedByGitHub: boolean
}

/** Author or committer of a commit: free text; `accountId` is the account that GitHub links the address to. */
export interface SignatureState {
  readonly name: string
  readonly email: string
  readonly at: Date
  readonly accountId: number | null
}

export interface RepositoryState {
  readonly id: number
  owner: string
  name: string
  /** owner/name that it had; each leads here while no other repository has it. */
  readonly formerNames: string[]
  visibility: 'public' | 'private' | 'internal'
  defaultBranch: string
  readonly forkOf: number | null
  /** Branch name → commit. */
  readonly branches: Map<string, ObjectId>
  /** Old name of a renamed branch → its name today. */
  readonly renamed: Map<string, string>
  /** Account id → right. */
  readonly collaborators: Map<number, 'admin' | 'maintain' | 'write' | 'triage' | 'read'>
  readonly pullRequests: PullRequestState[]
  /** Issues that are no pull requests. */
  readonly issues: IssueState[]
  readonly activity: ActivityState[]
  readonly rulesets: RulesetState[]
  readonly runs: RunState[]
  /** By name. */
  readonly environments: Map<string, EnvironmentState>
  /** Commits that were reachable and are no longer served (garbage collected). */
  readonly collected: Set<ObjectId>
}

/** Which branches may deploy to an environment. */
export interface BranchPolicyState {
  readonly id: number
  readonly name: string
  readonly type: 'branch' | 'tag'
}

export interface EnvironmentState {
  readonly id: number
  readonly name: string
  branches: 'any' | 'protected' | 'custom'
  readonly policies: BranchPolicyState[]
  /** Minutes. */
  waitTimer: number
  preventsSelfReview: boolean
  /** Account ids. */
  reviewers: readonly number[]
  /** By name. */
  readonly secrets: Map<string, SecretState>
  /** The key that seals secrets. */
  key: EnvironmentKey
}

export interface EnvironmentKey {
  readonly id: string
  /** X25519, 32 bytes each. */
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/** The sealed box; the double also has the key that opens it. */
export interface SecretState {
  readonly name: string
  readonly sealed: Uint8Array
  readonly sealedWith: EnvironmentKey
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type ActivityKind =
  'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge' | 'merge_queue_merge'

export interface ActivityState {
  readonly id: number
  readonly kind: ActivityKind
  readonly branch: string
  readonly actorId: number | null
  readonly before: ObjectId | null
  readonly after: ObjectId | null
  readonly at: Date
}

export interface PullRequestState {
  readonly number: number
  /** The repository of the base branch. */
  readonly repositoryId: number
  readonly authorId: number
  readonly title: string
  readonly body: string | null
  readonly createdAt: Date
  base: string
  readonly headRepositoryId: number
  readonly headBranch: string
  /** The head at the merge or close; an open pull request uses its branch. */
  headCommit: ObjectId
  /** The base branch at the last push of the head, or just before the merge: GitHub's base.sha. */
  baseCommit: ObjectId
  /** Commits of the pull request, fixed at its merge or close. */
  commits: ObjectId[] | null
  /** Commits that GitHub created on the base branch for the merge: merge commit, squashed commit or rebased commits. */
  landed: ObjectId[]
  state: 'open' | 'closed' | 'merged'
  mergedAt: Date | null
  mergedById: number | null
  mergeCommit: ObjectId | null
  readonly reviews: ReviewState[]
  readonly timeline: TimelineState[]
  readonly comments: CommentState[]
}

/** Its number is from the same sequence as those of pull requests. */
export interface IssueState {
  readonly id: number
  readonly number: number
  readonly authorId: number
  title: string
  body: string
  state: 'open' | 'closed'
  readonly createdAt: Date
  updatedAt: Date
}

export interface CommentState {
  readonly id: number
  readonly authorId: number
  body: string
  readonly createdAt: Date
  updatedAt: Date
}

export interface ReviewState {
  readonly id: number
  readonly authorId: number
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED' | 'COMMENTED' | 'PENDING'
  readonly at: Date
  /** GitHub's commit_id, which it may move forward. */
  commit: ObjectId
}

export type TimelineState =
  | {
      readonly kind: 'headForcePushed'
      readonly at: Date
      readonly actorId: number
      readonly before: ObjectId
      readonly after: ObjectId
    }
  | {
      readonly kind: 'baseChanged' | 'baseChangedAutomatically'
      readonly at: Date
      readonly actorId: number
      readonly from: string
      readonly to: string
    }
  | {
      readonly kind: 'reviewDismissed'
      readonly at: Date
      readonly actorId: number
      readonly review: number
      readonly was: ReviewState['state']
    }
  | {
      readonly kind: 'merged'
      readonly at: Date
      readonly actorId: number
      readonly commit: ObjectId
    }

export interface RulesetState {
  readonly id: number
  readonly name: string
  readonly enforcement: 'active' | 'evaluate' | 'disabled'
  readonly requiredApprovals: number
  readonly requiresCodeOwners: boolean
  readonly dismissesStale: boolean
  readonly requiredReviewers: readonly {
    readonly filePatterns: readonly string[]
    readonly minimumApprovals: number
    readonly teamId: number
  }[]
  readonly updatedAt: Date
  /** As written through the API; null for one that has only the rule `pull_request`. */
  readonly written: WrittenRuleset | null
}

export interface WrittenRuleset {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly bypassActors: readonly Readonly<Record<string, JsonValue>>[]
  readonly rules: readonly Readonly<Record<string, JsonValue>>[]
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined }

/** A workflow run of a pull request or of the default branch. */
export interface RunState {
  readonly id: number
  readonly event: 'pull_request' | 'pull_request_review' | 'push' | 'schedule' | 'workflow_dispatch'
  readonly headBranch: string
  /** The fork's id for a branch of a fork. */
  readonly headRepositoryId: number
  readonly headCommit: ObjectId
  readonly createdAt: Date
  readonly actorId: number
  /** How it ended, null while it runs; success if absent. */
  conclusion?: 'success' | 'failure' | 'cancelled' | null
}
