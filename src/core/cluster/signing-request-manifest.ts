// An approved step and its draft → the CertificateSigningRequest to create, and the words of its approval.
import type { ApprovedStep, ReviewProof } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import type {
  SigningRequest,
  SigningRequestManifest,
} from '../../domain/cluster/signing-request.ts'
import type { Draft } from './draft-attempt.ts'

export const APPROVED_REASON = 'CountersignApproved'
export const DENIED_REASON = 'CountersignAbandoned'

/** Whose records know of a request: one API server may have those of several clusters of a configuration, or of several. */
export interface Keeper {
  readonly owner: string
  readonly cluster: string
  readonly recordNamespace: string
}

const CLUSTER = 'countersign.dev/cluster'
const RECORDS = 'countersign.dev/records'

/** Whether a request of ours names these records, or none. */
export function isKeptBy(
  { annotations }: Pick<SigningRequest, 'annotations'>,
  { cluster, recordNamespace }: Omit<Keeper, 'owner'>,
): boolean {
  const { [CLUSTER]: on = cluster, [RECORDS]: known = recordNamespace } = annotations
  return on === cluster && known === recordNamespace
}

export function signingRequestManifest(
  approved: ApprovedStep<IssuingStep>,
  drafted: Draft,
  { owner, cluster, recordNamespace }: Keeper,
  name: string,
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
      [CLUSTER]: cluster,
      [RECORDS]: recordNamespace,
    },
    request: drafted.pem,
    signerName: request.signerName,
    usages: request.usages,
    expirationSeconds: request.durationSeconds,
  }
}

/** The message of the Approved condition: who, and by which proof. */
export function approvalMessage(approved: ApprovedStep<IssuingStep>): string {
  const { proof } = approved
  if (proof.kind === 'review') return reviewMessage(proof)
  return `approved at a terminal by ${proof.osUser} as ${proof.clusterUser}; proof sha256:${proof.digest}, plan sha256:${proof.shown}`
}

/** Ids as well as logins: a login can be given up and taken by somebody else. */
function reviewMessage({ evidence, digest }: ReviewProof): string {
  const { repository, pullRequest, approvals } = evidence
  const approvers = approvals.map(({ reviewer }) => `${reviewer.login} (id ${reviewer.id})`)
  return `approved on pull request ${repository.name}#${pullRequest.number} by ${approvers.join(', ')}; proof sha256:${digest}`
}
