// The claim on the record for a withdrawal: taken like that of an attempt, so that nothing is issued while its sinks are emptied.
import type { WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { Claim, RequestRecord } from '../../domain/cluster/record.ts'
import { newRecord, withAbandoned } from '../../core/plan/record-state.ts'
import { claimToWithdraw, unrecordedAttempt } from '../../core/plan/claim-rules.ts'
import { currentCertificate } from '../../core/plan/current-certificate.ts'
import { claimUntil } from '../issue/claim-record.ts'
import type { ClusterSession } from '../issue/cluster-session.ts'
import { inspectAttempt } from '../issue/claim-step.ts'

export interface Withdrawing {
  readonly record: RequestRecord
  readonly claim: Claim
}

/** `kept`: the certificate is not in use any more. Another run has withdrawn it, or issued another one. */
export function claimWithdrawal(
  { name, cluster, record: planned, current }: WithdrawStep,
  session: ClusterSession,
): ReturnType<typeof claimUntil> {
  return claimUntil(name, planned ?? newRecord(name, cluster), session, async record => {
    if (record === null) return { kind: 'kept' }
    const issued = currentCertificate(record)
    const attempt = issued ?? unrecordedAttempt(record)
    if (attempt === null || issued?.n !== current?.n) return { kind: 'kept' }
    const answer = claimToWithdraw(record, attempt, {
      holder: session.processes.holder,
      now: await session.cluster.now(),
      budgetSeconds: session.claimSeconds,
      isGone: holder => session.processes.isGone(holder),
    })
    if (answer.kind !== 'claim' || answer.left === null) return answer
    // The outcome of an attempt that an earlier run left is listed. Its key may be in the Secret that is deleted next.
    const left = await inspectAttempt(answer.left, session)
    return { ...answer, record: withAbandoned(answer.record, left) }
  })
}
