// The reviews of a pull request in one small answer, to see whether they changed while it was planned.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { ID, OBJECT_ID } from '../connection/answer-shapes.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

export interface ReviewState {
  readonly head: ObjectId
  /** The merge commit, or the head if GitHub does not name it; null before the merge. */
  readonly merged: ObjectId | null
  /** The same text as before: neither the head, the merge nor one of the last 100 reviews has changed. */
  readonly digest: string
}

const SHAPE = z.object({
  headRefOid: OBJECT_ID,
  merged: z.boolean(),
  mergeCommit: z.object({ oid: OBJECT_ID }).nullish(),
  reviews: z.object({ nodes: z.array(z.object({ fullDatabaseId: ID, state: z.string() })) }),
})

/** Throws GITHUB_ codes. */
export async function readReviewState(api: RepositoryApi, number: number): Promise<ReviewState> {
  const [found] = await api.each([number], {
    doing: 'read the reviews of a pull request',
    needs: 'pull-requests: read',
    size: 1,
    shape: SHAPE,
    field: (id, query) => `pullRequest(number: ${query.value('Int!', id)}) {
        headRefOid merged mergeCommit { oid } reviews(last: 100) { nodes { fullDatabaseId state } }
      }`,
  })
  if (found === undefined) throw incomplete('the reviews of a pull request')
  const { headRefOid: head, merged, mergeCommit } = found
  return {
    head,
    merged: merged ? (mergeCommit?.oid ?? head) : null,
    digest: JSON.stringify(found),
  }
}
