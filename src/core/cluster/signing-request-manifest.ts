// The CertificateSigningRequest to create for an approved step and its draft, and the message of its approval.
import { emergencyText } from '../../domain/cluster/emergency.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { ApprovedStep, ReviewProof } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { CLUSTER_ANNOTATION, OWNER_LABEL, RECORDS_ANNOTATION } from '../../domain/cluster/record.ts'
import type {
  SigningRequest,
  SigningRequestManifest,
} from '../../domain/cluster/signing-request.ts'
import type { Draft } from './draft-attempt.ts'

export const APPROVED_REASON = 'CountersignApproved'
export const DENIED_REASON = 'CountersignAbandoned'

/**
 * The records that an object belongs to. One API server may have records of several clusters of a configuration, or of several
 * configurations.
 */
export interface RecordPlace {
  readonly owner: string
  readonly cluster: string
  readonly recordNamespace: string
}

/** Returns whether the annotations of an object name these records. A missing annotation counts as a match. */
export function hasRecordIn(
  { annotations }: Pick<SigningRequest, 'annotations'>,
  { cluster, recordNamespace }: Omit<RecordPlace, 'owner'>,
): boolean {
  const { [CLUSTER_ANNOTATION]: on = cluster, [RECORDS_ANNOTATION]: known = recordNamespace } =
    annotations
  return on === cluster && known === recordNamespace
}

/**
 * Returns the object to create. `seconds`: the lifetime to ask for. Annotations name the request, its file,
 * the digests of the effective request and of the proof, the cluster and the record namespace.
 */
export function signingRequestManifest(
  approved: ApprovedStep<IssuingStep>,
  drafted: Draft,
  { owner, cluster, recordNamespace }: RecordPlace,
  { name, seconds }: { readonly name: string; readonly seconds: number },
): SigningRequestManifest {
  const { request, effective } = approved.step
  return {
    name,
    labels: { [OWNER_LABEL]: owner },
    annotations: {
      'countersign.dev/request': request.name,
      'countersign.dev/path': request.path,
      'countersign.dev/effective': effective,
      'countersign.dev/proof': approved.proof.digest,
      [CLUSTER_ANNOTATION]: cluster,
      [RECORDS_ANNOTATION]: recordNamespace,
    },
    request: drafted.pem,
    signerName: request.signerName,
    usages: request.usages,
    expirationSeconds: seconds,
  }
}

/** Returns the message of the Approved condition: who approved, and the SHA-256 of the proof (at a terminal also of the plan). */
export function approvalMessage(approved: ApprovedStep<IssuingStep>): string {
  const { proof } = approved
  if (proof.kind === 'review') return reviewMessage(proof)
  if (proof.kind === 'emergency')
    return `${visible(emergencyText(proof.emergency))}; proof sha256:${proof.digest}`
  return `approved at a terminal by ${proof.osUser} as ${proof.clusterUser}; proof sha256:${proof.digest}, plan sha256:${proof.shown}`
}

/** Names ids in addition to logins: a login can be given up and taken by another person. */
function reviewMessage({ evidence, digest }: ReviewProof): string {
  const { repository, pullRequest, approvals } = evidence
  const approvers = approvals.map(({ reviewer }) => `${reviewer.login} (id ${reviewer.id})`)
  return `approved on pull request ${repository.name}#${pullRequest.number} by ${approvers.join(', ')}; proof sha256:${digest}`
}
