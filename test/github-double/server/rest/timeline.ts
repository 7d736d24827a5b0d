// GET /repos/{owner}/{repo}/issues/{issue_number}/timeline of a pull request.
import type { PullRequestState, RepositoryState, TimelineState } from '../../state.ts'
import { notFound } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { commitIn, pullRequestIn } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { timelineOf } from '../timeline.ts'
import type { TimelineItem } from '../timeline.ts'
import { accountOrGhost } from './account.ts'
import { gitUser, parentsOf, verification } from './commit.ts'
import { shownComment } from './issue-comment.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'
import { shownReview } from './review.ts'

type JsonObject = Readonly<Record<string, Json>>
type Place = readonly [site: Site, repository: RepositoryState, pull: PullRequestState]

export function listTimeline({ site, repository, parameters, url }: RepositoryRequest): Answer {
  const pull = pullRequestIn(repository, Number(parameters['issue_number']))
  if (pull === null) throw notFound()
  const items = timelineOf(site.world, repository, pull)
  return pageOf(items, url, item => shownItem([site, repository, pull], item))
}

function shownItem(place: Place, item: TimelineItem): Json {
  switch (item.kind) {
    case 'event':
      return shownEvent(place, item.event, item.id)
    case 'commit':
      return committed(place, item.commit)
    case 'review': {
      const [site] = place
      const user = accountOrGhost(site, item.review.authorId)
      const shown = shownReview(...place, item.review)
      // The description requires a commit here.
      return { ...shown, event: 'reviewed', user, commit_id: item.review.commit }
    }
    case 'comment':
      return commented(place, item.comment)
  }
}

const EVENTS = {
  headForcePushed: 'head_ref_force_pushed',
  baseChanged: 'base_ref_changed',
  baseChangedAutomatically: 'automatic_base_change_succeeded',
  reviewDismissed: 'review_dismissed',
  merged: 'merged',
} as const

function shownEvent([site, repository]: Place, event: TimelineState, id: number): Json {
  const commit =
    event.kind === 'merged' ? event.commit : event.kind === 'headForcePushed' ? event.after : null
  const api = apiUrl(site, repository)
  return {
    id,
    node_id: nodeId('EVT', id),
    url: `${api}/issues/events/${id}`,
    actor: accountOrGhost(site, event.actorId),
    event: EVENTS[event.kind],
    commit_id: commit,
    commit_url: commit === null ? null : `${api}/commits/${commit}`,
    created_at: time(event.at),
    performed_via_github_app: null,
    ...dismissal(event),
  }
}

function dismissal(event: TimelineState): JsonObject {
  if (event.kind !== 'reviewDismissed') return {}
  return {
    dismissed_review: {
      state: event.was.toLowerCase(),
      review_id: event.review,
      dismissal_message: null,
    },
  }
}

function committed([site, repository]: Place, id: string): Json {
  const commit = commitIn(site.world.state, repository, id)
  if (commit === null) return null
  const git = `${apiUrl(site, repository)}/git`
  return {
    event: 'committed',
    sha: id,
    node_id: nodeId('C', id),
    url: `${git}/commits/${id}`,
    html_url: `${htmlUrl(site, repository)}/commit/${id}`,
    author: gitUser(commit.author),
    committer: gitUser(commit.committer),
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    message: commit.message,
    parents: parentsOf(site, repository, commit),
    verification: verification(commit),
  }
}

function commented(
  [site, repository, pull]: Place,
  comment: PullRequestState['comments'][number],
): Json {
  const shown = shownComment(site, repository, pull, comment)
  return { ...shown, event: 'commented', actor: accountOrGhost(site, comment.authorId) }
}
