// The port for pull requests that propose files: git objects, a branch, a pull request.
import type { ObjectId } from '../domain/proof/git-history.ts'
import type { ForgeTraits } from '../domain/proof/repository-facts.ts'
import type { RepositoryFiles } from './repository-files.ts'

/** The commit that a branch is at. */
export interface BranchTip {
  readonly commit: ObjectId
  /** Its root tree. */
  readonly tree: ObjectId
  readonly message: string
}

export interface NewCommit {
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly message: string
}

export interface NewPullRequest {
  readonly branch: string
  readonly base: string
  readonly title: string
  readonly body: string
}

export interface OpenProposal {
  readonly url: string
  /** The commit that it proposes. */
  readonly head: ObjectId
}

/** What a commit has since its merge base with a branch. */
export interface CommitsAhead {
  /** Oldest first, without the merge base. */
  readonly commits: readonly ObjectId[]
  /** Paths that differ between merge base and commit; a renamed file has two. */
  readonly paths: ReadonlySet<string>
}

/** Every method throws GITHUB_ codes. A tree or a commit without a branch is visible to nobody. */
export interface FileProposals {
  /** The address of the Gitea server, null for GitHub. */
  readonly forge: Pick<ForgeTraits, 'url'>
  /** Returns the commit of a branch, null if there is no such branch, as in a repository without commits. */
  tip(branch: string): Promise<BranchTip | null>
  /** Returns the files of a commit. Asks nothing before they are read. */
  filesAt(commit: ObjectId): RepositoryFiles
  /** Returns null if one of the two lists is too long for one answer of GitHub, or if there is no merge base. */
  ahead(base: ObjectId, commit: ObjectId): Promise<CommitsAhead | null>
  /** Returns the open pull request from a branch of this repository, null if there is none. */
  openPullRequest(branch: string, base: string): Promise<OpenProposal | null>
  /** Creates a tree that has the files of `base` with these changes (path → text, null removes the file). Returns its id. */
  createTree(base: ObjectId, files: ReadonlyMap<string, string | null>): Promise<ObjectId>
  /** Creates a commit and returns its id. Author is the owner of the token. */
  createCommit(commit: NewCommit): Promise<ObjectId>
  /** Returns false if the branch exists. */
  createBranch(branch: string, commit: ObjectId): Promise<boolean>
  /** Moves a branch forward. Returns false if the commit does not contain the present one. */
  moveBranch(branch: string, commit: ObjectId): Promise<boolean>
  /** Returns null if GitHub refuses: one is open already, or the branch has nothing that the base lacks. */
  createPullRequest(pullRequest: NewPullRequest): Promise<OpenProposal | null>
}
