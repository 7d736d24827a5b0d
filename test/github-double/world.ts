// A small GitHub in memory: people, repositories, git objects, pull requests and reviews, changed by the actions of people. A
// refusal of GitHub is thrown as a Refusal. Only `tick` moves the clock, ids are counted, and nothing is random.
import type { ObjectId } from '../../src/domain/proof/git-history.ts'
import { deleteBranch, garbageCollect, push } from './git/branches.ts'
import type { Push } from './git/branches.ts'
import { makeCommit, renamedFile, revertedFiles } from './git/commits.ts'
import type { CommitInput } from './git/commits.ts'
import { exportTo } from './git/export.ts'
import type { FileChanges } from './git/git-files.ts'
import { mergeByHand } from './pull-requests/hand-merge.ts'
import type { ByHand } from './pull-requests/hand-merge.ts'
import { mergePullRequest } from './pull-requests/merge-button.ts'
import type { MergeMethod, MergeOptions } from './pull-requests/merge-button.ts'
import { queueMerge } from './pull-requests/merge-queue.ts'
import * as organizations from './organizations.ts'
import * as people from './people.ts'
import * as pullRequests from './pull-requests/pull-requests.ts'
import type { NewPullRequest } from './pull-requests/pull-requests.ts'
import * as repositories from './repositories.ts'
import type { NewRepository, Right } from './repositories.ts'
import { revertPullRequest } from './pull-requests/revert.ts'
import { dismiss, review } from './pull-requests/reviews.ts'
import type { Opinion } from './pull-requests/reviews.ts'
import { mergeBaseByHand, rebaseBranch, updateBranch } from './pull-requests/update-branch.ts'
import { WorldFacts } from './world-facts.ts'
import { editOnWeb } from './pull-requests/web-editor.ts'
import type { WebEdit } from './pull-requests/web-editor.ts'
import type {
  AccountState,
  CommentState,
  OrganizationState,
  PullRequestState,
  RepositoryState,
  ReviewState,
  RulesetState,
  TeamState,
} from './state.ts'

export type { WorldOptions } from './world-facts.ts'

export class World extends WorldFacts {
  // People

  addUser(login: string, options: people.NewUser = {}): AccountState {
    return people.addUser(this.state, login, options)
  }

  rename(account: AccountState, login: string): void {
    people.rename(this.state, account, login)
  }

  /** The login is free afterwards; actions of the account stay, shown without an account. */
  deleteAccount(account: AccountState): void {
    people.deleteAccount(this.state, account)
  }

  addOrganization(login: string): OrganizationState {
    return organizations.addOrganization(this.state, login)
  }

  addTeam(organization: OrganizationState, slug: string): TeamState {
    return organizations.addTeam(this.state, organization, slug)
  }

  join(team: TeamState, account: AccountState): void {
    team.members.add(account.id)
  }

  leave(team: TeamState, account: AccountState): void {
    team.members.delete(account.id)
  }

  // Repositories

  /** With a first commit on its default branch by the creator. `owner` is the login of a user or an organisation. */
  createRepository(input: NewRepository): RepositoryState {
    return repositories.createRepository(this.state, input)
  }

  fork(repository: RepositoryState, actor: AccountState): RepositoryState {
    return repositories.fork(this.state, repository, actor)
  }

  /** A rename, or a transfer to another owner. */
  moveRepository(repository: RepositoryState, owner: string, name: string): void {
    repositories.moveRepository(this.state, repository, owner, name)
  }

  /** Pull requests from it stay open with their head. */
  deleteRepository(repository: RepositoryState): void {
    this.state.repositories.delete(repository.id)
  }

  addCollaborator(repository: RepositoryState, account: AccountState, right: Right): void {
    repository.collaborators.set(account.id, right)
  }

  removeCollaborator(repository: RepositoryState, account: AccountState): void {
    repository.collaborators.delete(account.id)
  }

  addRuleset(repository: RepositoryState, rules: repositories.NewRuleset = {}): RulesetState {
    return repositories.addRuleset(this.state, repository, rules)
  }

  // Git

  /** Creates a commit object; no branch moves. As in git, the same content, parents, people and second give the same id. */
  commit(input: CommitInput): ObjectId {
    return makeCommit(this.state, input)
  }

