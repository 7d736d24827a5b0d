// The run of the same workflow before this one, for the same head (REST: GET /repos/{owner}/{repo}/actions/runs).
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const DOING = 'read the earlier runs of this workflow'
const SHAPE = z.object({
  workflow_runs: z.array(
    z.object({ id: ID, path: z.string(), conclusion: z.string().nullish(), html_url: z.string() }),
  ),
})

export interface EarlierRun {
  readonly hasPassed: boolean
  /** Address of its page. */
  readonly page: string
}

/**
 * The newest other run of the workflow for the head. Null if there is none, or if it did not end by itself: then its result is not
 * known. `own`: id of this run.
 */
export async function readEarlierRun(
  api: RepositoryApi,
  {
    head,
    workflow,
    own,
  }: { readonly head: ObjectId; readonly workflow: string; readonly own: number },
): Promise<EarlierRun | null> {
  const { status, data } = await api.get({
    route: '/actions/runs',
    parameters: { head_sha: head, per_page: 100 },
    doing: DOING,
    needs: 'actions: read',
    alsoTakes: [403, 404],
  })
  if (status !== 200) return null
  const runs = understood(SHAPE, data, DOING).workflow_runs
  // GitHub lists the newest first. A path may be followed by the ref: `.github/workflows/a.yml@main`.
  const last = runs.find(({ id, path }) => id < own && path.split('@')[0] === workflow)
  if (last?.conclusion !== 'success' && last?.conclusion !== 'failure') return null
  return { hasPassed: last.conclusion === 'success', page: last.html_url }
}
