// A pull request's timeline by time: its events, commits, reviews and comments.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { WorldFacts } from '../world-facts.ts'
import type {
  CommentState,
  PullRequestState,
  RepositoryState,
  ReviewState,
  TimelineState,
} from '../state.ts'
import { commitIn } from './lookup.ts'

export type TimelineItem = { readonly at: Date } & (
  | { readonly kind: 'event'; readonly event: TimelineState; readonly id: number }
  | { readonly kind: 'commit'; readonly commit: ObjectId }
  | { readonly kind: 'review'; readonly review: ReviewState }
  | { readonly kind: 'comment'; readonly comment: CommentState }
)

/** GitHub sorts commits by their author date, which anybody can choose. */
export function timelineOf(
  world: WorldFacts,
  repository: RepositoryState,
  pull: PullRequestState,
): readonly TimelineItem[] {
  const items: TimelineItem[] = []
  for (const commit of world.commitsOf(pull)) {
    const at = commitIn(world.state, repository, commit)?.author.at
    if (at !== undefined) items.push({ kind: 'commit', commit, at })
  }
  for (const review of pull.reviews) {
    if (review.state !== 'PENDING') items.push({ kind: 'review', review, at: review.at })
  }
  for (const comment of pull.comments) {
    items.push({ kind: 'comment', comment, at: comment.createdAt })
  }
  for (const [index, event] of pull.timeline.entries()) {
    items.push({ kind: 'event', event, id: eventId(repository, pull, index), at: event.at })
  }
  return items.sort((a, b) => a.at.getTime() - b.at.getTime())
}

function eventId(repository: RepositoryState, pull: PullRequestState, index: number): number {
  return repository.id * 1_000_000 + pull.number * 1000 + index
}
