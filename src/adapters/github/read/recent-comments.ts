// Comments of a whole repository that begin with our marker, last changed first (REST: GET /repos/{owner}/{repo}/issues/comments).
import { z } from 'zod'
import type { MarkedComment } from '../../../domain/proof/marked-comment.ts'
import type { KnownComments, RecentComments } from '../../../ports/comments.ts'
import { understood } from '../connection/answer-shapes.ts'
import type { RestAnswer } from '../connection/github-connection.ts'
import type { Parameters } from '../connection/next-page.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const ASKING = {
  doing: 'read the comments of the repository',
  needs: 'pull-requests: read',
  route: '/issues/comments',
}

const COMMENTS = z.array(
  z.object({ user: z.object({ type: z.string() }).nullish(), body: z.string().nullish() }),
)
const MOST_PAGES = 10

/**
 * Returns the comments by the contract of `Comments.recentMarked`. Every change of a comment moves it to the first page, so the
 * ETag of the first page covers all of them.
 */
export async function readRecentComments(
  api: RepositoryApi,
  marker: string,
  { since, etag }: KnownComments,
  isEnough: (comment: MarkedComment) => boolean,
): Promise<RecentComments | null> {
  // GitHub's times have whole seconds.
  const after = since === null ? {} : { since: `${since.toISOString().slice(0, 19)}Z` }
  let parameters: Parameters | null = {
    sort: 'updated',
    direction: 'desc',
    per_page: 100,
    ...after,
  }
  const comments: MarkedComment[] = []
  let newTag: string | null = null
  for (let page = 1; parameters !== null && page <= MOST_PAGES; page++) {
    const tag: { readonly etag?: string } = page === 1 && etag !== null ? { etag } : {}
    const answer: RestAnswer = await api.get({ ...ASKING, parameters, ...tag })
    if (answer.status === 304) return null
    if (page === 1) newTag = answer.etag ?? null
    const found = understood(COMMENTS, answer.data, ASKING.doing).flatMap(({ user, body }) =>
      body?.startsWith(marker) === true ? [{ body, isByProgram: user?.type === 'Bot' }] : [],
    )
    comments.push(...found)
    if (found.some(isEnough)) break
    parameters = answer.next
  }
  return { comments, etag: newTag }
}
