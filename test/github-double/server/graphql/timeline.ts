// The timeline of a pull request in GraphQL: only the kinds in `itemTypes`, by time.
import type { PullRequestState, RepositoryState, TimelineState } from '../../state.ts'
import { fullName } from '../lookup.ts'
import { authorAssociation } from '../rest/association.ts'
import { timelineOf } from '../timeline.ts'
import type { TimelineItem } from '../timeline.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId, time } from './graph.ts'
import { Shown } from './shown.ts'
import type { Field } from './shown.ts'

type Place = readonly [graph: Graph, repository: RepositoryState, pull: PullRequestState]

const TYPES = {
  headForcePushed: 'HEAD_REF_FORCE_PUSHED_EVENT',
  baseChanged: 'BASE_REF_CHANGED_EVENT',
  baseChangedAutomatically: 'AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT',
  reviewDismissed: 'REVIEW_DISMISSED_EVENT',
  merged: 'MERGED_EVENT',
} as const

function typeOf(item: TimelineItem): string {
  if (item.kind === 'event') return TYPES[item.event.kind]
  if (item.kind === 'commit') return 'PULL_REQUEST_COMMIT'
  return item.kind === 'review' ? 'PULL_REQUEST_REVIEW' : 'ISSUE_COMMENT'
}

export function timelineField(...place: Place): Field {
  const [graph, repository, pull] = place
  return given => {
    const types = given.list('itemTypes')
    const all = timelineOf(graph.site.world, repository, pull)
    const members = all.filter(item => types === null || types.includes(typeOf(item)))
    return connection(graph.faults, {
      type: 'PullRequestTimelineItemsConnection',
      name: 'timelineItems',
      members,
      show: item => shownItem(place, item),
      // By the schema, the first counts the whole timeline, and the second the selected kinds between the cursors.
      more: (between, onPage) => ({
        totalCount: all.length,
        filteredCount: between,
        pageCount: onPage,
        updatedAt: time(all.at(-1)?.at ?? pull.createdAt),
      }),
    })(given)
  }
}

function shownItem(place: Place, item: TimelineItem): Shown {
  const [graph, repository, pull] = place
  switch (item.kind) {
    case 'event':
      return event(place, item.event, item.id)
    case 'review':
      return graph.review(repository, pull, item.review)
    case 'commit':
      return new Shown('PullRequestCommit', {
        id: nodeId('PRC', `${repository.id}:${pull.number}:${item.commit}`),
        commit: () => graph.commit(repository, item.commit),
        pullRequest: () => graph.pullRequest(repository, pull),
      })
    case 'comment':
      return comment(place, item.comment)
  }
}

function comment(
  [graph, repository, pull]: Place,
  of: PullRequestState['comments'][number],
): Shown {
  return new Shown('IssueComment', {
    id: nodeId('IC', of.id),
    databaseId: of.id,
    fullDatabaseId: String(of.id),
    author: () => graph.actor(of.authorId),
    authorAssociation: authorAssociation(graph.site, repository, of.authorId),
    body: of.body,
    createdAt: time(of.createdAt),
    updatedAt: time(of.updatedAt),
    pullRequest: () => graph.pullRequest(repository, pull),
    repository: () => graph.repository(repository),
  })
}

function event(place: Place, of: TimelineState, id: number): Shown {
  const [graph, repository, pull] = place
  const path = `/${fullName(repository)}/pull/${pull.number}#event-${id}`
  const common = {
    id: nodeId('EVT', id),
    actor: () => graph.actor(of.actorId),
    createdAt: time(of.at),
    pullRequest: () => graph.pullRequest(repository, pull),
  }
  const linked = { ...common, resourcePath: path, url: `${graph.site.html}${path}` }
  switch (of.kind) {
    case 'headForcePushed':
      return new Shown('HeadRefForcePushedEvent', {
        ...common,
        beforeCommit: () => graph.commit(repository, of.before),
        afterCommit: () => graph.commit(repository, of.after),
        ref: () => graph.ref(repository, pull.headBranch),
      })
    case 'baseChanged':
      return new Shown('BaseRefChangedEvent', {
        ...common,
        databaseId: id,
        previousRefName: of.from,
        currentRefName: of.to,
      })
    case 'baseChangedAutomatically':
      return new Shown('AutomaticBaseChangeSucceededEvent', {
        ...common,
        oldBase: of.from,
        newBase: of.to,
      })
    case 'reviewDismissed':
      return new Shown('ReviewDismissedEvent', { ...linked, ...dismissal(place, of, id) })
    case 'merged':
      return new Shown('MergedEvent', {
        ...linked,
        commit: () => graph.commit(repository, of.commit),
        mergeRef: () => graph.ref(repository, pull.base),
        mergeRefName: pull.base,
      })
  }
}

function dismissal(
  [graph, repository, pull]: Place,
  of: Extract<TimelineState, { readonly kind: 'reviewDismissed' }>,
  id: number,
): Readonly<Record<string, Field>> {
  const review = pull.reviews.find(each => each.id === of.review)
  return {
    databaseId: id,
    dismissalMessage: null,
    dismissalMessageHTML: null,
    previousReviewState: of.was,
    pullRequestCommit: null,
    review: () => (review === undefined ? null : graph.review(repository, pull, review)),
  }
}
