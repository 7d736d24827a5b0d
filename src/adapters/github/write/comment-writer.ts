// Comments of countersign on pull requests and issues: found by marker and author, rewritten in place, read for nothing else.
// Anyone can write the marker, so only our own comment counts.
import { z } from 'zod'
import type { Comments } from '../../../ports/comments.ts'
import { ID, PAGE_FIELDS, PAGE_INFO, nextCursor, understood } from '../connection/answer-shapes.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { readRecentComments } from '../read/recent-comments.ts'

const ASKING = {
  doing: 'read the comments of a pull request',
  needs: 'pull-requests: read',
}

const WRITING = { doing: 'write the comment on a pull request', needs: 'pull-requests: write' }

const COMMENTS = z.object({
  comments: z.object({
    pageInfo: PAGE_INFO,
    nodes: z.array(
      z.object({
        fullDatabaseId: ID,
        viewerDidAuthor: z.boolean(),
        author: z.object({ kind: z.string() }).nullish(),
        body: z.string(),
        url: z.string(),
      }),
    ),
  }),
})

const WRITTEN = z.object({ html_url: z.string() })

type Answer = z.output<typeof COMMENTS>
type Comment = Answer['comments']['nodes'][number]

const WHAT = 'the comments of the pull request'

/** Pull requests per query: each may have many comments. */
const AT_ONCE = 20

export function githubComments(api: RepositoryApi): Comments {
  /** Comments that `lookAt` read, until the next write there. */
  const seen = new Map<number, readonly Comment[]>()
  return {
    async find(pullRequest, marker) {
      return (await ownOf(pullRequest, marker))?.body ?? null
    },

    async marked(pullRequest, marker) {
      const all = await commentsOf(pullRequest)
      const found = all.filter(({ body }) => body.startsWith(marker)).toReversed()
      return found.map(({ body, author }) => ({ body, isByProgram: author?.kind === 'Bot' }))
    },

    recentMarked: (...asked) => readRecentComments(api, ...asked),

    async lookAt(pullRequests) {
      const answers = await pages(pullRequests, null)
      for (const [index, number] of pullRequests.entries()) {
        const comments = answers[index]?.comments
        // A longer list is read completely when it is needed.
        if (comments?.pageInfo.hasNextPage === false) seen.set(number, comments.nodes)
      }
    },

    async write(pullRequest, marker, body) {
      const own = await ownOf(pullRequest, marker)
      seen.delete(pullRequest)
      if (own?.body === body) return own.url
      const { data } =
        own === null
          ? await api.send('POST', {
              ...WRITING,
              route: '/issues/{issue_number}/comments',
              parameters: { issue_number: pullRequest, body },
            })
          : await api.send('PATCH', {
              ...WRITING,
              route: '/issues/comments/{comment_id}',
              parameters: { comment_id: own.fullDatabaseId, body },
            })
      return understood(WRITTEN, data, WRITING.doing).html_url
    },
  }

  /** Our newest comment that begins with the marker. */
  async function ownOf(pullRequest: number, marker: string): Promise<Comment | null> {
    const all = await commentsOf(pullRequest)
    return (
      all.findLast(({ viewerDidAuthor, body }) => viewerDidAuthor && body.startsWith(marker)) ??
      null
    )
  }

  /** Oldest first. */
  async function commentsOf(pullRequest: number): Promise<readonly Comment[]> {
    const known = seen.get(pullRequest)
    if (known !== undefined) return known
    const found: Comment[] = []
    let cursor: string | null = null
    do {
      const [answer]: readonly Answer[] = await pages([pullRequest], cursor)
      if (answer === undefined) throw incomplete(WHAT)
      const { comments } = answer
      found.push(...comments.nodes)
      cursor = nextCursor(comments.pageInfo, cursor, WHAT)
    } while (cursor !== null)
    return found
  }

  function pages(
    pullRequests: readonly number[],
    cursor: string | null,
  ): Promise<readonly Answer[]> {
    return api.each(pullRequests, {
      ...ASKING,
      size: AT_ONCE,
      shape: COMMENTS,
      field: (number, query) => `pullRequest(number: ${query.value('Int!', number)}) {
          comments(first: 100${cursor === null ? '' : `, after: ${query.value('String!', cursor)}`}) {
            ${PAGE_FIELDS} nodes { fullDatabaseId viewerDidAuthor author { kind: __typename } body url }
          }
        }`,
    })
  }
}
