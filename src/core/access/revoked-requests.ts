// Revocations: which are in force for a request. Only an approved change of its file that landed later lifts one.
import type { ApprovalProof } from '../../domain/proof/approved.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import { peopleOf } from '../../domain/proof/evidence.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { memberProblem, placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { ownGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import type { Place, Problem } from '../../domain/problem.ts'

/** Those of one request, and of one grant of it, the newest first. */
export function revocationsOf(
  request: string,
  revocations: readonly Revocation[],
  grant: string | null = null,
): readonly Revocation[] {
  return revocations
    .filter(({ what, value }) => value === (what === 'request' ? request : grant))
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
}

/**
 * Whether the proof is of a change that was approved, by all who approved it, and merged after the revocation. A renewal has the proof
 * of the old change, and the holder who lost the access may merge what was approved before. A person at a terminal and an emergency lift nothing.
 */
export function liftedBy(proof: ApprovalProof, { at }: Revocation): boolean {
  if (proof.kind !== 'review') return false
  const { approvals, pullRequest } = proof.evidence
  return new Date(pullRequest.mergedAt) > at && approvals.every(each => new Date(each.at) > at)
}

function whenRevoked({ value, by, at }: Revocation): string {
  return `the access of ${value} was revoked at ${at.toISOString()} by ${quoted(by)}`
}

export function revokedProblem(revocation: Revocation, at: Place | null): Problem {
  return {
    code: 'ACCESS_REVOKED',
    at,
    message: `${whenRevoked(revocation)}, and no approved change of its file came after that`,
    hint: 'to grant it again, raise reissue in the file, in a pull request; to end it, remove the file',
  }
}

/** The grant in a PKCS#10 cannot change, so a revoked one needs a new PKCS#10. */
export function revokedKey(
  { value, by, at: when }: Revocation,
  request: Pick<EffectiveRequest, 'name' | 'places'>,
): Problem {
  const message = `the group ${value} of this PKCS#10 was revoked at ${when.toISOString()} by ${quoted(by)}`
  const hint = `countersign new ${request.name} --own-key --rekey makes a new key with a new group`
  return memberProblem('ACCESS_REVOKED', request, 'request', message, hint)
}

/** Whether a revocation stops the request: it has access, or a certificate of it had a grant. */
export function hasRevocableAccess(
  { access }: Pick<EffectiveRequest, 'access'>,
  record: RequestRecord | null,
): boolean {
  return access.length > 0 || record?.history.some(({ grant }) => grant !== null) === true
}

/** What is revoked of the access of a request: its PKCS#10, else the request itself; null if nothing is, or it has none. */
export function revokedAccess(
  request: EffectiveRequest,
  record: RequestRecord | null,
  all: readonly Revocation[],
): Problem | null {
  if (!hasRevocableAccess(request, record)) return null
  const own = ownGrant(request)
  const ofKey = all.find(({ what, value }) => what === 'grant' && value === own)
  if (ofKey !== undefined) return revokedKey(ofKey, request)
  const [newest] = revocationsOf(request.name, all)
  if (newest === undefined) return null
  const problem = revokedProblem(newest, placeOf(request.places, 'access'))
  // A plan asks nobody when other bytes were approved.
  if (record === null || record.issued === null || record.issued.blob === request.blob)
    return problem
  const words = `${whenRevoked(newest)}: its changed file issues only if it was approved and merged after that`
  return { ...problem, message: words }
}

/**
 * Revocations of other requests that may be of the same holder: one common name, or one author or contributor. A request that is
 * reviewed also has to be approved after the revocation of a request of which nothing is recorded. Without this, a pull request that
 * was approved before could give a revoked holder a request of another name.
 */
export function revocationsOfHolder(
  request: Pick<EffectiveRequest, 'name' | 'subject'>,
  proof: ApprovalProof,
  records: readonly RequestRecord[],
  revocations: readonly Revocation[],
): readonly Revocation[] {
  const names = new Set(attributeValues(request.subject, ATTRIBUTE_OIDS.CN))
  const people = new Set(
    proof.kind === 'review' ? peopleOf(proof.evidence).map(({ id }) => id) : [],
  )
  return revocations.filter(({ what, value }) => {
    if (what !== 'request' || value === request.name) return false
    const issued = records.find(each => each.request === value)?.issued ?? null
    if (issued === null) return proof.kind === 'review'
    const subject = leafIn(issued.certificate)?.subject ?? []
    const { evidence } = issued.proof
    return (
      attributeValues(subject, ATTRIBUTE_OIDS.CN).some(name => names.has(name)) ||
      (evidence !== null && peopleOf(evidence).some(({ id }) => people.has(id)))
    )
  })
}

export function revokedHolder(revocation: Revocation, at: Place | null): Problem {
  return {
    code: 'ACCESS_REVOKED',
    at,
    message: `${whenRevoked(revocation)}, and this request, which may be of the same holder, was approved before that`,
    hint: 'have the file approved again, in a pull request that changes it',
  }
}
