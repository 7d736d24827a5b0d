// A pull request merged locally by a person and pushed to the base.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { push } from '../git/branches.ts'
import { commitByHand } from '../git/commits.ts'
import type { FileChanges } from '../git/git-files.ts'
import { mergeCommits } from '../git/merge.ts'
import { baseOf, headOf } from './pull-request-facts.ts'
import { askOpen } from './pull-requests.ts'
import { repositoryOf } from '../repositories.ts'
import { settle } from '../git/settle-conflicts.ts'
import type { AccountState, GithubState, PullRequestState } from '../state.ts'

export interface ByHand {
  /** Files on top of git's merge: they resolve conflicts and may change anything else. */
  readonly resolution?: FileChanges
}

/** Returns the merge commit, which may hold anything. GitHub reports the pull request as merged by the pusher. */
export function mergeByHand(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
  options: ByHand,
): ObjectId {
  askOpen(pr)
  const [base, head] = [baseOf(state, pr), headOf(state, pr)]
  const merged = mergeCommits(state.objects, base, head)
  const commit = commitByHand(state, actor, {
    files: settle(state.objects, merged, options.resolution),
    parents: [base, head],
    message: `Merge branch '${pr.headBranch}'\n`,
  })
  const repository = repositoryOf(state, pr.repositoryId)
  push(state, { actor, repository, branch: pr.base, commit })
  return commit
}
