// The timeline of a pull request: when a review was submitted or dismissed, when the base changed, and when it was merged.
import { z } from 'zod'
import type { Account } from '../../../domain/proof/account.ts'
import type { BaseChange } from '../../../domain/proof/pull-request.ts'
import { DATE } from '../../github/connection/answer-shapes.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import { GITEA_USER } from './gitea-accounts.ts'

const ROW = z.object({
  id: z.number().int(),
  type: z.string(),
  user: GITEA_USER,
  created_at: DATE,
  old_ref: z.string(),
  review_id: z.number().int(),
})
/**
 * Gitea does not count the rows, and leaves comments on lines out of a page. So an empty page may have others after it; more than this many
 * comments on lines in a row hide what comes after them.
 */
const EMPTY_PAGES = 10

export interface TimedEvent {
  readonly at: Date
  readonly by: Account | null
}

export interface PullTimeline {
  /** By number of the review. */
  readonly submitted: ReadonlyMap<number, TimedEvent>
  readonly dismissed: ReadonlyMap<number, readonly TimedEvent[]>
  readonly baseChanges: readonly BaseChange[]
  /** Null if it was not merged. */
  readonly merged: TimedEvent | null
}

export async function readTimeline(
  connection: GiteaConnection,
  repository: string,
  { number, isMerged }: { readonly number: number; readonly isMerged: boolean },
): Promise<PullTimeline> {
  const call = {
    path: `${repository}/issues/${number}/timeline`,
    doing: `read the events of #${number}`,
    needs: 'read:issue',
  }
  const isMerge = ({ type }: z.output<typeof ROW>): boolean => type === 'merge_pull'
  const rows = await connection.uncounted(
    call,
    ROW,
    page => page.some(isMerge),
    isMerged ? EMPTY_PAGES : 1,
  )
  const event = ({ created_at: at, user: by }: z.output<typeof ROW>): TimedEvent => ({ at, by })
  const of = (type: string) => rows.filter(row => row.type === type)
  const merge = rows.find(isMerge)
  const dismissed = new Map<number, TimedEvent[]>()
  for (const row of of('dismiss_review'))
    dismissed.set(row.review_id, [...(dismissed.get(row.review_id) ?? []), event(row)])
  return {
    submitted: new Map(of('review').map(row => [row.review_id, event(row)])),
    dismissed,
    baseChanges: of('change_target_branch').map(row => ({
      at: row.created_at,
      from: row.old_ref,
    })),
    merged: merge === undefined ? null : event(merge),
  }
}
