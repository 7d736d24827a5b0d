// Evidence of a record that can be trusted. It fills in what GitHub no longer says, so a forged one must not count: it has to be of
// the bytes that were issued or kept, match its digest, and be next to a certificate that the signer signed.
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { IssuedRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { evidenceDigest } from '../../core/approval/build-evidence.ts'
import { orderChain } from '../../core/certificate/certificate-chain.ts'
import { nameProblems } from '../../core/certificate/check-names.ts'
import { anchorOf } from '../../core/certificate/check-chain.ts'
import { carryingGrant, grantIn } from '../../lib/kubernetes/grants-in-subject.ts'
import { predict } from '../../lib/kubernetes/predict-certificate.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'

/** Evidence of a record with the certificate next to it. The names of the certificate are not checked yet (`isOf`). */
export interface RecordedEvidence {
  readonly evidence: Evidence
  readonly issued: IssuedRecord
}

/** The evidence in the record of a step; null if there is none that matches its digest and the signer. */
export function recordedEvidence(
  step: Step | null,
  { clusters }: Config,
  now: Date,
): RecordedEvidence | null {
  const record = step !== null && 'record' in step ? step.record : null
  const issued = record?.issued ?? null
  if (record === null || issued === null) return null
  const cluster = clusters.find(({ name }) => name === record.cluster)
  if (cluster === undefined || !isSigned(issued, cluster, now)) return null
  const { evidence, digest } = issued.proof
  if (evidence === null || evidenceDigest(evidence) !== digest) return null
  return { evidence, issued }
}

/** The evidence of exactly these bytes; null if there is none that counts: then the proof relies on GitHub alone. */
export function trustedEvidence(
  step: Step | null,
  path: string,
  blob: ObjectId | null,
  config: Config,
  now: Date,
): Evidence | null {
  const request = step !== null && 'request' in step ? step.request : null
  const found = recordedEvidence(step, config, now)
  if (found === null || found.issued.path !== path || found.issued.blob !== blob) return null
  return request === null || isOf(found.issued, request, config) ? found.evidence : null
}

/** True if the evidence is of the file and of the effective request that the record names. */
export function isWhole({ evidence, issued }: RecordedEvidence): boolean {
  return (
    evidence.path === issued.path &&
    evidence.blob === issued.blob &&
    evidence.meaning === issued.effective
  )
}

/** True if the certificate has the signer and the names that this request asks for; with access also one grant, whichever it is. */
export function isOf(
  issued: IssuedRecord,
  request: EffectiveRequest,
  { clusters, owner }: Pick<Config, 'clusters' | 'owner'>,
): boolean {
  const chain = orderChain(issued.certificate)
  const cluster = clusters.find(({ name }) => name === request.cluster)
  if (!chain.ok || cluster === undefined || request.signerName !== issued.signerName) return false
  const signer = cluster.signers.find(({ name }) => name === request.signerName) ?? null
  const { leaf } = chain.value
  const grant = request.access.length === 0 ? null : grantIn(leaf.subject, owner)
  const asked = carryingGrant(request, grant)
  return nameProblems(leaf, asked, predict(asked, signer)).length === 0
}

/** True also if the configuration does not have the signer's CA: then only the names can be checked. */
function isSigned(issued: IssuedRecord, cluster: ClusterConfig, now: Date): boolean {
  const chain = orderChain(issued.certificate)
  if (!chain.ok) return false
  const signer = cluster.signers.find(({ name }) => name === issued.signerName)
  const pem = signer?.certificateAuthority ?? null
  if (pem === null) return true
  const authorities = readCertificates(pem)
  return authorities.ok && anchorOf(chain.value, authorities.value, now) !== null
}
