// The decision on one pending CertificateSigningRequest. It is approved only if nothing speaks against it and a policy allows it.
import { isNonEmpty } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Policy, Verdict } from '../../domain/request/policy.ts'
import type { PendingDecision } from '../../domain/cluster/pending-request.ts'

/**
 * `refusals`: what no policy and no exception waives; `policies`: those of the trusted commit. Denies only if a policy that applies has
 * `deny: true` and the policies are decided; anything else that is not approved is left pending.
 */
export function decidePending(
  refusals: readonly Problem[],
  verdict: Verdict,
  policies: readonly Policy[],
): PendingDecision {
  const isAllowed = verdict.decision === 'allowed'
  const problems = [...refusals, ...(isAllowed ? [] : verdict.problems)]
  if (isAllowed && !isNonEmpty(problems)) return { kind: 'approve', policy: verdict.by }
  if (!isNonEmpty(problems)) throw new Error('a request that is not allowed has a problem')
  const denying = policies.find(
    ({ name, denies }) =>
      denies &&
      verdict.explanations.some(each => each.policy === name && each.result !== 'notApplicable'),
  )
  return verdict.decision === 'undecided' || denying === undefined
    ? { kind: 'leave', problems }
    : { kind: 'deny', policy: denying.name, problems }
}
