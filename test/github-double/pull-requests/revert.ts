// GitHub's "Revert" button: a branch with a commit that reverts a merged pull request, and a pull request for it.
import { moveBranch } from '../git/branches.ts'
import { commitByGithub } from '../git/commits.ts'
import { commitFiles, mergeFiles } from '../git/merge.ts'
import { openPullRequest } from './pull-requests.ts'
import { found } from '../refusal.ts'
import { askRight, repositoryOf, tipOf } from '../repositories.ts'
import { settle } from '../git/settle-conflicts.ts'
import type { AccountState, GithubState, PullRequestState } from '../state.ts'

/** Refuses (405) if later changes conflict. */
export function revertPullRequest(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
): PullRequestState {
  const repository = repositoryOf(state, pr.repositoryId)
  askRight(state, repository, actor, 'write')
  const merged = found(pr.mergeCommit, 'the merge to revert')
  const { objects } = state
  const tip = tipOf(repository, pr.base)
  const [before, after, now] = [pr.baseCommit, merged, tip].map(id => commitFiles(objects, id))
  const files = mergeFiles(
    objects,
    found(after, 'the files'),
    found(now, 'the files'),
    found(before, 'the files'),
  )
  const title = `Revert "${pr.title}"`
  const commit = commitByGithub(state, actor, {
    files: settle(objects, files),
    parents: [tip],
    message: `${title}\n\nReverts ${repository.owner}/${repository.name}#${pr.number}`,
  })
  const branch = `revert-${pr.number}-${pr.headBranch}`
  moveBranch(state, repository, branch, commit, { actorId: actor.id, kind: 'branch_creation' })
  return openPullRequest(state, { actor, repository, base: pr.base, branch, title })
}
