// Moves of a branch with account and time, from REST's repository activity: facts that the server recorded.
import { z } from 'zod'
import type { BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { SIMPLE_USER } from './github-account.ts'
import { DATE, OBJECT_ID } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const NOTHING = '0'.repeat(40)
const KINDS = {
  push: 'push',
  force_push: 'forcePush',
  branch_creation: 'branchCreation',
  branch_deletion: 'branchDeletion',
  pr_merge: 'pullRequestMerge',
  merge_queue_merge: 'mergeQueueMerge',
} as const
const END = OBJECT_ID.transform((id): ObjectId | null => (id === NOTHING ? null : id))
const ROWS = z.array(
  z
    .object({
      before: END,
      after: END,
      ref: z.string(),
      timestamp: DATE,
      activity_type: z.enum([
        'push',
        'force_push',
        'branch_creation',
        'branch_deletion',
        'pr_merge',
        'merge_queue_merge',
      ]),
      actor: SIMPLE_USER,
    })
    .transform(({ before, after, ref, timestamp: at, activity_type: type, actor: by }) => {
      const move: BranchMove = { at, by, before, after, kind: KINDS[type] }
      return { ref, move }
    }),
)

/** Moves of a branch, oldest first; null if they cannot be read. `repository` is owner/name, a different one for a fork. */
export async function readActivity(
  api: RepositoryApi,
  branch: string,
  repository?: { readonly owner: string; readonly repo: string },
): Promise<readonly BranchMove[] | null> {
  const ref = `refs/heads/${branch}`
  const pages = await api.pages(
    {
      route: '/activity',
      parameters: { ...repository, ref, direction: 'asc' },
      doing: `read who pushed to ${branch}`,
      needs: 'contents: read',
      alsoTakes: [403, 404],
    },
    ROWS,
  )
  if (pages === null) return null
  return pages
    .flat()
    .filter(row => row.ref === ref)
    .map(({ move }) => move)
}

/**
 * The moves of a branch during the life of the branch of a pull request; null if one is missing. Names are reused: this life begins with the
 * last creation before the pull request, and ends with the push of its head. Each move must begin where the previous one ended. `lagMs`: how
 * much later a server may write moves than they are.
 */
export function lifeOf(
  {
    createdAt,
    merged,
    head,
  }: Pick<PullRequest, 'createdAt' | 'merged'> & {
    readonly head: Pick<PullRequest['head'], 'commit'>
  },
  moves: readonly BranchMove[],
  lagMs: number,
): readonly BranchMove[] | null {
  const isBefore = ({ at }: BranchMove, date: Date, lag: number): boolean =>
    at.getTime() <= date.getTime() + lag
  const isStart = (lag: number) => (move: BranchMove) =>
    move.kind === 'branchCreation' && isBefore(move, createdAt, lag)
  const early = moves.findLastIndex(isStart(0))
  const from = early < 0 ? moves.findIndex(isStart(lagMs)) : early
  const to = moves.findLastIndex(
    move => move.after === head.commit && (merged === null || isBefore(move, merged.at, lagMs)),
  )
  if (from < 0 || to < from) return null
  const life = moves.slice(from, to + 1)
  const isWhole = life.every(({ before }, index) => before === (life[index - 1]?.after ?? null))
  return isWhole ? life : null
}
