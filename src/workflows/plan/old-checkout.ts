// Whether the checkout lacks what was applied: a plan of it may take back what is newer.
import type { IssuedRecord } from '../../domain/cluster/record.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Observed } from './observe-clusters.ts'

/** PLAN_CHECKOUT_OLD if the branch lacks the commit of the newest certificate that was issued by review, else null. `holds` is null for a commit that this clone cannot know. */
export async function oldCheckout(
  observed: readonly Pick<Observed, 'records'>[],
  holds: (commit: string) => Promise<boolean | null>,
): Promise<Problem | null> {
  const issued = observed.flatMap(({ records }) =>
    records.flatMap(({ issued: each }) => each ?? []),
  )
  const reviewed = issued.filter(({ proof }) => proof.evidence !== null)
  const newest = reviewed.reduce<IssuedRecord | null>(
    (last, each) => (last !== null && last.issuedAt > each.issuedAt ? last : each),
    null,
  )
  const commit = newest?.proof.evidence?.commit
  if (newest === null || commit === undefined || (await holds(commit)) !== false) return null
  const message = `${newest.path} was last issued from commit ${commit.slice(0, 7)}, which this branch lacks, and what follows compares the files of this checkout`
  return unplaced('PLAN_CHECKOUT_OLD', message, 'git pull')
}
