// Pull requests that GitHub links to commits.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { PAGE_FIELDS, PAGE_INFO, nextCursor } from '../connection/answer-shapes.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const WHAT = 'the pull requests of a commit'
const SIZE = 50
const SHAPE = z
  .object({
    associatedPullRequests: z.object({
      totalCount: z.number(),
      pageInfo: PAGE_INFO,
      nodes: z.array(
        z.object({ number: z.number().int(), repository: z.object({ nameWithOwner: z.string() }) }),
      ),
    }),
  })
  .or(z.object({ associatedPullRequests: z.undefined() }))
  .nullable()

interface Search {
  readonly commit: ObjectId
  readonly cursor: string | null
}

/** Numbers of this repository only, ascending. A commit that GitHub does not have is absent. */
export async function readPullRequestLinks(
  api: RepositoryApi,
  commits: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, readonly number[]>> {
  const found = new Map<ObjectId, number[]>()
  const seen = new Map<ObjectId, number>()
  let open: readonly Search[] = [...new Set(commits)].map(commit => ({ commit, cursor: null }))
  while (open.length > 0) {
    const answers = await ask(api, open)
    open = open.flatMap(({ commit, cursor }, index) => {
      const page = answers[index]?.associatedPullRequests
      if (page === undefined) return []
      const mine = page.nodes.filter(({ repository }) => isThis(api, repository.nameWithOwner))
      found.set(commit, [...(found.get(commit) ?? []), ...mine.map(({ number }) => number)])
      seen.set(commit, (seen.get(commit) ?? 0) + page.nodes.length)
      const next = nextCursor(page.pageInfo, cursor, WHAT)
      if (next === null && (seen.get(commit) ?? 0) < page.totalCount) throw incomplete(WHAT)
      return next === null ? [] : [{ commit, cursor: next }]
    })
  }
  return new Map([...found].map(([commit, numbers]) => [commit, numbers.toSorted((a, b) => a - b)]))
}

function ask(api: RepositoryApi, open: readonly Search[]) {
  return api.each(open, {
    doing: 'find the pull requests of commits',
    needs: 'pull-requests: read',
    size: SIZE,
    shape: SHAPE,
    field: ({ commit, cursor }, query) => {
      const after = cursor === null ? '' : `, after: ${query.value('String!', cursor)}`
      return `object(oid: ${query.value('GitObjectID!', commit)}) { ... on Commit {
        associatedPullRequests(first: ${cursor === null ? 10 : 100}${after}) {
          totalCount ${PAGE_FIELDS} nodes { number repository { nameWithOwner } } } } }`
    },
  })
}

function isThis({ owner, name }: RepositoryApi, nameWithOwner: string): boolean {
  return nameWithOwner.toLowerCase() === `${owner}/${name}`.toLowerCase()
}
