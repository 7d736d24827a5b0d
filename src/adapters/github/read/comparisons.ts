// Diffs that GitHub shows between two commits: REST's three-dot comparison, cached for each pair, since commits never change.
import { z } from 'zod'
import { comparisonKey } from '../../../domain/proof/shown-diff.ts'
import type { Comparison, ShownDiff, ShownFile } from '../../../domain/proof/shown-diff.ts'
import { OBJECT_ID } from '../connection/answer-shapes.ts'
import { inPortions } from '../../system/in-portions.ts'
import { MOST_FILES } from './pull-request-query.ts'
import type { ReviewedRepository } from '../../../ports/reviewed-repository.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const AT_ONCE = 5
const COUNT = z.number().int().nonnegative()
const COUNTS = { additions: COUNT, deletions: COUNT, patch: z.string().optional() }
const FILE = z
  .discriminatedUnion('status', [
    z.object({
      status: z.enum(['added', 'removed', 'modified', 'changed', 'unchanged']),
      filename: z.string(),
      ...COUNTS,
    }),
    z.object({
      status: z.enum(['renamed', 'copied']),
      filename: z.string(),
      previous_filename: z.string(),
      ...COUNTS,
    }),
  ])
  .transform((file): ShownFile => {
    const { filename: path, status, additions, deletions, patch = null } = file
    const previousPath = 'previous_filename' in file ? file.previous_filename : null
    return { path, status, previousPath, additions, deletions, patch }
  })
const SHAPE = z.object({
  merge_base_commit: z.object({ sha: OBJECT_ID }),
  files: z.array(FILE),
})

/** By `comparisonKey`; null if a commit is gone, or if `base` is not the merge base. */
export function comparisonsOf(api: RepositoryApi): ReviewedRepository['comparisons'] {
  const known = new Map<string, ShownDiff>()
  return async pairs => {
    const wanted = new Map(pairs.map(pair => [comparisonKey(pair), pair]))
    const answers = await inPortions([...wanted], AT_ONCE, async ([key, pair]) => {
      const shown = known.get(key) ?? (await ask(api, pair))
      if (shown !== null) known.set(key, shown)
      return [key, shown] as const
    })
    return new Map(answers)
  }
}

/** Only commits are paged, and the files are on the first page. So one commit per page is enough. */
async function ask(api: RepositoryApi, { base, head }: Comparison): Promise<ShownDiff | null> {
  const call = {
    route: '/compare/{basehead}',
    parameters: { basehead: `${base}...${head}`, per_page: 1 },
    doing: 'compare commits',
    needs: 'contents: read',
    alsoTakes: [404],
  }
  const found = await api.find(call, SHAPE)
  if (found?.merge_base_commit.sha !== base) return null
  return { base, head, files: found.files, isCut: found.files.length >= MOST_FILES }
}
