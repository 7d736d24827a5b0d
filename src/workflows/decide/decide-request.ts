// One manual decision on a CertificateSigningRequest, on exactly the object that was shown. Its uid and resourceVersion are sent,
// so an object that was changed, or deleted and created again, is never decided by mistake.
import { clusterFlag, shellWord } from '../../lib/source/shell-word.ts'
import { ok, unplaced, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { DescribedRequest } from '../../domain/cluster/described-request.ts'
import type { AllSigningRequests } from '../../ports/signing-requests.ts'

export type Decision = 'approve' | 'deny' | 'delete'

export interface Words {
  readonly reason: string
  readonly message: string
}

/** Why this cannot or need not be decided; null if the person can be asked. `already`: the same decision was made before. */
export function inUse(decision: Decision, seen: DescribedRequest): Problem | 'already' | null {
  const { name } = seen.object
  const pasted = `${shellWord(name)}${clusterFlag(seen.cluster)}`
  if (decision === 'delete') return null
  const [is] = seen.state.split(',')
  const wanted = decision === 'approve' ? 'Approved' : 'Denied'
  if (is === wanted) return 'already'
  if (is !== 'Pending') {
    const message = `${name} is already ${is}, and Kubernetes does not allow a change of that`
    const hint =
      decision === 'deny' && seen.issued !== null
        ? `to see whose certificate it is, run: countersign prove ${seen.issued.serial}${clusterFlag(seen.cluster)}; to end its access, run: countersign revoke NAME`
        : 'create a new CertificateSigningRequest'
    return unplaced('CLUSTER_DECIDED', message, hint)
  }
  if (decision === 'approve' && seen.asked === null) {
    const message = `the request in ${name} cannot be read, so it cannot be approved`
    const hint = `run: countersign csr deny ${pasted}`
    return unplaced('CLUSTER_UNREADABLE', message, hint)
  }
  if (decision !== 'approve') return null
  // A group with this prefix could be bound to rights that the description does not show.
  const grant = objections(seen).find(({ code }) => code === 'POLICY_GRANT_RESERVED')
  return grant === undefined ? null : { ...grant, hint: `run: countersign csr deny ${pasted}` }
}

/**
 * Reasons against an approval: it would fail at the signer, or built-in rules or policies refuse it. They are shown before a person
 * confirms.
 */
export function objections({ asked }: DescribedRequest): readonly Problem[] {
  if (asked === null) return []
  const { verdict, refusals } = asked
  return [
    ...refusals,
    ...(verdict === null || verdict.decision === 'allowed' ? [] : verdict.problems),
  ]
}

/** Approves, denies or deletes the object that was shown. Refused if the object has changed since. */
export async function decide(
  decision: Decision,
  { object, cluster }: DescribedRequest,
  requests: AllSigningRequests,
  { reason, message }: Words,
): Promise<Checked<'done'>> {
  const kind =
    decision === 'delete'
      ? await requests.remove(object)
      : (await requests[decision](object, reason, message)).kind
  if (kind !== 'changed') return ok('done')
  return refuseAs(
    'CLUSTER_CHANGED',
    `${object.name} was changed or deleted after it was shown, and nothing was done`,
    `run: countersign csr describe ${shellWord(object.name)}${clusterFlag(cluster)}`,
  )
}
