// Facts of a pull request that follow from its branches: head, base, commits and files. Only reads (and trial merges).
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { changesBetween } from '../git/git-changes.ts'
import type { ChangedFile } from '../git/git-changes.ts'
import { beyond, mergeBases } from '../git/git-history.ts'
import type { Objects } from '../git/git-objects.ts'
import { commitFiles, mergeCommits } from '../git/merge.ts'
import { repositoryOf } from '../repositories.ts'
import { diffFiles } from '../git/shown-diff.ts'
import type { DiffFile } from '../git/shown-diff.ts'
import type { GithubState, PullRequestState, RepositoryState } from '../state.ts'

/** The head: the present branch of an open pull request, the last head of another one. */
export function headOf(state: GithubState, pr: PullRequestState): ObjectId {
  if (pr.state !== 'open') return pr.headCommit
  const repository = state.repositories.get(pr.headRepositoryId)
  return repository?.branches.get(pr.headBranch) ?? pr.headCommit
}

/** The base commit: the present branch of an open pull request, the last base of another one. */
export function baseOf(state: GithubState, pr: PullRequestState): ObjectId {
  if (pr.state !== 'open') return pr.baseCommit
  return repositoryOf(state, pr.repositoryId).branches.get(pr.base) ?? pr.baseCommit
}

/** base..head, oldest first; fixed by a merge or a close. GitHub's API lists at most 250 of them. */
export function commitsOf(state: GithubState, pr: PullRequestState): readonly ObjectId[] {
  return pr.commits ?? beyond(state.objects, baseOf(state, pr), headOf(state, pr))
}

/** The different files between merge base and head; a rename is a removal and an addition. */
export function changedFilesOf(state: GithubState, pr: PullRequestState): ChangedFile[] {
  return changesFromBase(state, baseOf(state, pr), headOf(state, pr))
}

/** The three-dot diff of two commits. */
export function changesFromBase(state: GithubState, base: ObjectId, head: ObjectId): ChangedFile[] {
  const [common] = mergeBases(state.objects, base, head)
  return changesBetween(
    common === undefined ? new Map() : commitFiles(state.objects, common),
    commitFiles(state.objects, head),
  )
}

/** The files of "Files changed", with a rename as one file. */
export function shownFilesOf(state: GithubState, pr: PullRequestState): readonly DiffFile[] {
  return shownBetween(state, baseOf(state, pr), headOf(state, pr))
}

/** A cache of diffs; commits never change. */
const MADE = new WeakMap<Objects, Map<string, readonly DiffFile[]>>()

/** GitHub's diff from the merge base of two commits to the second, before the limits of one answer. */
export function shownBetween(
  { objects }: GithubState,
  base: ObjectId,
  head: ObjectId,
): readonly DiffFile[] {
  const [common = ''] = mergeBases(objects, base, head)
  const made = MADE.get(objects) ?? new Map<string, readonly DiffFile[]>()
  MADE.set(objects, made)
  const known = made.get(`${common} ${head}`)
  if (known !== undefined) return known
  const before = common === '' ? new Map<string, never>() : commitFiles(objects, common)
  const files = diffFiles(objects, before, commitFiles(objects, head))
  made.set(`${common} ${head}`, files)
  return files
}

export function hasConflict(state: GithubState, pr: PullRequestState): boolean {
  return mergeCommits(state.objects, baseOf(state, pr), headOf(state, pr)).conflicts.length > 0
}

/** All open pull requests that fulfil the condition, in every repository. */
function openPullRequests(
  state: GithubState,
  holds: (pr: PullRequestState) => boolean,
): PullRequestState[] {
  return [...state.repositories.values()].flatMap(repository =>
    repository.pullRequests.filter(pr => pr.state === 'open' && holds(pr)),
  )
}

/** Open pull requests from a branch. */
export function openFrom(
  state: GithubState,
  repository: RepositoryState,
  branch: string,
): PullRequestState[] {
  return openPullRequests(
    state,
    pr => pr.headRepositoryId === repository.id && pr.headBranch === branch,
  )
}

/** Open pull requests into a branch. */
export function openInto(
  state: GithubState,
  repository: RepositoryState,
  branch: string,
): PullRequestState[] {
  return openPullRequests(state, pr => pr.repositoryId === repository.id && pr.base === branch)
}
