// The evidence of a record where it can be believed. It fills in what GitHub no longer says, so nobody may slip one in: it is of
// these very bytes, it fits its digest, and it lies beside a certificate of these names that the signer signed.
import type { ClusterConfig, Config } from '../domain/config.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { ObjectId } from '../domain/history.ts'
import type { Step } from '../domain/plan.ts'
import type { IssuedRecord } from '../domain/record.ts'
import { evidenceDigest } from '../approval/evidence.ts'
import { orderChain } from '../certificate/chain.ts'
import { nameProblems } from '../certificate/names.ts'
import { anchorOf } from '../certificate/trust.ts'
import { readCertificates } from '../x509/certificate.ts'

/** Null where there is none, or none that counts; then the proof rests on what GitHub says alone. */
export function believedEvidence(
  step: Step | null,
  path: string,
  blob: ObjectId | null,
  { clusters }: Config,
  now: Date,
): Evidence | null {
  const record = step !== null && 'record' in step ? step.record : null
  const issued = record?.issued ?? null
  if (step === null || record === null || issued === null) return null
  if (issued.path !== path || issued.blob !== blob) return null
  const { evidence, digest } = issued.proof
  if (evidence === null || evidenceDigest(evidence) !== digest) return null
  const cluster = clusters.find(({ name }) => name === record.cluster)
  return cluster !== undefined && isGenuine(issued, step, cluster, now) ? evidence : null
}

/** Where the configuration does not say the signer's CA, only names can be held against the certificate. */
function isGenuine(issued: IssuedRecord, step: Step, cluster: ClusterConfig, now: Date): boolean {
  const chain = orderChain(issued.certificate)
  if (!chain.ok) return false
  const asked = 'request' in step ? step : null
  if (asked !== null && asked.request.signerName !== issued.signerName) return false
  if (asked !== null && nameProblems(chain.value.leaf, asked.request, asked.prediction).length > 0)
    return false
  const signer = cluster.signers.find(({ name }) => name === issued.signerName)
  const pem = signer?.certificateAuthority ?? null
  if (pem === null) return true
  const authorities = readCertificates(pem)
  return authorities.ok && anchorOf(chain.value, authorities.value, now) !== null
}
