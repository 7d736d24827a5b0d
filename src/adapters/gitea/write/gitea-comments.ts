// Comments of countersign on pull requests at a Gitea server, and its one notice issue: found by marker and author, rewritten in place.
import { z } from 'zod'
import type { Account } from '../../../domain/proof/account.ts'
import type { MarkedComment } from '../../../domain/proof/marked-comment.ts'
import type { Comments } from '../../../ports/comments.ts'
import type { Notices } from '../../../ports/hosted-repository.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import { incomplete } from '../../github/connection/github-refusal.ts'
import { GITEA_USER } from '../read/gitea-accounts.ts'

const COMMENT = z.object({
  id: z.number().int(),
  user: GITEA_USER,
  body: z.string(),
  html_url: z.string(),
})
const ISSUE = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  user: GITEA_USER,
})
const READING = { doing: 'read the comments', needs: 'read:issue' }
const WRITING = { doing: 'write the comment on a pull request', needs: 'write:issue' }
const NOTICE = { doing: 'write the notice', needs: 'write:issue' }

const MOST_PAGES = 10

type Comment = z.output<typeof COMMENT>

/** The account of the token; asked once. */
export type Viewer = () => Promise<Account>

export function viewerOf(connection: GiteaConnection): Viewer {
  let known: Promise<Account> | null = null
  const ask = async (): Promise<Account> => {
    const call = { path: '/user', doing: 'find the account of the token', needs: 'read:user' }
    const account = await connection.get(call, GITEA_USER)
    if (account === null) throw incomplete('the account of the token')
    return account
  }
  return () => (known ??= ask())
}

/** `path`: `/repos/OWNER/NAME`. */
export function giteaComments(connection: GiteaConnection, path: string, viewer: Viewer): Comments {
  return {
    find: async (pullRequest, marker) => (await ownOf(pullRequest, marker))?.body ?? null,

    async marked(pullRequest, marker) {
      return newestFirst(await commentsOf(pullRequest), marker)
    },

    /** Those of the newest 500 comments since then, last created first. */
    async recentMarked(marker, { since }) {
      const query = since === null ? {} : { since: since.toISOString() }
      const call = { ...READING, path: `${path}/issues/comments`, query }
      const found = await connection.newest(call, COMMENT, MOST_PAGES)
      return { comments: newestFirst(found, marker), etag: null }
    },

    lookAt: async () => undefined,

    async write(pullRequest, marker, body) {
      const own = await ownOf(pullRequest, marker)
      if (own?.body === body) return own.html_url
      const [method, place] =
        own === null
          ? (['POST', `issues/${pullRequest}/comments`] as const)
          : (['PATCH', `issues/comments/${own.id}`] as const)
      const call = { ...WRITING, path: `${path}/${place}` }
      return (await connection.send(method, call, { body }, COMMENT)).html_url
    },
  }

  /** Our newest comment that begins with the marker. Anyone can write the marker, so the author decides. */
  async function ownOf(pullRequest: number, marker: string): Promise<Comment | null> {
    const [{ id }, comments] = [await viewer(), await commentsOf(pullRequest)]
    return comments.findLast(({ user, body }) => user?.id === id && body.startsWith(marker)) ?? null
  }

  /** Oldest first. Gitea gives all of them in one answer. */
  async function commentsOf(pullRequest: number): Promise<readonly Comment[]> {
    const call = { ...READING, path: `${path}/issues/${pullRequest}/comments` }
    return (await connection.get(call, z.array(COMMENT))) ?? []
  }
}

/** None is by a program: Gitea does not say which accounts are of programs, so the caller asks who signed what a comment has. */
function newestFirst(found: readonly Comment[], marker: string): readonly MarkedComment[] {
  const marked = found.filter(({ body }) => body.startsWith(marker))
  const sorted = marked.toSorted((a, b) => b.id - a.id)
  return sorted.map(({ body }) => ({ body, isByProgram: false }))
}

/** `path`: `/repos/OWNER/NAME`. */
export function giteaNotices(connection: GiteaConnection, path: string, viewer: Viewer): Notices {
  const place = `${path}/issues`
  return {
    async keep(marker, title, body) {
      const own = await ownOf(marker)
      if (own?.title === title && own.body === body) return
      const [method, at] =
        own === null ? (['POST', ''] as const) : (['PATCH', `/${own.number}`] as const)
      await connection.send(method, { ...NOTICE, path: `${place}${at}` }, { title, body }, ISSUE)
    },

    async close(marker, title, body) {
      const own = await ownOf(marker)
      if (own === null) return
      const call = { ...NOTICE, path: `${place}/${own.number}` }
      await connection.send('PATCH', call, { title, body, state: 'closed' }, ISSUE)
    },
  }

  /** Our newest open issue that begins with the marker. */
  async function ownOf(marker: string): Promise<z.output<typeof ISSUE> | null> {
    const { id, login } = await viewer()
    const query = { state: 'open', type: 'issues', created_by: login }
    const call = { path: place, query, doing: 'look for the notice', needs: 'read:issue' }
    const issues = (await connection.list(call, ISSUE, ({ number }) => number)) ?? []
    return issues.find(({ user, body }) => user?.id === id && body.startsWith(marker)) ?? null
  }
}
