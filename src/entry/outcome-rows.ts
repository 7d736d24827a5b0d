// What the comment after apply shows of one request: its certificate with the next renewal, and who approved it.
import { renewalTime } from '../core/plan/renewal-time.ts'
import { currentCertificate, leafOf } from '../core/plan/current-certificate.ts'
import { recordedProof } from '../core/plan/record-state.ts'
import type { ApprovalProof } from '../domain/proof/approved.ts'
import type { StepOutcome } from '../domain/cluster/outcome.ts'
import type { Config } from '../domain/request/config.ts'
import { sinkTarget } from '../domain/request/sink.ts'
import type { RowApproval, ShownCertificate } from '../output/comment/certificate-rows.ts'

/** The new certificate, else the one in use; undefined if there is none. */
export function rowCertificate(outcome: StepOutcome, config: Config): ShownCertificate | undefined {
  const { step } = outcome
  if (!('request' in step) || outcome.kind === 'withdrawn') return undefined
  const issued = outcome.kind === 'issued' ? outcome : currentCertificate(step.record)
  const leaf = issued === null ? null : leafOf(issued)
  if (issued === null || leaf === null) return undefined
  const { renewBefore, cluster, name } = step.request
  const { owner, rotation } = config
  const isRevoked = outcome.kind === 'kept' && outcome.revoked !== undefined
  const renewal = { owner, cluster, name }
  return {
    serial: leaf.serial,
    sha256: leaf.sha256,
    until: leaf.notAfter,
    stored: 'stored' in issued ? issued.stored : issued.sinks.map(sinkTarget),
    renewAt: isRevoked ? null : renewalTime(leaf, renewBefore, rotation.jitterPercent, renewal),
  }
}

/** By the proof of this run, else by that of the certificate in use. */
export function rowApproval(
  { step, kind }: StepOutcome,
  proof: ApprovalProof | undefined,
): RowApproval | undefined {
  if (kind === 'refused' || kind === 'waiting') return undefined
  const record = 'record' in step ? step.record : null
  const known = proof === undefined ? currentCertificate(record)?.proof : recordedProof(proof)
  if (known === undefined) return undefined
  const { evidence, by } = known
  const reviewers = evidence?.approvals.map(({ reviewer }) => reviewer.login)
  return { by: reviewers ?? [by], rule: evidence?.rule.name ?? null }
}
