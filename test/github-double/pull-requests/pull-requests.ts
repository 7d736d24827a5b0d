// Opens, closes, reopens and retargets pull requests like their buttons.
import { beyond, isAncestor, mergeBases } from '../git/git-history.ts'
import { newId } from '../people.ts'
import { openInto } from './pull-request-facts.ts'
import { closePullRequest, noteRun, syncHead } from './pull-request-life.ts'
import { ask, found } from '../refusal.ts'
import { askRight, mayWrite, repositoryOf, tipOf } from '../repositories.ts'
import type {
  AccountState,
  CommentState,
  GithubState,
  PullRequestState,
  RepositoryState,
} from '../state.ts'

export interface NewPullRequest {
  readonly actor: AccountState
  /** The repository of the base. */
  readonly repository: RepositoryState
  /** Default: the default branch. */
  readonly base?: string
  readonly branch: string
  /** The repository of the head, if it is a fork. */
  readonly from?: RepositoryState
  readonly title?: string
  readonly body?: string
}

/** Pull requests and issues share one sequence of numbers. */
export function nextNumber({ pullRequests, issues }: RepositoryState): number {
  return Math.max(0, ...[...pullRequests, ...issues].map(({ number }) => number)) + 1
}

/** Refuses (422) a head without anything to merge, without common history, or with an existing pull request. */
export function openPullRequest(state: GithubState, input: NewPullRequest): PullRequestState {
  const { actor, repository, branch } = input
  const from = input.from ?? repository
  const base = input.base ?? repository.defaultBranch
  askRight(state, repository, actor, 'read')
  if (!mayWrite(state, repository, actor)) askRight(state, from, actor, 'write')
  const [baseCommit, headCommit] = [tipOf(repository, base), tipOf(from, branch)]
  const pr: PullRequestState = {
    number: nextNumber(repository),
    repositoryId: repository.id,
    authorId: actor.id,
    title: input.title ?? branch,
    body: input.body ?? null,
    createdAt: state.now,
    base,
    headRepositoryId: from.id,
    headBranch: branch,
    headCommit,
    baseCommit,
    commits: null,
    landed: [],
    state: 'open',
    mergedAt: null,
    mergedById: null,
    mergeCommit: null,
    reviews: [],
    timeline: [],
    comments: [],
  }
  askMergeable(state, pr, base)
  repository.pullRequests.push(pr)
  noteRun(state, pr, actor.id)
  return pr
}

export function close(state: GithubState, pr: PullRequestState, actor: AccountState): void {
  askOpen(pr)
  askAuthorOrWriter(state, pr, actor)
  syncHead(state, pr)
  closePullRequest(state, pr)
}

/** Refuses (422) if the head branch was deleted or rewritten meanwhile. */
export function reopen(state: GithubState, pr: PullRequestState, actor: AccountState): void {
  ask(pr.state === 'closed', 422, `pull request ${pr.number} is ${pr.state}`)
  askAuthorOrWriter(state, pr, actor)
  const tip = found(
    state.repositories.get(pr.headRepositoryId)?.branches.get(pr.headBranch),
    `branch ${pr.headBranch}`,
  )
  const isRewritten = !isAncestor(state.objects, pr.headCommit, tip)
  ask(!isRewritten, 422, `branch ${pr.headBranch} was force-pushed or made anew`)
  askMergeable(state, { ...pr, headCommit: tip }, pr.base)
  pr.state = 'open'
  pr.commits = null
  syncHead(state, pr)
  noteRun(state, pr, actor.id)
}

/** Earlier reviews may not fit the diff against another branch: the timeline records the time. */
export function changeBase(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
  base: string,
): void {
  askOpen(pr)
  askAuthorOrWriter(state, pr, actor)
  ask(base !== pr.base, 422, `the base is ${base} already`)
  syncHead(state, pr)
  askMergeable(state, pr, base)
  pr.timeline.push({
    kind: 'baseChanged',
    at: state.now,
    actorId: actor.id,
    from: pr.base,
    to: base,
  })
  pr.base = base
  syncHead(state, pr)
}

export function comment(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
  body: string,
): CommentState {
  askRight(state, repositoryOf(state, pr.repositoryId), actor, 'read')
  const { now } = state
  const written = { id: newId(state), authorId: actor.id, body, createdAt: now, updatedAt: now }
  pr.comments.push(written)
  return written
}

export function askOpen(pr: PullRequestState): void {
  ask(pr.state === 'open', 405, `pull request ${pr.number} is ${pr.state}`)
}

function askMergeable(state: GithubState, pr: PullRequestState, base: string): void {
  const repository = repositoryOf(state, pr.repositoryId)
  const tip = tipOf(repository, base)
  const { objects } = state
  ask(mergeBases(objects, tip, pr.headCommit).length > 0, 422, `${base} has no common history`)
  const isEmpty = beyond(objects, tip, pr.headCommit).length === 0
  ask(!isEmpty, 422, `no commits between ${base} and ${pr.headBranch}`)
  const twin = openInto(state, repository, base).find(
    other => other.headRepositoryId === pr.headRepositoryId && other.headBranch === pr.headBranch,
  )
  ask(twin === undefined, 422, `a pull request of ${pr.headBranch} into ${base} is open already`)
}

function askAuthorOrWriter(state: GithubState, pr: PullRequestState, actor: AccountState): void {
  const repository = repositoryOf(state, pr.repositoryId)
  if (actor.id === pr.authorId) askRight(state, repository, actor, 'read')
  else askRight(state, repository, actor, 'write')
}
