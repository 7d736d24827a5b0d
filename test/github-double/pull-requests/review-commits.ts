// GitHub moves the commit of a review forward when the head is rewritten or the base is merged into it.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { patchOf } from '../git/git-changes.ts'
import { beyond, isAncestor } from '../git/git-history.ts'
import { commitAt } from '../git/git-objects.ts'
import { baseOf, changesFromBase } from './pull-request-facts.ts'
import type { GithubState, PullRequestState } from '../state.ts'

/**
 * After a force push or a merge of the base: `patch-identical` moves the reviews of the old head where the pull request still
 * shows the same changes, `always` moves every review.
 */
export function moveReviews(
  state: GithubState,
  pr: PullRequestState,
  before: ObjectId,
  after: ObjectId,
): void {
  const { commitIdMoves } = state.knobs
  if (commitIdMoves === 'never' || pr.reviews.length === 0) return
  if (!isRewriteOrBaseMerge(state, pr, before, after)) return
  const moved =
    commitIdMoves === 'always'
      ? pr.reviews
      : pr.reviews.filter(
          review => review.commit === before && isSamePatch(state, pr, before, after),
        )
  for (const review of moved) review.commit = after
}

function isRewriteOrBaseMerge(
  state: GithubState,
  pr: PullRequestState,
  before: ObjectId,
  after: ObjectId,
): boolean {
  const { objects } = state
  if (!isAncestor(objects, before, after)) return true
  return beyond(objects, before, after).some(id => {
    const { parents } = commitAt(objects, id)
    return (
      parents.length > 1 && parents.some(parent => isAncestor(objects, parent, baseOf(state, pr)))
    )
  })
}

function isSamePatch(
  state: GithubState,
  pr: PullRequestState,
  before: ObjectId,
  after: ObjectId,
): boolean {
  const base = baseOf(state, pr)
  const [old, fresh] = [before, after].map(head =>
    patchOf(state.objects, changesFromBase(state, base, head)),
  )
  return old === fresh
}
