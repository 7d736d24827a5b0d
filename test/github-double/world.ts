// A small GitHub in memory: people, repositories, git objects, pull requests and reviews, changed as people act. What GitHub
// would refuse is thrown as a Refusal. The clock moves only with `tick`, ids are counted, nothing is left to chance.
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

  /** The login is free afterwards; what the account did stays, shown as done by nobody. */
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

  /** With a first commit on its default branch, made by the creator. `owner` is a login of a user or an organisation. */
  createRepository(input: NewRepository): RepositoryState {
    return repositories.createRepository(this.state, input)
  }

  fork(repository: RepositoryState, actor: AccountState): RepositoryState {
    return repositories.fork(this.state, repository, actor)
  }

  /** Pull requests from it stay open, with the head they had. */
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

  /** Makes a commit object; no branch moves. Same content, parents, people and second: same id, as in git. */
  commit(input: CommitInput): ObjectId {
    return makeCommit(this.state, input)
  }

  /** Moves, makes or (commit: null) deletes a branch. Pushing the default branch is the direct push. */
  push(input: Push): void {
    push(this.state, input)
  }

  deleteBranch(repository: RepositoryState, branch: string, actor: AccountState): void {
    deleteBranch(this.state, repository, branch, actor)
  }

  /** A commit made by GitHub on a branch (`newBranch` makes one for it). */
  editOnWeb(input: WebEdit): ObjectId {
    return editOnWeb(this.state, input)
  }

  /** The repository no longer serves a commit that no branch and no pull request holds. */
  garbageCollect(repository: RepositoryState, commit: ObjectId): void {
    garbageCollect(this.state, repository, commit)
  }

  /** Files for a commit that undoes what `commit` did to its first parent. */
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

  /** The merge button. Gives the merge commit as GitHub reports it; refuses (405) a conflict. */
  merge(
    pr: PullRequestState,
    actor: AccountState,
    method: MergeMethod,
    options: MergeOptions = {},
  ): ObjectId {
    return mergePullRequest(this.state, pr, actor, method, options)
  }

  /** One move of the base branch for several pull requests that `actor` put into GitHub's merge queue. */
  queueMerge(
    prs: readonly PullRequestState[],
    actor: AccountState,
    method: MergeMethod = 'merge',
  ): void {
    queueMerge(this.state, prs, actor, method)
  }

  /** A merge made and pushed to the base by a person; `resolution` is laid over the merged files, whatever git says. */
  mergeByHand(pr: PullRequestState, actor: AccountState, options: ByHand = {}): ObjectId {
    return mergeByHand(this.state, pr, actor, options)
  }

  /** GitHub's "Update branch": the base merged into the head. */
  updateBranch(pr: PullRequestState, actor: AccountState): ObjectId {
    return updateBranch(this.state, pr, actor)
  }

  /** The same made by a person, who may put anything (`resolution`) into the merge commit. */
  mergeBaseByHand(pr: PullRequestState, actor: AccountState, options: ByHand = {}): ObjectId {
    return mergeBaseByHand(this.state, pr, actor, options)
  }

  /** The head rebased on the base by a person, and force-pushed. `resolution` settles files in conflict. */
  rebaseBranch(pr: PullRequestState, actor: AccountState, options: ByHand = {}): ObjectId {
    return rebaseBranch(this.state, pr, actor, options)
  }

  /** GitHub's "Revert" button: a branch and a pull request that undo a merged one. */
  revertPullRequest(pr: PullRequestState, actor: AccountState): PullRequestState {
    return revertPullRequest(this.state, pr, actor)
  }

  /** For the head as it is now, or for an earlier commit of the pull request, as the API allows; also after the merge. */
  review(
    pr: PullRequestState,
    actor: AccountState,
    opinion: Opinion,
    commit?: ObjectId,
  ): ReviewState {
    return review(this.state, pr, actor, opinion, commit)
  }

  /** Overwrites the state of the review; the timeline keeps what it was. */
  dismiss(pr: PullRequestState, given: ReviewState, actor: AccountState): void {
    dismiss(this.state, pr, given, actor)
  }

  /** Writes the repository to an empty folder as a bare git repository. */
  exportTo(repository: RepositoryState, folder: string): void {
    exportTo(this.state, repository, folder)
  }
}
