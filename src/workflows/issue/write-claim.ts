// The claim on a record by compare-and-swap, for an attempt and for a withdrawal: if another run was faster, its record decides.
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Claim, RequestRecord } from '../../domain/cluster/record.ts'
import type { ClaimAnswer } from '../../core/plan/claim-rules.ts'
import type { ClusterSession } from './cluster-session.ts'

/** Why a run has no claim; `kept`: another run has done the step meanwhile. */
export type Unclaimed =
  { readonly kind: 'kept' } | { readonly kind: 'waiting'; readonly problem: Problem }

/** A claim, with the record as it was written. */
type Claiming = Extract<ClaimAnswer, { readonly kind: 'claim' }>

/** Writes what `decide` makes of the record, until no other run was faster. A record that is gone is null. */
export async function claimUntil(
  name: string,
  planned: RequestRecord | null,
  session: ClusterSession,
  decide: (record: RequestRecord | null) => Promise<ClaimAnswer | Unclaimed>,
): Promise<Claiming | Unclaimed> {
  for (let record = planned; ;) {
    const answer = await decide(record)
    if (answer.kind === 'kept' || answer.kind === 'waiting') return answer
    if (answer.kind === 'claim') {
      const { claim } = answer
      const written = await writeOrOurs(answer.record, session, it => isSame(it.claim, claim))
      if (written.isOurs) return { ...answer, record: written.record }
      record = written.record
      continue
    }
    const newer = await session.cluster.records.read(name)
    if (newer === null || newer.version?.resourceVersion === record?.version?.resourceVersion)
      return { kind: 'waiting', problem: otherClaimProblem(name, answer) }
    record = newer
  }
}

type Written =
  | { readonly isOurs: true; readonly record: RequestRecord }
  | { readonly isOurs: false; readonly record: RequestRecord | null }

/** The record as it is then. A conflict may come from our own earlier write, the answer to which was lost: `isOurs` decides. */
export async function writeOrOurs(
  record: RequestRecord,
  { cluster: { records } }: ClusterSession,
  isOurs: (found: RequestRecord) => boolean,
): Promise<Written> {
  const written = await records.write(record)
  if (written.kind === 'written') return { isOurs: true, record: written.record }
  const found = await records.read(record.request)
  if (found !== null && isOurs(found)) return { isOurs: true, record: found }
  return { isOurs: false, record: found }
}

export function isSame(one: Claim | null, other: Claim): boolean {
  return (
    one !== null &&
    one.holder === other.holder &&
    one.n === other.n &&
    one.objectName === other.objectName &&
    one.deadline.getTime() === other.deadline.getTime()
  )
}

function otherClaimProblem(
  name: string,
  { by, freeAt }: Extract<ClaimAnswer, { readonly kind: 'claimedByOther' }>,
): Problem {
  // To the minute, so that the problems of many requests are equal.
  const minute = new Date(Math.ceil(freeAt.getTime() / 60_000) * 60_000)
  const [who = by.holder] = by.holder.split(' ')
  return unplaced(
    'CLUSTER_CLAIMED',
    `another run (${who}) is working on ${name}`,
    `if it is gone, apply again after ${minute.toISOString()}`,
  )
}
