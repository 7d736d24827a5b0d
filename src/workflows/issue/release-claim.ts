// The end of the claim on a record after a step failed: given back, or left for the next run.
import type { Claim, RequestRecord } from '../../domain/cluster/record.ts'
import { caughtProblem } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { withClaimExpired } from '../../core/plan/claim-rules.ts'
import { withFailure } from '../../core/plan/failure-back-off.ts'
import { released, withAbandoned } from '../../core/plan/record-state.ts'
import type { ClusterSession } from './cluster-session.ts'
import { inspectAttempt, unknownAttempt } from './claim-step.ts'
import type { Attempt } from './claim-step.ts'

/** Gives the claim back and lists the attempt. `problems`: why the step failed. */
export async function abandonAttempt(
  attempt: Attempt,
  problems: readonly Problem[],
): Promise<void> {
  await endClaim(attempt, async ({ record, claim }) => {
    const { session } = attempt
    const lost = await inspectAttempt(claim, session).catch(() => unknownAttempt(claim))
    const isAttempt = await wasCreated(claim, session)
    const counted = isAttempt ? await countedFailure(record, attempt, problems) : record
    return released(withAbandoned(counted, lost))
  })
}

/**
 * Leaves the attempt to the next run: its certificate may be in one of the sinks already, or the requester can collect it. `problems`
 * count the attempt as a failure, for a key that may be lost; null if the key is kept.
 */
export async function leaveForNextRun(
  attempt: Attempt,
  problems: readonly Problem[] | null,
): Promise<void> {
  await endClaim(attempt, async ({ record }) => {
    const counted = problems === null ? record : await countedFailure(record, attempt, problems)
    return withClaimExpired(counted, await attempt.session.cluster.now())
  })
}

interface Claimed {
  readonly record: RequestRecord
  readonly claim: Claim
}

/** Writes what `ended` makes of the record. Best effort: if that fails too, the claim ends at its deadline. */
async function endClaim(
  { claimed, session }: Attempt,
  ended: (claimed: Claimed) => Promise<RequestRecord>,
): Promise<void> {
  await newestClaim(claimed, session)
    .then(ended)
    .then(record => session.cluster.records.write(record))
    .catch(caughtProblem)
}

/**
 * The claim with the record as it is in the cluster now: before the error this run may have claimed another object name or recorded a
 * certificate. If another run has taken the record over, the claim as it was: writing it is then a conflict.
 */
async function newestClaim(claimed: Claimed, session: ClusterSession): Promise<Claimed> {
  const record = await session.cluster.records.read(claimed.record.request).catch(() => null)
  const isUnchanged = record?.version?.resourceVersion === claimed.record.version?.resourceVersion
  if (record === null || isUnchanged) return claimed
  const { claim } = record
  return claim?.holder === claimed.claim.holder ? { record, claim } : claimed
}

/**
 * A failure before anything was created costs nothing, and every run tries the step again. If it is not known, it counts as
 * created.
 */
async function wasCreated({ objectName }: Claim, session: ClusterSession): Promise<boolean> {
  const object = await session.cluster.signingRequests.read(objectName).catch(() => undefined)
  return object !== null
}

/** An approval that ended does not count as a failure of the request. */
async function countedFailure(
  record: RequestRecord,
  { approved: { step }, session }: Attempt,
  problems: readonly Problem[],
): Promise<RequestRecord> {
  if (problems.every(({ code }) => code.startsWith('APPROVAL_'))) return record
  return withFailure(record, step.effective, await session.cluster.now())
}
