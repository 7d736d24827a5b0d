// The steps of requests whose access was revoked, as a person at a terminal meets them: nobody there lifts a revocation.
import { hasRevocableAccess, revokedAccess } from '../../core/access/revoked-requests.ts'
import { blockedBy } from '../../core/plan/blocked-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { sharedCalls } from '../issue/cluster-session.ts'
import { namespaceFault } from '../issue/prepare-access.ts'
import type { Observed } from './observe-clusters.ts'

/**
 * A first certificate and a renewal are blocked. A kept step and a changed file, which may be approved later than the revocation, get
 * a warning. So do a renewal and a kept step whose namespaces were deleted and made again. Reads the revocations of each cluster with
 * access once. Throws CLUSTER_ codes.
 */
export async function withRevocations(
  steps: readonly Step[],
  observed: readonly Observed[],
): Promise<readonly Step[]> {
  const withAccess = new Set(
    steps.flatMap(step =>
      'request' in step && hasRevocableAccess(step.request, step.record)
        ? [step.request.cluster]
        : [],
    ),
  )
  const asked = observed.filter(({ cluster }) => withAccess.has(cluster.name))
  const answers = asked.map(async ({ cluster }) => {
    const { revocations } = await cluster.revocations.list()
    const uidOf = sharedCalls(name => cluster.grants.namespaceUid(name).catch(() => null))
    return [cluster.name, { revocations, uidOf }] as const
  })
  const known = new Map(await Promise.all(answers))
  const judged = steps.map(async step => {
    const there = 'request' in step ? known.get(step.request.cluster) : undefined
    if (there === undefined || !('request' in step)) return step
    const { request } = step
    const revoked = revokedAccess(request, step.record, there.revocations)
    const problem = revoked ?? (await changedNamespace(step, there.uidOf))
    if (problem === null) return step
    return step.kind === 'issue' || step.kind === 'renew'
      ? blockedBy(step, [problem])
      : { ...step, warnings: [...step.warnings, problem] }
  })
  return Promise.all(judged)
}

/** Null also where a namespace cannot be read. */
async function changedNamespace(
  step: Step,
  uidOf: (namespace: string) => Promise<string | null>,
): Promise<Problem | null> {
  if (step.kind !== 'keep' && step.kind !== 'renew') return null
  for (const [namespace, before] of Object.entries(step.current?.granted?.namespaces ?? {})) {
    const uid = await uidOf(namespace)
    const fault = uid === null ? null : namespaceFault(namespace, uid, before, step.request)
    if (fault !== null) return fault
  }
  return null
}
