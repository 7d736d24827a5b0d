// Branch moves: GitHub's checks of a push, the activity, and the effects on pull requests.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { recordMove } from './activity.ts'
import { isAncestor, reachable } from './git-history.ts'
import { commitAt } from './git-objects.ts'
import { openFrom } from '../pull-requests/pull-request-facts.ts'
import { baseMoves, branchDeleted, headMoved } from '../pull-requests/pull-request-life.ts'
import { ask, found } from '../refusal.ts'
import { askRight, mayWrite, repositoryOf } from '../repositories.ts'
import type { AccountState, ActivityKind, GithubState, RepositoryState } from '../state.ts'

export interface Push {
  readonly actor: AccountState
  readonly repository: RepositoryState
  readonly branch: string
  /** Null deletes the branch. */
  readonly commit: ObjectId | null
  /** Whether the branch may lose commits. */
  readonly force?: boolean
}

/** `git push`; refuses (422) a move that is not a fast-forward unless forced. An existing branch stays. */
export function push(state: GithubState, input: Push): void {
  const { actor, repository, branch, commit } = input
  if (commit === null) return deleteBranch(state, repository, branch, actor)
  askPushRight(state, repository, branch, actor)
  commitAt(state.objects, commit)
  const before = repository.branches.get(branch)
  if (before === commit) return
  const isForward = before === undefined || isAncestor(state.objects, before, commit)
  ask(isForward || input.force === true, 422, `${branch} would lose commits: not a fast-forward`)
  moveBranch(state, repository, branch, commit, {
    actorId: actor.id,
    kind: isForward ? 'push' : 'force_push',
  })
}

export interface Mover {
  readonly actorId: number
  readonly kind: ActivityKind
}

/** Moves a branch to a commit, with all effects and without checks. */
export function moveBranch(
  state: GithubState,
  repository: RepositoryState,
  branch: string,
  after: ObjectId,
  mover: Mover,
): void {
  const { actorId } = mover
  const before = repository.branches.get(branch) ?? null
  const kind = before === null ? 'branch_creation' : mover.kind
  const change = { repository, branch, before: before ?? after, after, actorId }
  baseMoves(state, change)
  repository.branches.set(branch, after)
  recordMove(state, repository, { kind, branch, actorId, before, after })
  headMoved(state, change)
  if (repository.collected.size > 0)
    for (const id of reachable(state.objects, [after])) repository.collected.delete(id)
}

/** Deletes any branch except the default one. */
export function deleteBranch(
  state: GithubState,
  repository: RepositoryState,
  branch: string,
  actor: AccountState,
): void {
  askPushRight(state, repository, branch, actor)
  const before = found(repository.branches.get(branch), `branch ${branch}`)
  ask(branch !== repository.defaultBranch, 422, 'the default branch cannot be deleted')
  const actorId = actor.id
  branchDeleted(state, repository, branch, actorId)
  repository.branches.delete(branch)
  recordMove(state, repository, { kind: 'branch_deletion', branch, actorId, before, after: null })
}

/** The default branch gets another name. Activity and merged pull requests keep the old one. */
export function renameDefaultBranch(repository: RepositoryState, name: string): void {
  const { defaultBranch: old, branches, renamed } = repository
  branches.set(name, found(branches.get(old), `branch ${old}`))
  branches.delete(old)
  renamed.set(old, name)
  repository.defaultBranch = name
  for (const pull of repository.pullRequests)
    if (pull.state === 'open' && pull.base === old) pull.base = name
}

/** Only commits outside of every branch and pull request (refs/pull) can be collected. */
export function garbageCollect(
  state: GithubState,
  repository: RepositoryState,
  commit: ObjectId,
): void {
  const held = reachable(state.objects, tipsOf(repository))
  commitAt(state.objects, commit)
  ask(!held.has(commit), 422, `${commit} is still held by a branch or a pull request`)
  repository.collected.add(commit)
}

/** Commits that keep others reachable: branches, and the heads of pull requests. */
export function tipsOf(repository: RepositoryState): ObjectId[] {
  return [...repository.branches.values(), ...repository.pullRequests.map(pr => pr.headCommit)]
}

/** Write access, or write access to the base of an open pull request from a fork ("Allow edits by maintainers"). */
export function askPushRight(
  state: GithubState,
  repository: RepositoryState,
  branch: string,
  actor: AccountState,
): void {
  const isMaintainer = openFrom(state, repository, branch).some(
    pr =>
      pr.repositoryId !== repository.id &&
      mayWrite(state, repositoryOf(state, pr.repositoryId), actor),
  )
  if (!isMaintainer) askRight(state, repository, actor, 'write')
}
