// A certificate of a record with its evidence, for tests of Statements.
import type { FoundCertificate } from '../../src/domain/cluster/record.ts'
import { evidenceDigest } from '../../src/core/approval/build-evidence.ts'
import { foundCertificates } from '../../src/core/plan/certificate-lookup.ts'
import { effective } from './effective.ts'
import { evidence } from './evidence.ts'
import { issuedRecord, requestRecord } from './issued.ts'

export const EVIDENCE = evidence()

/** The newest certificate of the request, approved by code review, and its PEM. */
export function provedCertificate(name = 'jane'): { found: FoundCertificate; pem: string } {
  const request = effective({ name })
  const digest = evidenceDigest(EVIDENCE)
  const issued = issuedRecord(request, {
    proof: { kind: 'review', by: 'reviewer', digest, evidence: EVIDENCE },
  })
  const [found] = foundCertificates([requestRecord(request, { issued })], {
    by: 'path',
    value: request.path,
  })
  if (found === undefined) throw new Error('there is no certificate')
  return { found, pem: issued.certificate }
}
