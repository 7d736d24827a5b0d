// Effects of branch moves on pull requests: a new head, a pushed merge, a deleted base or head.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { beyond, broughtBy, isAncestor } from '../git/git-history.ts'
import { newId } from '../people.ts'
import { commitsOf, hasConflict, headOf, openFrom, openInto } from './pull-request-facts.ts'
import { repositoryOf } from '../repositories.ts'
import { moveReviews } from './review-commits.ts'
import type { GithubState, PullRequestState, RepositoryState } from '../state.ts'

/** A past or coming move of a branch. */
export interface BranchChange {
  readonly repository: RepositoryState
  readonly branch: string
  readonly before: ObjectId
  readonly after: ObjectId
  readonly actorId: number
}

/** The head of open pull requests moved. One without anything to merge is closed. */
export function headMoved(state: GithubState, change: BranchChange): void {
  const { repository, branch, before, after, actorId } = change
  const isForced = !isAncestor(state.objects, before, after)
  for (const pr of openFrom(state, repository, branch)) {
    if (isForced)
      pr.timeline.push({ kind: 'headForcePushed', at: state.now, actorId, before, after })
    moveReviews(state, pr, before, after)
    syncHead(state, pr)
    if (isAncestor(state.objects, after, pr.baseCommit)) closePullRequest(state, pr)
    else noteRun(state, pr, actorId)
  }
}

/** A base that is about to contain the head merges the pull request, whoever made the merge. Called before the move. */
export function baseMoves(state: GithubState, change: BranchChange): void {
  for (const pr of openInto(state, change.repository, change.branch)) {
    const head = headOf(state, pr)
    if (!isAncestor(state.objects, head, change.after)) continue
    const commit = broughtBy(state.objects, change.after, head)
    markMerged(state, pr, { actorId: change.actorId, commit, landed: [] })
  }
}

/** The branch is deleted: pull requests from it are closed; those into it follow the branch's own merge, or are closed. */
export function branchDeleted(
  state: GithubState,
  repository: RepositoryState,
  branch: string,
  actorId: number,
): void {
  for (const pr of openFrom(state, repository, branch)) closePullRequest(state, pr)
  const merged = repository.pullRequests.findLast(
    pr =>
      pr.state === 'merged' && pr.headRepositoryId === repository.id && pr.headBranch === branch,
  )
  for (const pr of openInto(state, repository, branch)) {
    const to = merged?.base
    if (to === undefined || !repository.branches.has(to)) closePullRequest(state, pr)
    else {
      pr.timeline.push({
        kind: 'baseChangedAutomatically',
        at: state.now,
        actorId,
        from: branch,
        to,
      })
      moveBase(state, pr, to)
    }
  }
}

/** Retargets to another branch, and closes if that contains the head already. */
function moveBase(state: GithubState, pr: PullRequestState, base: string): void {
  pr.base = base
  syncHead(state, pr)
  if (isAncestor(state.objects, pr.headCommit, pr.baseCommit)) closePullRequest(state, pr)
}

export function closePullRequest(state: GithubState, pr: PullRequestState): void {
  pr.commits = [...commitsOf(state, pr)]
  pr.state = 'closed'
}

export interface Landing {
  readonly actorId: number
  /** What GitHub reports as the merge commit. */
  readonly commit: ObjectId
  /** Commits that GitHub made for the merge. */
  readonly landed: readonly ObjectId[]
  /** The base just before the merge, if it is not the tip of its branch (in a merge queue). */
  readonly base?: ObjectId
}

/** Fixes head, base and commits before the base moves. */
export function markMerged(state: GithubState, pr: PullRequestState, landing: Landing): void {
  syncHead(state, pr)
  pr.baseCommit = landing.base ?? pr.baseCommit
  pr.commits = beyond(state.objects, pr.baseCommit, pr.headCommit)
  pr.state = 'merged'
  pr.mergedAt = state.now
  pr.mergedById = landing.actorId
  pr.mergeCommit = landing.commit
  pr.landed = [...landing.landed]
  const { actorId, commit } = landing
  pr.timeline.push({ kind: 'merged', at: state.now, actorId, commit })
}

/** Copies head and base from the branches. */
export function syncHead(state: GithubState, pr: PullRequestState): void {
  const { branches } = repositoryOf(state, pr.repositoryId)
  pr.headCommit = headOf(state, pr)
  pr.baseCommit = branches.get(pr.base) ?? pr.baseCommit
}

/** Starts a `pull_request` run for the head; GitHub starts none during a conflict with the base. */
export function noteRun(state: GithubState, pr: PullRequestState, actorId: number): void {
  if (!state.knobs.hasRuns || hasConflict(state, pr)) return
  repositoryOf(state, pr.repositoryId).runs.push({
    id: newId(state),
    event: 'pull_request',
    headBranch: pr.headBranch,
    headRepositoryId: pr.headRepositoryId,
    headCommit: pr.headCommit,
    createdAt: state.now,
    actorId,
  })
}
