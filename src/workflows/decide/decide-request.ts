// One decision on a CertificateSigningRequest, by hand, on exactly the object that was shown: its uid and resourceVersion go
// with it, so what was deleted and made again, or changed meanwhile, is never decided in its place.
import { ok, refuse } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { DescribedRequest } from '../../domain/cluster/described-request.ts'
import type { AllSigningRequests } from '../../ports/signing-requests.ts'

export type Decision = 'approve' | 'deny' | 'delete'

export interface Words {
  readonly reason: string
  readonly message: string
}

/** Why this cannot or need not be decided; null where somebody may be asked. `already`: it was decided like this before. */
export function inUse(decision: Decision, seen: DescribedRequest): Problem | 'already' | null {
  const { name } = seen.object
  if (decision === 'delete') return null
  const [is] = seen.state.split(',')
  const wanted = decision === 'approve' ? 'Approved' : 'Denied'
  if (is === wanted) return 'already'
  if (is !== 'Pending') {
    const message = `${name} is ${is} already, and Kubernetes never takes that back`
    return { code: 'CLUSTER_DECIDED', at: null, message, hint: 'make a new request' }
  }
  if (decision === 'approve' && seen.asked === null) {
    const message = `nobody can tell what ${name} asks for, so nobody can approve it`
    const hint = 'deny it, and ask for a request that can be read'
    return { code: 'CLUSTER_UNREADABLE', at: null, message, hint }
  }
  return null
}

/** What would be approved and then fail, or is refused by house or policy: nobody says yes to it without being asked. */
export function objections({ asked }: DescribedRequest): readonly Problem[] {
  if (asked === null) return []
  const { verdict, refusals } = asked
  return [
    ...refusals,
    ...(verdict === null || verdict.decision === 'allowed' ? [] : verdict.problems),
  ]
}

/** Approves, denies or deletes the object that was shown; refused where it is another by now. */
export async function decide(
  decision: Decision,
  { object }: DescribedRequest,
  requests: AllSigningRequests,
  { reason, message }: Words,
): Promise<Checked<'done'>> {
  const kind =
    decision === 'delete'
      ? await requests.remove(object)
      : (await requests[decision](object, reason, message)).kind
  if (kind !== 'changed') return ok('done')
  return refuse({
    code: 'CLUSTER_CHANGED',
    at: null,
    message: `${object.name} was changed or deleted while you looked at it, and nothing was done`,
    hint: 'look again',
  })
}
