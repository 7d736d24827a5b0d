// Reviews of a pull request in REST answers. `commit_id` comes from the world, because GitHub may have moved it.
import type { PullRequestState, RepositoryState, ReviewState } from '../../state.ts'
import type { Answer, Json } from '../answer.ts'
import { pageOf } from '../page.ts'
import { accountOrNull } from './account.ts'
import { authorAssociation } from './association.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { pullRequestOf } from './pull-request.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews: in order of submission, without pending ones. */
export function listReviews(request: RepositoryRequest): Answer {
  const { site, repository, url } = request
  const pull = pullRequestOf(request)
  const reviews = pull.reviews.filter(review => review.state !== 'PENDING')
  return pageOf(reviews, url, review => shownReview(site, repository, pull, review))
}

export function shownReview(
  site: Site,
  repository: RepositoryState,
  pull: PullRequestState,
  review: ReviewState,
): Readonly<Record<string, Json>> {
  const html = `${htmlUrl(site, repository)}/pull/${pull.number}#pullrequestreview-${review.id}`
  const api = `${apiUrl(site, repository)}/pulls/${pull.number}`
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountOrNull(site, review.authorId),
    body: '',
    state: review.state,
    html_url: html,
    pull_request_url: api,
    author_association: authorAssociation(site, repository, review.authorId),
    _links: { html: { href: html }, pull_request: { href: api } },
    submitted_at: time(review.at),
    commit_id: repository.collected.has(review.commit) ? null : review.commit,
  }
}
