// What the comment after apply shows of one request: its certificate with the next renewal, and who approved it.
import { renewalTime } from '../core/plan/renewal-time.ts'
import { currentCertificate, leafOf } from '../core/plan/current-certificate.ts'
import type { ApprovalProof } from '../domain/proof/approved.ts'
import type { StepOutcome } from '../domain/cluster/outcome.ts'
import type { Config } from '../domain/request/config.ts'
import type { EffectiveRequest } from '../domain/request/request.ts'
import { sinkTarget } from '../domain/request/sink.ts'
import { readCertificates } from '../lib/x509/x509-certificate.ts'
import { approvalOf } from '../output/comment/certificate-rows.ts'
import type { RowApproval, ShownCertificate } from '../output/comment/certificate-rows.ts'

/** The new certificate, else the one in use; undefined if there is none. */
export function rowCertificate(outcome: StepOutcome, config: Config): ShownCertificate | undefined {
  const { step } = outcome
  if (!('request' in step) || outcome.kind === 'withdrawn') return undefined
  const renewAt = (certificate: { readonly notBefore: Date; readonly notAfter: Date }): Date =>
    renewalOf(step.request, certificate, config)
  if (outcome.kind === 'issued') {
    const read = readCertificates(outcome.certificate)
    const leaf = read.ok ? read.value[0] : undefined
    const { serial, sha256, notAfter: until, stored } = outcome
    return { serial, sha256, until, stored, renewAt: leaf === undefined ? null : renewAt(leaf) }
  }
  const issued = currentCertificate(step.record)
  const leaf = issued === null ? null : leafOf(issued)
  if (issued === null || leaf === null) return undefined
  const stored = issued.sinks.map(sinkTarget)
  const isRevoked = outcome.kind === 'kept' && outcome.revoked !== undefined
  return {
    serial: leaf.serial,
    sha256: leaf.sha256,
    until: leaf.notAfter,
    stored,
    renewAt: isRevoked ? null : renewAt(leaf),
  }
}

function renewalOf(
  { renewBefore, cluster, name }: EffectiveRequest,
  certificate: { readonly notBefore: Date; readonly notAfter: Date },
  { owner, rotation }: Config,
): Date {
  return renewalTime(certificate, renewBefore, rotation.jitterPercent, { owner, cluster, name })
}

/** By the proof of this run, else by that of the certificate in use. */
export function rowApproval(
  { step, kind }: StepOutcome,
  proof: ApprovalProof | undefined,
): RowApproval | undefined {
  if (kind === 'refused' || kind === 'waiting') return undefined
  if (proof !== undefined) return approvalOf(proof)
  const recorded = 'record' in step ? (currentCertificate(step.record)?.proof ?? null) : null
  if (recorded === null) return undefined
  const { evidence, by } = recorded
  if (evidence === null) return { by: [by], rule: null }
  return {
    by: evidence.approvals.map(({ reviewer }) => reviewer.login),
    rule: evidence.rule.name,
  }
}