  /** Moves, creates or (commit: null) deletes a branch. A push of the default branch is the direct push. */
  push(input: Push): void {
    push(this.state, input)
  }

  deleteBranch(repository: RepositoryState, branch: string, actor: AccountState): void {
    deleteBranch(this.state, repository, branch, actor)
  }

  /** A commit by GitHub on a branch (`newBranch` creates one for it). */
  editOnWeb(input: WebEdit): ObjectId {
    return editOnWeb(this.state, input)
  }

  /** The repository no longer serves a commit without a branch or pull request. */
  garbageCollect(repository: RepositoryState, commit: ObjectId): void {
    garbageCollect(this.state, repository, commit)
  }

  /** Files for a commit that reverts the changes of `commit` to its first parent. */
  revertCommitFiles(commit: ObjectId): FileChanges {
    return revertedFiles(this.state.objects, commit)
  }

  /** Files for a commit on `commit` that moves a file. */
  renameFile(commit: ObjectId, from: string, to: string): FileChanges {
    return renamedFile(this.state.objects, commit, from, to)
  }

  // Pull requests

  openPullRequest(input: NewPullRequest): PullRequestState {
    return pullRequests.openPullRequest(this.state, input)
  }

  close(pr: PullRequestState, actor: AccountState): void {
    pullRequests.close(this.state, pr, actor)
  }

  reopen(pr: PullRequestState, actor: AccountState): void {
    pullRequests.reopen(this.state, pr, actor)
  }

  changeBase(pr: PullRequestState, actor: AccountState, base: string): void {
    pullRequests.changeBase(this.state, pr, actor, base)
  }

  comment(pr: PullRequestState, actor: AccountState, body: string): CommentState {
    return pullRequests.comment(this.state, pr, actor, body)
  }

  /** The merge button. Returns the merge commit as GitHub reports it; refuses (405) a conflict. */
  merge(
    pr: PullRequestState,
    actor: AccountState,
    method: MergeMethod,
    options: MergeOptions = {},
  ): ObjectId {
    return mergePullRequest(this.state, pr, actor, method, options)
  }

  /** One move of the base branch for several pull requests in GitHub's merge queue, put there by `actor`. */
  queueMerge(
    prs: readonly PullRequestState[],
    actor: AccountState,
    method: MergeMethod = 'merge',
  ): void {
    queueMerge(this.state, prs, actor, method)
  }

  /** A local merge that a person pushes to the base; `resolution` is put on top of the merged files, conflict or not. */
  mergeByHand(pr: PullRequestState, actor: AccountState, options: ByHand = {}): ObjectId {
    return mergeByHand(this.state, pr, actor, options)
  }

  /** GitHub's "Update branch": the base merged into the head. */
  updateBranch(pr: PullRequestState, actor: AccountState): ObjectId {
    return updateBranch(this.state, pr, actor)
  }

  /** The same by a person, who may put anything (`resolution`) into the merge commit. */
  mergeBaseByHand(pr: PullRequestState, actor: AccountState, options: ByHand = {}): ObjectId {
    return mergeBaseByHand(this.state, pr, actor, options)
  }

  /** The head rebased on the base by a person and force-pushed. `resolution` resolves conflicts. */
  rebaseBranch(pr: PullRequestState, actor: AccountState, options: ByHand = {}): ObjectId {
    return rebaseBranch(this.state, pr, actor, options)
  }

  /** GitHub's "Revert" button: a branch and a pull request that undo a merged one. */
  revertPullRequest(pr: PullRequestState, actor: AccountState): PullRequestState {
    return revertPullRequest(this.state, pr, actor)
  }

  /** For the present head or an earlier commit of the pull request, as the API allows; after the merge too. */
  review(
    pr: PullRequestState,
    actor: AccountState,
    opinion: Opinion,
    commit?: ObjectId,
  ): ReviewState {
    return review(this.state, pr, actor, opinion, commit)
  }

  /** Overwrites the state of the review; the timeline keeps the earlier one. */
  dismiss(pr: PullRequestState, given: ReviewState, actor: AccountState): void {
    dismiss(this.state, pr, given, actor)
  }

  /** Writes the repository to an empty folder as a bare git repository. */
  exportTo(repository: RepositoryState, folder: string): void {
    exportTo(this.state, repository, folder)
  }
}
