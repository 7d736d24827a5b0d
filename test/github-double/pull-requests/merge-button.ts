// Merges a pull request like GitHub's button: a merge commit, one squashed commit, or its commits recreated on the base.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { deleteBranch, moveBranch } from '../git/branches.ts'
import { commitByGithub } from '../git/commits.ts'
import { beyond } from '../git/git-history.ts'
import { commitAt } from '../git/git-objects.ts'
import { putTree } from '../git/git-tree.ts'
import { mergeCommits } from '../git/merge.ts'
import { baseOf, headOf } from './pull-request-facts.ts'
import { markMerged } from './pull-request-life.ts'
import { askOpen } from './pull-requests.ts'
import { ask, found } from '../refusal.ts'
import { replay } from '../git/replay.ts'
import { askRight, mayWrite, repositoryOf } from '../repositories.ts'
import { settle } from '../git/settle-conflicts.ts'
import { authorsOf, signatureOf } from '../git/signatures.ts'
import type { Person } from '../git/signatures.ts'
import type { AccountState, GithubState, PullRequestState } from '../state.ts'

export type MergeMethod = 'merge' | 'squash' | 'rebase'

export interface MergeOptions {
  /** Refuses (409) if the head is another one. */
  readonly expectedHead?: ObjectId
  /** Whether the head branch is deleted afterwards, if the actor may delete it. */
  readonly deleteBranch?: boolean
}

/** Needs write access and no approval: the double's rules do not block. Returns the merge commit as GitHub reports it. */
export function mergePullRequest(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
  method: MergeMethod,
  options: MergeOptions,
): ObjectId {
  const repository = repositoryOf(state, pr.repositoryId)
  askOpen(pr)
  askRight(state, repository, actor, 'write')
  const isExpected = (options.expectedHead ?? headOf(state, pr)) === headOf(state, pr)
  ask(isExpected, 409, 'the head branch was modified')
  const landed = landOn(state, pr, baseOf(state, pr), actor, method)
  const commit = found(landed.at(-1), 'the merge commit')
  markMerged(state, pr, { actorId: actor.id, commit, landed })
  moveBranch(state, repository, pr.base, commit, { actorId: actor.id, kind: 'pr_merge' })
  const from = state.repositories.get(pr.headRepositoryId)
  if (options.deleteBranch === true && from !== undefined && mayWrite(state, from, actor))
    deleteBranch(state, from, pr.headBranch, actor)
  return commit
}

/** Creates the commits of a pull request on top of a base; refuses (405) a conflict. The last one is the new tip. */
export function landOn(
  state: GithubState,
  pr: PullRequestState,
  base: ObjectId,
  actor: AccountState,
  method: MergeMethod,
): ObjectId[] {
  switch (method) {
    case 'merge':
      return [mergeCommit(state, pr, base, actor)]
    case 'squash':
      return [squashCommit(state, pr, base)]
    case 'rebase':
      return rebasedCommits(state, pr, base, actor)
  }
}

/** Always an own commit (--no-ff), with the head as second parent. */
function mergeCommit(
  state: GithubState,
  pr: PullRequestState,
  base: ObjectId,
  actor: AccountState,
): ObjectId {
  const head = headOf(state, pr)
  const owner = state.repositories.get(pr.headRepositoryId)?.owner ?? 'ghost'
  return commitByGithub(state, actor, {
    files: settle(state.objects, mergeCommits(state.objects, base, head)),
    parents: [base, head],
    message: `Merge pull request #${pr.number} from ${owner}/${pr.headBranch}\n\n${pr.title}`,
  })
}

/** Authored by the author of the pull request; the other authors become trailers. */
function squashCommit(state: GithubState, pr: PullRequestState, base: ObjectId): ObjectId {
  const author = found(state.accounts.get(pr.authorId), 'the author of the pull request')
  const content = {
    files: settle(state.objects, mergeCommits(state.objects, base, headOf(state, pr))),
    parents: [base],
    message: `${pr.title} (#${pr.number})`,
  }
  return commitByGithub(state, author, content, otherAuthors(state, pr, base))
}

function otherAuthors(state: GithubState, pr: PullRequestState, base: ObjectId): Person[] {
  const others = new Map<string, Person>()
  for (const id of beyond(state.objects, base, headOf(state, pr))) {
    if (commitAt(state.objects, id).parents.length > 1) continue
    for (const { name, email, accountId } of authorsOf(state, id))
      if (accountId !== pr.authorId) others.set(email, { name, email })
  }
  return [...others.values()]
}

/**
 * New commits even if the base did not move; authors are kept, the committer is the merging person, and GitHub signs none of them
 * (docs.github.com, "Signature verification for rebase and merge"). Refused if a merge would give other files.
 */
function rebasedCommits(
  state: GithubState,
  pr: PullRequestState,
  base: ObjectId,
  actor: AccountState,
): ObjectId[] {
  const { objects } = state
  const head = headOf(state, pr)
  const merged = putTree(objects, settle(objects, mergeCommits(objects, base, head)))
  const made = replay(objects, {
    commits: beyond(objects, base, head),
    onto: base,
    committer: signatureOf(state, actor, state.now),
  })
  const tip = made.at(-1)
  ask(tip !== undefined, 405, `${pr.headBranch} has no commits that could be rebased`)
  const isSafe = commitAt(objects, tip).tree === merged
  ask(isSafe, 405, `rebasing ${pr.headBranch} would give other files than merging it`)
  return made
}
