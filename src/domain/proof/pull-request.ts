// A pull request with every fact for or against an approval. It is complete: a missing page is an error of the adapter, never
// "nothing there".
import type { Account } from './account.ts'
import type { BranchMove, ObjectId } from './git-history.ts'

export interface PullRequest {
  readonly number: number
  /** Null if the account is gone. */
  readonly author: Account | null
  readonly createdAt: Date
  /** The branch that it targets, or was merged into. */
  readonly base: string
  readonly head: {
    readonly branch: string
    /** Null if the fork is gone. */
    readonly repositoryId: number | null
    /** The head at the merge, or now. */
    readonly commit: ObjectId
  }
  readonly merged: {
    readonly at: Date
    readonly by: Account | null
    /** The merge commit, the squashed commit, or the last of the rebased commits; null if GitHub no longer knows it. */
    readonly commit: ObjectId | null
  } | null
  /** Oldest first. Empty if `isTooLarge`. */
  readonly commits: readonly PullRequestCommit[]
  /** GitHub lists at most 250 commits of a pull request, and shows at most 300 files. */
  readonly isTooLarge: boolean
  /** Size of the whole pull request at the merge, or now. */
  readonly size: { readonly additions: number; readonly deletions: number }
  /** In the order of submission. */
  readonly reviews: readonly Review[]
  readonly dismissals: readonly Dismissal[]
  /** When its base branch was changed, by a person or by GitHub. */
  readonly baseChanges: readonly BaseChange[]
  readonly forcePushes: readonly ForcePush[]
  /** Moves of the head branch during the life of the branch, oldest first; null if they cannot be read (forks, permissions). */
  readonly pushes: readonly BranchMove[] | null
  /** Heads with a `pull_request` run, with the time of the first run; null if runs cannot be read. */
  readonly runs: readonly SeenHead[] | null
}

export interface PullRequestCommit {
  readonly id: ObjectId
  readonly parents: readonly ObjectId[]
  /** Author and co-authors (from trailers); null for a person without a linked account. */
  readonly authors: readonly (Account | null)[]
  readonly committer: Account | null
  /** GitHub itself created and signed it (web editor, Update branch). */
  readonly isSignedByGitHub: boolean
}

export interface Review {
  readonly id: number
  /** Null if the account is gone. */
  readonly author: Account | null
  /** The state now. A dismissal overwrites the original state. */
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED' | 'COMMENTED' | 'PENDING'
  /** When it was submitted. */
  readonly at: Date
  /** GitHub moves it forward on some rebases and merges of the base, so it may not be what the reviewer saw. Null if it is gone. */
  readonly commit: ObjectId | null
}

export interface Dismissal {
  readonly review: number
  readonly at: Date
  readonly by: Account | null
  /** The state of the review before the dismissal. */
  readonly was: Review['state']
}

export interface BaseChange {
  readonly at: Date
  /** The base before. */
  readonly from: string
}

export type ForcePush = Pick<BranchMove, 'at' | 'by' | 'before' | 'after'>

export interface SeenHead {
  readonly commit: ObjectId
  readonly at: Date
}
