// The pull requests that GitHub links to a commit (REST: commits/{sha}/pulls, GraphQL: associatedPullRequests).
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { isAncestor } from '../git/git-history.ts'
import { commitsOf } from './pull-request-facts.ts'
import { tipOf } from '../repositories.ts'
import type { GithubState, PullRequestState, RepositoryState } from '../state.ts'

/**
 * For a commit of the default branch the merged ones that brought or hold it, into whatever branch they went; for any other
 * commit the open and merged ones that hold it. Oldest first.
 */
export function associatedPullRequests(
  state: GithubState,
  repository: RepositoryState,
  commit: ObjectId,
): PullRequestState[] {
  const isOnDefault = isAncestor(state.objects, commit, tipOf(repository))
  return repository.pullRequests.filter(pr =>
    pr.state === 'merged'
      ? pr.mergeCommit === commit || pr.landed.includes(commit) || holds(state, pr, commit)
      : pr.state === 'open' && !isOnDefault && holds(state, pr, commit),
  )
}

function holds(state: GithubState, pr: PullRequestState, commit: ObjectId): boolean {
  return commitsOf(state, pr).includes(commit)
}
