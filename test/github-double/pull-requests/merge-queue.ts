// GitHub's merge queue: its bot merges several pull requests into the base with one push.
import { moveBranch } from '../git/branches.ts'
import { isAncestor } from '../git/git-history.ts'
import { landOn } from './merge-button.ts'
import type { MergeMethod } from './merge-button.ts'
import { MERGE_QUEUE_ID } from '../people.ts'
import { headOf } from './pull-request-facts.ts'
import { markMerged } from './pull-request-life.ts'
import type { Landing } from './pull-request-life.ts'
import { askOpen } from './pull-requests.ts'
import { ask, found } from '../refusal.ts'
import { askRight, repositoryOf, tipOf } from '../repositories.ts'
import type { AccountState, GithubState, PullRequestState } from '../state.ts'

/** All of them in this order; refuses all if one conflicts with those before it. */
export function queueMerge(
  state: GithubState,
  prs: readonly PullRequestState[],
  actor: AccountState,
  method: MergeMethod,
): void {
  const first = found(prs[0], 'a pull request to merge')
  const repository = repositoryOf(state, first.repositoryId)
  askRight(state, repository, actor, 'write')
  const landings: [PullRequestState, Landing][] = []
  let tip = tipOf(repository, first.base)
  for (const pr of prs) {
    askOpen(pr)
    const isOfGroup = pr.base === first.base && pr.repositoryId === first.repositoryId
    ask(isOfGroup, 422, 'a group of the merge queue has one base')
    // A pull request whose commits came with an earlier one is merged by the move itself.
    if (isAncestor(state.objects, headOf(state, pr), tip)) continue
    const landed = landOn(state, pr, tip, actor, method)
    const commit = found(landed.at(-1), 'the merge commit')
    landings.push([pr, { actorId: MERGE_QUEUE_ID, commit, landed, base: tip }])
    tip = commit
  }
  for (const [pr, landing] of landings) markMerged(state, pr, landing)
  const mover = { actorId: MERGE_QUEUE_ID, kind: 'merge_queue_merge' } as const
  moveBranch(state, repository, first.base, tip, mover)
}
