// A checkout that lacks the newest applied commit: its plan may take back newer changes.
import type { IssuedRecord } from '../../domain/cluster/record.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import type { Observed } from './observe-clusters.ts'

/**
 * Returns PLAN_CHECKOUT_OLD if the branch does not contain the commit of the newest certificate that a review allowed, else null. `holds`
 * answers null if git cannot say. `branch`: the default one, HEAD if git does not know its name.
 */
export async function oldCheckout(
  observed: readonly Pick<Observed, 'records'>[],
  holds: (commit: string) => Promise<boolean | null>,
  branch: string,
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
  const message = `${newest.path} was last issued from commit ${commit.slice(0, 7)}, which this branch does not contain. The plan uses the files of this checkout`
  // Without a branch, or on another one, git pull alone does not know what to pull. With HEAD, origin/main would stay as it is.
  return unplaced('PLAN_CHECKOUT_OLD', message, `git pull origin ${shellWord(branch)}`)
}
