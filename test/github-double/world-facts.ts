// The read side of the double: its state, its clock, and derived facts.
import type { ObjectId } from '../../src/domain/proof/git-history.ts'
import { associatedPullRequests } from './pull-requests/associations.ts'
import type { ChangedFile } from './git/git-changes.ts'
import { isAncestor, mergeBases, reachable } from './git/git-history.ts'
import { commitAt } from './git/git-objects.ts'
import { entryAt } from './git/git-tree.ts'
import type { FileEntry } from './git/git-tree.ts'
import { addHouseAccounts } from './people.ts'
import {
  changedFilesOf,
  commitsOf,
  headOf,
  shownBetween,
  shownFilesOf,
} from './pull-requests/pull-request-facts.ts'
import { rightOf, tipOf } from './repositories.ts'
import type { Right } from './repositories.ts'
import type { DiffFile } from './git/shown-diff.ts'
import type {
  AccountState,
  GithubState,
  KnobState,
  PullRequestState,
  RepositoryState,
} from './state.ts'

export interface WorldOptions extends Partial<KnobState> {
  readonly now?: Date
}

export class WorldFacts {
  readonly state: GithubState

  constructor(options: WorldOptions = {}) {
    this.state = {
      accounts: new Map(),
      repositories: new Map(),
      organizations: new Map(),
      objects: new Map(),
      now: options.now ?? new Date('2026-01-05T08:00:00Z'),
      nextId: 1001,
      knobs: {
        commitIdMoves: options.commitIdMoves ?? 'never',
        hasRuns: options.hasRuns ?? true,
      },
    }
    addHouseAccounts(this.state)
  }

  /** Advances the clock. */
  tick(seconds: number): void {
    this.state.now = new Date(this.state.now.getTime() + seconds * 1000)
  }

  headOf(pr: PullRequestState): ObjectId {
    return headOf(this.state, pr)
  }

  /** Oldest first. */
  commitsOf(pr: PullRequestState): readonly ObjectId[] {
    return commitsOf(this.state, pr)
  }

  /** From the merge base to the head. */
  changedFilesOf(pr: PullRequestState): readonly ChangedFile[] {
    return changedFilesOf(this.state, pr)
  }

  /** In GitHub's form: a rename is one file, with its counts and its patch. */
  shownFilesOf(pr: PullRequestState): readonly DiffFile[] {
    return shownFilesOf(this.state, pr)
  }

  /** From the merge base of the two to the second. */
  shownBetween(base: ObjectId, head: ObjectId): readonly DiffFile[] {
    return shownBetween(this.state, base, head)
  }

  tipOf(repository: RepositoryState, branch: string = repository.defaultBranch): ObjectId {
    return tipOf(repository, branch)
  }

  reachable(commit: ObjectId): ReadonlySet<ObjectId> {
    return reachable(this.state.objects, [commit])
  }

  isAncestor(ancestor: ObjectId, commit: ObjectId): boolean {
    return isAncestor(this.state.objects, ancestor, commit)
  }

  /** The best common ancestor; null for unrelated histories. */
  mergeBase(one: ObjectId, other: ObjectId): ObjectId | null {
    return mergeBases(this.state.objects, one, other)[0] ?? null
  }

  /** Blob (or tree) at a path of a commit; null if there is none. */
  blobAt(commit: ObjectId, path: string): ObjectId | null {
    return this.entryAt(commit, path)?.id ?? null
  }

  /** The same with its mode. */
  entryAt(commit: ObjectId, path: string): FileEntry | null {
    const { objects } = this.state
    return entryAt(objects, commitAt(objects, commit).tree, path)
  }

  /** The root tree of a commit. */
  treeAt(commit: ObjectId): ObjectId {
    return commitAt(this.state.objects, commit).tree
  }

  associatedPullRequests(repository: RepositoryState, commit: ObjectId): PullRequestState[] {
    return associatedPullRequests(this.state, repository, commit)
  }

  /** The present right of a person; null for none (a public repository grants `read` to all). */
  rightOf(repository: RepositoryState, account: AccountState): Right | null {
    return rightOf(this.state, repository, account.id)
  }
}
