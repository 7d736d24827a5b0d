// Issues in GraphQL, with whether the token's own account opened them.
import type { IssueState, RepositoryState } from '../../state.ts'
import { authorAssociation } from '../rest/association.ts'
import { htmlUrl } from '../rest/repository.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId, time } from './graph.ts'
import { Shown } from './shown.ts'
import type { Field } from './shown.ts'

/** Oldest first by default: the double knows orders by creation only. */
export function issuesField(graph: Graph, repository: RepositoryState): Field {
  return given => {
    graph.need('issues')
    const states = given.list('states')
    const wanted = repository.issues.filter(
      ({ state }) => states === null || states.includes(state.toUpperCase()),
    )
    const isNewestFirst = given.memberOf('orderBy', 'direction') === 'DESC'
    return connection(graph.faults, {
      type: 'IssueConnection',
      name: 'issues',
      members: isNewestFirst ? wanted.toReversed() : wanted,
      show: issue => shownIssue(graph, repository, issue),
    })(given)
  }
}

function shownIssue(graph: Graph, repository: RepositoryState, issue: IssueState): Shown {
  const path = `/issues/${issue.number}`
  return new Shown('Issue', {
    id: nodeId('I', issue.id),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state.toUpperCase(),
    closed: issue.state === 'closed',
    author: () => graph.actor(issue.authorId),
    authorAssociation: authorAssociation(graph.site, repository, issue.authorId),
    createdAt: time(issue.createdAt),
    updatedAt: time(issue.updatedAt),
    url: `${htmlUrl(graph.site, repository)}${path}`,
    resourcePath: `/${repository.owner}/${repository.name}${path}`,
    repository: () => graph.repository(repository),
    viewerDidAuthor: graph.isOwn(issue.authorId),
  })
}
