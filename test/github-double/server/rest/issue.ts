// Issues of a repository; unlike GitHub, the double lists no pull requests among them.
import { editIssue, openIssue } from '../../pull-requests/issues.ts'
import type { IssueState, RepositoryState } from '../../state.ts'
import { HttpRefusal, notFound, ok, refused, unprocessable } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { writerOf } from '../author.ts'
import { pageOf } from '../page.ts'
import { accountOrGhost } from './account.ts'
import { authorAssociation } from './association.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** GET /repos/{owner}/{repo}/issues: newest first. */
export function listIssues({ site, repository, url }: RepositoryRequest): Answer {
  const state = url.searchParams.get('state') ?? 'open'
  const wanted = repository.issues.filter(issue => state === 'all' || issue.state === state)
  return pageOf(wanted.toReversed(), url, issue => shownIssue(site, repository, issue))
}

/** POST /repos/{owner}/{repo}/issues. */
export function createIssue(request: RepositoryRequest): Answer {
  const { site, repository, caller } = request
  const { state } = site.world
  const authorId = writerOf(state, caller)
  if (authorId === null) throw new HttpRefusal(401, 'Requires authentication')
  const title = textOf(request, 'title')
  if (title === undefined) throw unprocessable('Invalid request. "title" wasn\'t supplied.')
  const body = textOf(request, 'body') ?? ''
  const issue = refused(() => openIssue(state, repository, { authorId, title, body }))
  return { ...ok(shownIssue(site, repository, issue)), status: 201 }
}

/** PATCH /repos/{owner}/{repo}/issues/{issue_number}. */
export function updateIssue(request: RepositoryRequest): Answer {
  const { site, repository, parameters } = request
  const number = Number(parameters['issue_number'])
  const issue = repository.issues.find(each => each.number === number)
  if (issue === undefined) throw notFound()
  const [title, body, state] = ['title', 'body', 'state'].map(name => textOf(request, name))
  refused(() =>
    editIssue(site.world.state, issue, {
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body }),
      ...(state === 'open' || state === 'closed' ? { state } : {}),
    }),
  )
  return ok(shownIssue(site, repository, issue))
}

function textOf({ body }: RepositoryRequest, name: string): string | undefined {
  const value: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : undefined
}

function shownIssue(
  site: Site,
  repository: RepositoryState,
  issue: IssueState,
): Readonly<Record<string, Json>> {
  const url = `${apiUrl(site, repository)}/issues/${issue.number}`
  const isClosed = issue.state === 'closed'
  return {
    id: issue.id,
    node_id: nodeId('I', issue.id),
    url,
    repository_url: apiUrl(site, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${htmlUrl(site, repository)}/issues/${issue.number}`,
    number: issue.number,
    title: issue.title,
    user: accountOrGhost(site, issue.authorId),
    labels: [],
    state: issue.state,
    state_reason: isClosed ? 'completed' : null,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: 0,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: isClosed ? time(issue.updatedAt) : null,
    body: issue.body,
    author_association: authorAssociation(site, repository, issue.authorId),
    performed_via_github_app: null,
  }
}
