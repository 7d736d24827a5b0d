// The steps of requests whose access was revoked, as a person at a terminal meets them: nobody there lifts a revocation.
import { revocationsOf, revokedKey, revokedProblem } from '../../core/access/revoked-requests.ts'
import { blockedBy } from '../../core/plan/blocked-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { ownGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import type { Observed } from './observe-clusters.ts'

/**
 * A first certificate and a renewal are blocked. A kept step and a changed file, which may be approved later than the revocation, get
 * a warning. Reads the revocations of each cluster with access once. Throws CLUSTER_ codes.
 */
export async function withRevocations(
  steps: readonly Step[],
  observed: readonly Observed[],
): Promise<readonly Step[]> {
  const withAccess = new Set(
    steps.flatMap(step =>
      'request' in step && step.request.access.length > 0 ? [step.request.cluster] : [],
    ),
  )
  const asked = observed.filter(({ cluster }) => withAccess.has(cluster.name))
  const lists = await Promise.all(
    asked.map(async ({ cluster }) => [cluster.name, await cluster.revocations.list()] as const),
  )
  const known = new Map(lists.map(([name, { revocations }]) => [name, revocations]))
  return steps.map(step => {
    const problem =
      'request' in step ? revoked(step.request, known.get(step.request.cluster) ?? []) : null
    if (problem === null || !('request' in step)) return step
    return step.kind === 'issue' || step.kind === 'renew'
      ? blockedBy(step, [problem])
      : { ...step, warnings: [...step.warnings, problem] }
  })
}

function revoked(request: EffectiveRequest, all: readonly Revocation[]): Problem | null {
  if (request.access.length === 0) return null
  const own = ownGrant(request)
  const ofKey = all.find(({ what, value }) => what === 'grant' && value === own)
  if (ofKey !== undefined) return revokedKey(ofKey, request)
  const [newest] = revocationsOf(request.name, all)
  return newest === undefined ? null : revokedProblem(newest, placeOf(request.places, 'access'))
}
