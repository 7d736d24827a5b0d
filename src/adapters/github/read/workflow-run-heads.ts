// Heads of a pull request that GitHub saw, from the workflow runs for them. Used if the branch activity cannot be read.
import { z } from 'zod'
import type { SeenHead } from '../../../domain/proof/pull-request.ts'
import { DATE, ID, OBJECT_ID } from '../connection/answer-shapes.ts'
import type { PullRequestOfGraphql } from './pull-request-answer.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

/** GitHub returns at most this many runs for a search. */
const MOST_RUNS = 1000
const PAGE = z.object({
  total_count: z.number().int(),
  workflow_runs: z.array(
    z.object({
      event: z.string(),
      head_branch: z.string().nullable(),
      head_sha: OBJECT_ID,
      created_at: DATE,
      head_repository: z.object({ id: ID }).nullish(),
    }),
  ),
})

/** First time of each head, oldest first; null if the runs cannot all be read. */
export async function readSeenHeads(
  api: RepositoryApi,
  { head, createdAt, merged }: PullRequestOfGraphql,
): Promise<readonly SeenHead[] | null> {
  // Without the fork's id, runs of other forks with the same branch name look the same.
  if (head.repositoryId === null) return null
  const created = `${iso(createdAt)}..${merged === null ? '*' : iso(merged.at)}`
  const pages = await api.pages(
    {
      route: '/actions/runs',
      parameters: { event: 'pull_request', branch: head.branch, created },
      doing: `read the workflow runs of ${head.branch}`,
      needs: 'actions: read',
      alsoTakes: [403, 404],
    },
    PAGE,
  )
  const total = pages?.[0]?.total_count ?? null
  if (pages === null || total === null || total > MOST_RUNS) return null
  const runs = pages.flatMap(page => page.workflow_runs)
  if (runs.length < total) throw incomplete('the workflow runs of a pull request')
  const first = new Map<string, Date>()
  for (const run of runs) {
    const isOfHead =
      run.event === 'pull_request' &&
      run.head_branch === head.branch &&
      run.head_repository?.id === head.repositoryId &&
      run.created_at >= createdAt &&
      (merged === null || run.created_at <= merged.at)
    const before = first.get(run.head_sha)
    if (isOfHead && (before === undefined || run.created_at < before))
      first.set(run.head_sha, run.created_at)
  }
  return [...first]
    .map(([commit, at]) => ({ commit, at }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

/** As GitHub writes times: whole seconds. */
function iso(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
