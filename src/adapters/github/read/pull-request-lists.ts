// Complete lists of pull requests: commits, reviews, events.
import { z } from 'zod'
import { nextCursor } from '../connection/answer-shapes.ts'
import type { PAGE_INFO } from '../connection/answer-shapes.ts'
import { COMMITS, EVENTS, MOST_COMMITS, REVIEWS, listField } from './pull-request-query.ts'
import type {
  CommitNode,
  EventNode,
  ListName,
  PullRequestAnswer,
  ReviewNode,
} from './pull-request-query.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const SIZE = 20

interface Page<Node> {
  readonly totalCount: number
  readonly pageInfo: z.output<typeof PAGE_INFO>
  readonly nodes: readonly Node[]
}

export interface PullRequestLists {
  readonly commits: readonly CommitNode[]
  readonly reviews: readonly ReviewNode[]
  readonly events: readonly EventNode[]
}

/** In the order of the pull requests. Throws APPROVAL_API_INCOMPLETE if a list has fewer members than its count. */
export async function readLists(
  api: RepositoryApi,
  pulls: readonly PullRequestAnswer[],
): Promise<readonly PullRequestLists[]> {
  const rest = <Node>(name: ListName, shape: z.ZodType<Page<Node>>, first: readonly Page<Node>[]) =>
    readRest(api, pulls, name, shape, first)
  const commits = await rest('commits', COMMITS, pulls.map(firstCommits))
  const reviews = await rest(
    'reviews',
    REVIEWS,
    pulls.map(({ reviews }) => reviews),
  )
  const events = await rest(
    'timelineItems',
    EVENTS,
    pulls.map(({ timelineItems }) => timelineItems),
  )
  return pulls.map((_, index) => ({
    commits: commits[index] ?? [],
    reviews: reviews[index] ?? [],
    events: events[index] ?? [],
  }))
}

/** The commits of a pull request that is too large are not used, so further pages are not fetched. */
function firstCommits({ commits }: PullRequestAnswer): Page<CommitNode> {
  if (commits.totalCount <= MOST_COMMITS) return commits
  return { totalCount: 0, pageInfo: { hasNextPage: false }, nodes: [] }
}

async function readRest<Node>(
  api: RepositoryApi,
  pulls: readonly PullRequestAnswer[],
  name: ListName,
  shape: z.ZodType<Page<Node>>,
  first: readonly Page<Node>[],
): Promise<readonly (readonly Node[])[]> {
  const lists = first.map(({ nodes }) => [...nodes])
  const what = `the ${name === 'timelineItems' ? 'events' : name} of a pull request`
  let open = next(first.map((page, index) => ({ page, index, cursor: null })))
  while (open.length > 0) {
    const answers = await api.each(open, {
      doing: 'read pull requests',
      needs: 'pull-requests: read',
      size: SIZE,
      shape: z.object({ [name]: shape }),
      field: ({ index, cursor }, query) => {
        const number = query.value('Int!', pulls[index]?.number ?? 0)
        const list = listField(name, query.value('String!', cursor))
        return `pullRequest(number: ${number}) { ${list} }`
      },
    })
    const pages = open.map(({ index, cursor }, at) => {
      const page = answers[at]?.[name]
      if (page === undefined) throw incomplete(what)
      lists[index]?.push(...page.nodes)
      return { page, index, cursor }
    })
    open = next(pages)
  }
  for (const [index, { totalCount }] of first.entries())
    if ((lists[index]?.length ?? 0) < totalCount) throw incomplete(what)
  return lists

  function next(
    pages: readonly {
      readonly page: Page<Node>
      readonly index: number
      readonly cursor: string | null
    }[],
  ): readonly { readonly index: number; readonly cursor: string }[] {
    return pages.flatMap(({ page, index, cursor: before }) => {
      const cursor = nextCursor(page.pageInfo, before, what)
      return cursor === null ? [] : [{ index, cursor }]
    })
  }
}
