// A pull request with everything that can count for or against an approval, complete: a page that is missing is an error of
// the adapter, never "nothing there".
import type { Account } from './account.ts'
import type { BranchMove, ObjectId } from './git-history.ts'

export interface PullRequest {
  readonly number: number
  /** Null where the account is gone. */
  readonly author: Account | null
  readonly createdAt: Date
  /** The branch it targets; after the merge: the branch it was merged into. */
  readonly base: string
  readonly head: {
    readonly branch: string
    /** Null where the fork is gone. */
    readonly repositoryId: number | null
    /** The head when it was merged, or now. */
    readonly commit: ObjectId
  }
  readonly merged: {
    readonly at: Date
    readonly by: Account | null
    /** The merge commit, the squashed commit, or the last of the rebased commits. */
    readonly commit: ObjectId
  } | null
  /** Oldest first. Empty where `isTooLarge`. */
  readonly commits: readonly PullRequestCommit[]
  /** GitHub lists at most 250 commits of a pull request, and shows at most 300 files. */
  readonly isTooLarge: boolean
  /** Of the whole pull request as it is now, or was when it was merged. */
  readonly size: { readonly files: number; readonly additions: number; readonly deletions: number }
  /** In the order they were given. */
  readonly reviews: readonly Review[]
  readonly dismissals: readonly Dismissal[]
  /** When its base branch was changed, by a person or by GitHub. */
  readonly baseChanges: readonly Date[]
  readonly forcePushes: readonly ForcePush[]
  /** Moves of the head branch while the pull request lived, oldest first; null where they cannot be read (forks, rights). */
  readonly pushes: readonly BranchMove[] | null
  /** Heads for which a `pull_request` run was made, with the time of the first; null where runs cannot be read. */
  readonly runs: readonly SeenHead[] | null
}

export interface PullRequestCommit {
  readonly id: ObjectId
  readonly parents: readonly ObjectId[]
  /** Author and co-authors (from trailers); null for one without a linked account. */
  readonly authors: readonly (Account | null)[]
  readonly committer: Account | null
  /** GitHub itself made and signed it (web editor, Update branch). */
  readonly isSignedByGitHub: boolean
}

export interface Review {
  readonly id: number
  /** Null where the account is gone. */
  readonly author: Account | null
  /** As it stands now: dismissing overwrites what it said. */
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED' | 'COMMENTED' | 'PENDING'
  /** When it was submitted. */
  readonly at: Date
  /** GitHub moves it forward on some rebases and merges of the base: not what the reviewer saw. Null where it is gone. */
  readonly commit: ObjectId | null
}

export interface Dismissal {
  readonly review: number
  readonly at: Date
  readonly by: Account | null
  /** What the review said before. */
  readonly was: Review['state']
}

export interface ForcePush {
  readonly at: Date
  readonly by: Account | null
  readonly before: ObjectId | null
  readonly after: ObjectId | null
}

export interface SeenHead {
  readonly commit: ObjectId
  readonly at: Date
}
