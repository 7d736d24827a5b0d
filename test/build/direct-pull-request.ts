// One pull request of the GitHub double, in the form of the port.
import type { Account } from '../../src/domain/proof/account.ts'
import type { BranchMove, ObjectId } from '../../src/domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../src/domain/proof/pull-request.ts'
import type { ActivityState, PullRequestState, RepositoryState } from '../github-double/state.ts'
import { diffSize } from '../github-double/git/shown-diff.ts'
import { authorsOf } from '../github-double/git/signatures.ts'
import type { World } from '../github-double/world.ts'
import type { Blindness } from './direct-repository.ts'

const LISTED_COMMITS = 250
/** GitHub shows at most 300 files of a diff. */
export const SHOWN_FILES = 300

export function pullRequestOf(
  world: World,
  repository: RepositoryState,
  pull: PullRequestState,
  blindness: Blindness,
): PullRequest {
  const commits = world.commitsOf(pull)
  const { files, ...size } = diffSize(world.shownFilesOf(pull))
  const isTooLarge = commits.length > LISTED_COMMITS || files > SHOWN_FILES
  const head = world.state.repositories.get(pull.headRepositoryId) ?? null
  const isHere = head?.id === repository.id
  return {
    number: pull.number,
    author: accountOf(world, pull.authorId),
    createdAt: pull.createdAt,
    base: nameToday(repository, pull.base),
    head: {
      branch: pull.headBranch,
      repositoryId: head?.id ?? null,
      commit: pull.state === 'open' ? world.headOf(pull) : pull.headCommit,
    },
    merged: mergedOf(world, pull),
    commits: isTooLarge ? [] : commits.map(id => commitOf(world, id)),
    isTooLarge,
    size,
    reviews: pull.reviews.map(({ id, authorId, state, at, commit }) => ({
      id,
      author: accountOf(world, authorId),
      state,
      at,
      commit: repository.collected.has(commit) ? null : commit,
    })),
    ...timelineOf(world, pull, repository),
    pushes: isHere && !blindness.pushes ? pushesOf(world, repository, pull) : null,
    runs: blindness.runs ? null : runsOf(repository, pull),
  }
}

/** Null if the account is deleted or never existed. */
export function accountOf(world: World, id: number | null): Account | null {
  const found = id === null ? undefined : world.state.accounts.get(id)
  if (found === undefined || found.isDeleted) return null
  return { id: found.id, login: found.login, type: found.type }
}

export function moveOf(world: World, row: ActivityState): BranchMove {
  const { at, before, after, actorId } = row
  return { at, by: accountOf(world, actorId), before, after, kind: KINDS[row.kind] }
}

const KINDS = {
  push: 'push',
  force_push: 'forcePush',
  branch_creation: 'branchCreation',
  branch_deletion: 'branchDeletion',
  pr_merge: 'pullRequestMerge',
  merge_queue_merge: 'mergeQueueMerge',
} as const

function mergedOf(world: World, pull: PullRequestState): PullRequest['merged'] {
  const { mergedAt, mergedById, mergeCommit } = pull
  if (mergedAt === null || mergeCommit === null) return null
  return { at: mergedAt, by: accountOf(world, mergedById), commit: mergeCommit }
}

export function commitOf(world: World, id: ObjectId): PullRequestCommit {
  const commit = world.state.objects.get(id)
  if (commit?.kind !== 'commit') throw new Error(`${id} is no commit`)
  const { parents, committer, isSignedByGitHub } = commit
  return {
    id,
    parents,
    authors: authorsOf(world.state, id).map(({ accountId }) => personOf(world, accountId)),
    committer: personOf(world, committer.accountId),
    isSignedByGitHub,
  }
}

/** `GitActor.user` of GraphQL is null for a bot. */
function personOf(world: World, id: number | null): Account | null {
  const account = accountOf(world, id)
  return account?.type === 'User' ? account : null
}

function nameToday({ renamed }: Pick<RepositoryState, 'renamed'>, branch: string): string {
  return renamed.get(branch) ?? branch
}

function timelineOf(
  world: World,
  pull: PullRequestState,
  repository: Pick<RepositoryState, 'renamed'>,
): Pick<PullRequest, 'dismissals' | 'baseChanges' | 'forcePushes'> {
  const by = (id: number): Account | null => accountOf(world, id)
  return {
    dismissals: pull.timeline.flatMap(event =>
      event.kind === 'reviewDismissed'
        ? [{ review: event.review, at: event.at, by: by(event.actorId), was: event.was }]
        : [],
    ),
    baseChanges: pull.timeline.flatMap(event =>
      event.kind === 'baseChanged' || event.kind === 'baseChangedAutomatically'
        ? [{ at: event.at, from: nameToday(repository, event.from) }]
        : [],
    ),
    forcePushes: pull.timeline.flatMap(event =>
      event.kind === 'headForcePushed'
        ? [{ at: event.at, by: by(event.actorId), before: event.before, after: event.after }]
        : [],
    ),
  }
}

/** Pushes from the last creation of the branch before the pull request to its end. */
function pushesOf(
  world: World,
  { activity }: RepositoryState,
  pull: PullRequestState,
): readonly BranchMove[] {
  const { createdAt, mergedAt: end } = pull
  const rows = activity.filter(
    ({ branch, at, kind }) =>
      branch === pull.headBranch &&
      (end === null || at < end || (at.getTime() === end.getTime() && kind !== 'branch_deletion')),
  )
  const made = rows.findLastIndex(({ kind, at }) => kind === 'branch_creation' && at <= createdAt)
  return rows.slice(Math.max(0, made)).map(row => moveOf(world, row))
}

function runsOf({ runs }: RepositoryState, pull: PullRequestState): PullRequest['runs'] {
  const first = new Map<ObjectId, Date>()
  for (const { event, headBranch, headCommit, createdAt } of runs)
    if (event === 'pull_request' && headBranch === pull.headBranch && !first.has(headCommit))
      first.set(headCommit, createdAt)
  return [...first].map(([commit, at]) => ({ commit, at }))
}
