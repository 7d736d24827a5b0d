// The claim on the record for a withdrawal: taken like that of an attempt, so that nothing is issued while its sinks are emptied.
import type { WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Claim, RequestRecord } from '../../domain/cluster/record.ts'
import { newRecord, withAbandoned } from '../../core/plan/record-state.ts'
import { claimToWithdraw, unrecordedAttempt } from '../../core/plan/claim-rules.ts'
import { currentCertificate } from '../../core/plan/current-certificate.ts'
import type { ClusterSession } from '../issue/cluster-session.ts'
import { inspectAttempt, isSame, otherClaimProblem } from '../issue/claim-step.ts'

export interface Withdrawing {
  readonly record: RequestRecord
  readonly claim: Claim
}

export type WithdrawalClaim =
  | { readonly kind: 'claimed'; readonly claimed: Withdrawing }
  | { readonly kind: 'claimedByOther'; readonly problem: Problem }
  /** The certificate is not in use any more: another run has withdrawn it, or issued another one. */
  | { readonly kind: 'done' }

/** Claims the record by compare-and-swap. If another run was faster, reads the record again. */
export async function claimWithdrawal(
  step: WithdrawStep,
  session: ClusterSession,
): Promise<WithdrawalClaim> {
  let record = step.record ?? newRecord(step.name, step.cluster)
  for (;;) {
    const issued = currentCertificate(record)
    const attempt = issued ?? unrecordedAttempt(record)
    if (attempt === null || issued?.n !== step.current?.n) return { kind: 'done' }
    const answer = claimToWithdraw(record, attempt, {
      holder: session.processes.holder,
      now: await session.cluster.now(),
      budgetSeconds: session.claimSeconds,
      isGone: holder => session.processes.isGone(holder),
    })
    const newer =
      answer.kind === 'claimedByOther' ? await session.cluster.records.read(step.name) : null
    if (answer.kind === 'claimedByOther') {
      const isOld = newer?.version?.resourceVersion === record.version?.resourceVersion
      if (newer === null || isOld)
        return {
          kind: 'claimedByOther',
          problem: otherClaimProblem(step.name, answer.by, answer.freeAt),
        }
      record = newer
      continue
    }
    const { claim, left } = answer
    // The outcome of an attempt that an earlier run left is listed. Its key may be in the Secret that is deleted next.
    const tidied =
      left === null
        ? answer.record
        : withAbandoned(answer.record, await inspectAttempt(left, session))
    const written = await session.cluster.records.write(tidied)
    const found =
      written.kind === 'written' ? written.record : await session.cluster.records.read(step.name)
    if (found === null) return { kind: 'done' }
    if (written.kind === 'written' || isSame(found.claim, claim))
      return { kind: 'claimed', claimed: { record: found, claim } }
    record = found
  }
}
