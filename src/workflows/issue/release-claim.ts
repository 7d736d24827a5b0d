// The end of the claim on a record after a step failed: given back, or left for the next run.
import type { Claim, RequestRecord } from '../../domain/cluster/record.ts'
import { CountersignError } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { withClaimExpired } from '../../core/plan/claim-rules.ts'
import { withFailure } from '../../core/plan/failure-back-off.ts'
import { released, withAbandoned } from '../../core/plan/record-state.ts'
import type { ClusterSession } from './cluster-session.ts'
import { inspectAttempt, unknownAttempt } from './claim-step.ts'
import type { ClaimedRecord } from './claim-step.ts'

/** Gives the claim back and lists the attempt. Best effort: if that fails too, the claim ends at its deadline. */
export async function abandonAttempt(
  before: ClaimedRecord,
  failed: Failed,
  session: ClusterSession,
): Promise<void> {
  try {
    const claimed = await newestClaim(before, session)
    const attempt = await inspectAttempt(claimed.claim, session).catch(() =>
      unknownAttempt(claimed.claim),
    )
    const isAttempt = await wasCreated(claimed.claim, session)
    const counted = isAttempt
      ? await countedFailure(claimed.record, failed, session)
      : claimed.record
    await session.cluster.records.write(released(withAbandoned(counted, attempt)))
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
  }
}

/**
 * The claim with the record as it is in the cluster now: before the error this run may have claimed another object name or recorded a
 * certificate. If another run has taken the record over, the claim as it was: writing it is then a conflict.
 */
async function newestClaim(
  claimed: ClaimedRecord,
  session: ClusterSession,
): Promise<ClaimedRecord> {
  const record = await session.cluster.records.read(claimed.record.request).catch(() => null)
  const isUnchanged = record?.version?.resourceVersion === claimed.record.version?.resourceVersion
  if (record === null || isUnchanged) return claimed
  const { claim } = record
  return claim?.holder === claimed.claim.holder ? { ...claimed, record, claim } : claimed
}

/**
 * Leaves the attempt to the next run: its certificate may be in one of the sinks already, or the requester can collect it. `failed`
 * counts the attempt as a failure, for a key that may be lost; null if the key is kept. Best effort: if that fails too, the claim
 * ends at its deadline.
 */
export async function leaveForNextRun(
  before: ClaimedRecord,
  failed: Failed | null,
  session: ClusterSession,
): Promise<void> {
  try {
    const claimed = await newestClaim(before, session)
    const counted =
      failed === null ? claimed.record : await countedFailure(claimed.record, failed, session)
    await session.cluster.records.write(withClaimExpired(counted, await session.cluster.now()))
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
  }
}

/** Why a step failed. An approval that ended does not count as a failure of the request. */
export interface Failed {
  readonly effective: string
  readonly problems: readonly Problem[]
}

/**
 * A failure before anything was created costs nothing, and every run tries the step again. If it is not known, it counts as
 * created.
 */
async function wasCreated({ objectName }: Claim, session: ClusterSession): Promise<boolean> {
  const object = await session.cluster.signingRequests.read(objectName).catch(() => undefined)
  return object !== null
}

async function countedFailure(
  record: RequestRecord,
  { effective, problems }: Failed,
  session: ClusterSession,
): Promise<RequestRecord> {
  if (problems.every(({ code }) => code.startsWith('APPROVAL_'))) return record
  return withFailure(record, effective, await session.cluster.now())
}
