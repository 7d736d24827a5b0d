// Revocations: which are in force for a request. Only an approved change of its file that landed later lifts one.
import type { ApprovalProof } from '../../domain/proof/approved.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
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
 * Whether the proof is of a change that was approved and merged after the revocation. A renewal has the proof of the old change, and
 * whoever lost the access may merge what was approved before. A person at a terminal lifts nothing.
 */
export function liftedBy(proof: ApprovalProof, { at }: Revocation): boolean {
  if (proof.kind === 'terminal') return false
  const { approvals, pullRequest } = proof.evidence
  return new Date(pullRequest.mergedAt) > at && approvals.some(each => new Date(each.at) > at)
}

export function revokedProblem({ value, by, at: when }: Revocation, at: Place | null): Problem {
  return {
    code: 'ACCESS_REVOKED',
    at,
    message: `the access of ${value} was revoked at ${when.toISOString()} by ${by}, and no approved change of its file came after that`,
    hint: 'to grant it again, raise reissue in the file, in a pull request; to end it, remove the file',
  }
}
