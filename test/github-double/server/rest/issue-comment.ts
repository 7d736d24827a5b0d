// Comments of pull requests, which are comments of issues at GitHub.
import { addComment, editComment } from '../../pull-requests/comments.ts'
import type { CommentState, PullRequestState, RepositoryState } from '../../state.ts'
import { HttpRefusal, notFound, ok, refused, unprocessable } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { writerOf } from '../author.ts'
import { pullRequestIn } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { accountOrGhost } from './account.ts'
import { authorAssociation } from './association.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** GET /repos/{owner}/{repo}/issues/{issue_number}/comments: oldest first. */
export function listComments(request: RepositoryRequest): Answer {
  const { site, repository, url } = request
  const pull = pullOf(request)
  return pageOf(pull.comments, url, comment => shownComment(site, repository, pull, comment))
}

/** GET /repos/{owner}/{repo}/issues/comments: those of every pull request that changed at or after `since`. */
export function listAllComments({ site, repository, url }: RepositoryRequest): Answer {
  const since = Date.parse(url.searchParams.get('since') ?? '1970-01-01T00:00:00Z')
  const isByUpdate = url.searchParams.get('sort') === 'updated'
  const isDescending = url.searchParams.get('direction') === 'desc'
  const timeOf = (comment: CommentState): number =>
    Date.parse(time(isByUpdate ? comment.updatedAt : comment.createdAt))
  const all = repository.pullRequests
    .flatMap(pull => pull.comments.map(comment => ({ pull, comment })))
    .filter(({ comment }) => Date.parse(time(comment.updatedAt)) >= since)
    .toSorted((a, b) => timeOf(a.comment) - timeOf(b.comment) || a.comment.id - b.comment.id)
  // GitHub ignores the direction where no sort is named.
  const shown = isDescending && url.searchParams.has('sort') ? all.toReversed() : all
  return pageOf(shown, url, ({ pull, comment }) => shownComment(site, repository, pull, comment))
}

/** POST /repos/{owner}/{repo}/issues/{issue_number}/comments. */
export function createComment(request: RepositoryRequest): Answer {
  const { site, repository, caller } = request
  const { state } = site.world
  const pull = pullOf(request)
  const writer = writerOf(state, caller)
  if (writer === null) throw new HttpRefusal(401, 'Requires authentication')
  const comment = refused(() => addComment(state, pull, writer, bodyOf(request)))
  return { ...ok(shownComment(site, repository, pull, comment)), status: 201 }
}

/** PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}. */
export function updateComment(request: RepositoryRequest): Answer {
  const { site, repository, parameters } = request
  for (const pull of repository.pullRequests)
    for (const comment of pull.comments)
      if (comment.id === Number(parameters['comment_id'])) {
        refused(() => editComment(site.world.state, comment, bodyOf(request)))
        return ok(shownComment(site, repository, pull, comment))
      }
  throw notFound()
}

function pullOf({ repository, parameters }: RepositoryRequest): PullRequestState {
  const pull = pullRequestIn(repository, Number(parameters['issue_number']))
  if (pull === null) throw notFound()
  return pull
}

function bodyOf({ body }: RepositoryRequest): string {
  const text: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'body') : undefined
  if (typeof text !== 'string') throw unprocessable('Invalid request. "body" wasn\'t supplied.')
  return text
}

export function shownComment(
  site: Site,
  repository: RepositoryState,
  pull: PullRequestState,
  comment: CommentState,
): Readonly<Record<string, Json>> {
  const api = apiUrl(site, repository)
  const html = `${htmlUrl(site, repository)}/pull/${pull.number}#issuecomment-${comment.id}`
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${api}/issues/comments/${comment.id}`,
    html_url: html,
    issue_url: `${api}/issues/${pull.number}`,
    user: accountOrGhost(site, comment.authorId),
    body: comment.body,
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: authorAssociation(site, repository, comment.authorId),
    performed_via_github_app: null,
  }
}
