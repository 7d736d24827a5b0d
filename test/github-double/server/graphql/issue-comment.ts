// Comments of a pull request in GraphQL, with whether the token's own account wrote them.
import type { CommentState, PullRequestState, RepositoryState } from '../../state.ts'
import { authorAssociation } from '../rest/association.ts'
import { htmlUrl } from '../rest/repository.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId, time } from './graph.ts'
import { Shown } from './shown.ts'
import type { Field } from './shown.ts'

export function commentsField(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
): Field {
  return connection(graph.faults, {
    type: 'IssueCommentConnection',
    name: 'comments',
    members: pull.comments,
    show: comment => shownComment(graph, repository, pull, comment),
  })
}

function shownComment(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
  comment: CommentState,
): Shown {
  const anchor = `/pull/${pull.number}#issuecomment-${comment.id}`
  return new Shown('IssueComment', {
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    author: () => graph.actor(comment.authorId),
    authorAssociation: authorAssociation(graph.site, repository, comment.authorId),
    body: comment.body,
    createdAt: time(comment.createdAt),
    updatedAt: time(comment.updatedAt),
    url: `${htmlUrl(graph.site, repository)}${anchor}`,
    resourcePath: `/${repository.owner}/${repository.name}${anchor}`,
    pullRequest: () => graph.pullRequest(repository, pull),
    repository: () => graph.repository(repository),
    viewerDidAuthor: graph.isOwn(comment.authorId),
  })
}
