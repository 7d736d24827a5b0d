// Reviews of pull requests: submitted (after the merge too) and dismissed under GitHub's rules.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { newId } from '../people.ts'
import { commitsOf, headOf } from './pull-request-facts.ts'
import { ask } from '../refusal.ts'
import { askRight, repositoryOf } from '../repositories.ts'
import type { AccountState, GithubState, PullRequestState, ReviewState } from '../state.ts'

export type Opinion = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'

/** Every reader may review, but the author of the pull request may only comment. `commit`: the head, or an earlier commit. */
export function review(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
  opinion: Opinion,
  commit: ObjectId = headOf(state, pr),
): ReviewState {
  askRight(state, repositoryOf(state, pr.repositoryId), actor, 'read')
  const isAllowed = opinion === 'COMMENTED' || actor.id !== pr.authorId
  ask(isAllowed, 422, 'nobody can approve or request changes on their own pull request')
  const isPart = commit === headOf(state, pr) || commitsOf(state, pr).includes(commit)
  ask(isPart, 422, `${commit} is not part of the pull request`)
  const given = { id: newId(state), authorId: actor.id, state: opinion, at: state.now, commit }
  pr.reviews.push(given)
  return given
}

/** Needs write access. The state is overwritten; only the timeline keeps the earlier state. */
export function dismiss(
  state: GithubState,
  pr: PullRequestState,
  given: ReviewState,
  actor: AccountState,
): void {
  askRight(state, repositoryOf(state, pr.repositoryId), actor, 'write')
  const was = given.state
  const isOpinion = was === 'APPROVED' || was === 'CHANGES_REQUESTED'
  ask(isOpinion, 422, `a review that is ${was} cannot be dismissed`)
  given.state = 'DISMISSED'
  pr.timeline.push({
    kind: 'reviewDismissed',
    at: state.now,
    actorId: actor.id,
    review: given.id,
    was,
  })
}
