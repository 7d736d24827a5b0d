// Moves of a pull request's head branch during the life of the branch, null if they are not completely known.
import type { BranchMove } from '../../../domain/proof/git-history.ts'
import { readActivity } from './branch-activity.ts'
import type { PullRequestOfGraphql } from './pull-request-answer.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

/**
 * `headRepository` is owner/name, null if the fork is gone. Returns null if GitHub does not show the moves, or if they have a gap:
 * any account could have made the missing push.
 */
export async function readPushes(
  api: RepositoryApi,
  pull: PullRequestOfGraphql,
  headRepository: string | null,
): Promise<readonly BranchMove[] | null> {
  if (headRepository === null) return null
  const [owner = '', repo = ''] = headRepository.split('/')
  const moves = await readActivity(api, pull.head.branch, { owner, repo })
  return moves === null ? null : lifeOf(pull, moves)
}

/**
 * Branch names are reused. The life of this branch begins with its last creation before the pull request, and ends with the push of
 * its head. Each move must begin where the previous one ended.
 */
export function lifeOf(
  { createdAt, merged, head }: Pick<PullRequestOfGraphql, 'createdAt' | 'merged' | 'head'>,
  moves: readonly BranchMove[],
): readonly BranchMove[] | null {
  const from = moves.findLastIndex(
    ({ kind, at }) => kind === 'branchCreation' && at.getTime() <= createdAt.getTime(),
  )
  const to = moves.findLastIndex(
    ({ after, at }) =>
      after === head.commit && (merged === null || at.getTime() <= merged.at.getTime()),
  )
  if (from < 0 || to < from) return null
  const life = moves.slice(from, to + 1)
  const isWhole = life.every(({ before }, index) => before === (life[index - 1]?.after ?? null))
  return isWhole ? life : null
}
