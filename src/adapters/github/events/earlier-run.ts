// The run of the same workflow before this one, for the same head (REST: GET /repos/{owner}/{repo}/actions/runs).
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { ID } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const SHAPE = z.object({
  workflow_runs: z.array(
    z.object({
      id: ID,
      path: z.string(),
      event: z.string(),
      conclusion: z.string().nullish(),
      html_url: z.string(),
      run_started_at: z.string().nullish(),
    }),
  ),
})

export interface EarlierRun {
  readonly hasPassed: boolean
  /** Address of its page. */
  readonly page: string
}

/**
 * The other run of the workflow for a pull request with the head that started last, maybe again. Null if there is none, or if it did
 * not end by itself: then its result is not known. `own`: id of this run.
 */
export async function readEarlierRun(
  api: RepositoryApi,
  {
    head,
    workflow,
    own,
  }: { readonly head: ObjectId; readonly workflow: string; readonly own: number },
): Promise<EarlierRun | null> {
  const call = {
    route: '/actions/runs',
    parameters: { head_sha: head, per_page: 100 },
    doing: 'read the earlier runs of this workflow',
    needs: 'actions: read',
    alsoTakes: [403, 404],
  }
  const runs = (await api.find(call, SHAPE))?.workflow_runs ?? []
  // A dispatch or a push plans nothing. A path may be followed by the ref: `.github/workflows/a.yml@main`.
  const startOf = (run: (typeof runs)[number]): number => Date.parse(run.run_started_at ?? '')
  const [last] = runs
    .filter(({ id, path, event }) => id !== own && isPlan(event) && path.split('@')[0] === workflow)
    .toSorted((a, b) => startOf(b) - startOf(a))
  if (last?.conclusion !== 'success' && last?.conclusion !== 'failure') return null
  return { hasPassed: last.conclusion === 'success', page: last.html_url }
}

function isPlan(event: string): boolean {
  return event === 'pull_request' || event === 'pull_request_review'
}
