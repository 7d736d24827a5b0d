// The one issue that lists what needs attention: found by marker and author, opened, rewritten and closed.
import { z } from 'zod'
import type { Notices } from '../../../ports/hosted-repository.ts'
import { PAGE_FIELDS, PAGE_INFO, nextCursor } from '../connection/answer-shapes.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const ASKING = { doing: 'look for the notice among the issues', needs: 'issues: read' }
const WRITING = { doing: 'write the notice', needs: 'issues: write' }
const WHAT = 'the open issues'

const ISSUES = z.object({
  pageInfo: PAGE_INFO,
  nodes: z.array(
    z.object({
      number: z.int(),
      title: z.string(),
      body: z.string(),
      viewerDidAuthor: z.boolean(),
    }),
  ),
})

type Page = z.output<typeof ISSUES>
type Issue = Page['nodes'][number]

export function githubNotices(api: RepositoryApi): Notices {
  return {
    async keep(marker, title, body) {
      const own = await ownOf(marker)
      if (own?.title === title && own.body === body) return
      if (own === null)
        await api.send('POST', { ...WRITING, route: '/issues', parameters: { title, body } })
      else await change(own, { title, body })
    },

    async close(marker, title, body) {
      const own = await ownOf(marker)
      if (own !== null) await change(own, { title, body, state: 'closed' })
    },
  }

  async function change(
    { number }: Issue,
    changes: Readonly<Record<string, string>>,
  ): Promise<void> {
    await api.send('PATCH', {
      ...WRITING,
      route: '/issues/{issue_number}',
      parameters: { issue_number: number, ...changes },
    })
  }

  /** The newest open issue of our own. Anyone can write the marker, so the author decides. */
  async function ownOf(marker: string): Promise<Issue | null> {
    let cursor: string | null = null
    do {
      const page: Page = await pageFrom(cursor)
      const own = page.nodes.find(
        ({ viewerDidAuthor, body }) => viewerDidAuthor && body.startsWith(marker),
      )
      if (own !== undefined) return own
      cursor = nextCursor(page.pageInfo, cursor, WHAT)
    } while (cursor !== null)
    return null
  }

  async function pageFrom(cursor: string | null): Promise<Page> {
    const newest = 'states: [OPEN], orderBy: {field: CREATED_AT, direction: DESC}, first: 100'
    const [page] = await api.each([cursor], {
      ...ASKING,
      size: 1,
      shape: ISSUES,
      field: (after, query) => {
        const from = after === null ? '' : `, after: ${query.value('String!', after)}`
        return `issues(${newest}${from}) {
          ${PAGE_FIELDS} nodes { number title body viewerDidAuthor }
        }`
      },
    })
    if (page === undefined) throw incomplete(WHAT)
    return page
  }
}
