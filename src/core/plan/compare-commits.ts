// The plan of a pull request or a merge group: its requests compared with earlier ones, without a cluster or a record.
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { changesBetween } from './request-changes.ts'
import { unasked, withdrawStepFor } from './due-withdrawals.ts'
import { blockedStep } from './blocked-step.ts'
import { withUntil } from './access-end.ts'
import { clusterOf, inOrder, issuingFacts } from './plan-steps.ts'
import type { Desired } from './plan-steps.ts'
import { effectiveDigest, effectiveJson } from './plan-digests.ts'
import { conflictingRequests, seniorityOf } from './conflicting-requests.ts'
import { byRequestKey, requestKey } from './request-index.ts'

export interface ComparedCommits extends Desired {
  /** Not judged. For a changed file of a pull request its last proved version, for another one that of the merge base. */
  readonly before: readonly EffectiveRequest[]
}

export function compareCommits(compared: ComparedCommits): Plan {
  const { requests, refused } = compared
  // A request that asked for withdrawal before has no certificate now.
  const before = compared.before.filter(({ withdraw }) => !withdraw)
  const keyOf = ({ cluster, name }: EffectiveRequest): string => requestKey(cluster, name)
  const earlier = byRequestKey(before, keyOf)
  const clashing = conflictingRequests(requests, request => {
    const inUse = earlier.get(keyOf(request)) ?? null
    return seniorityOf(request, inUse, inUse?.blob === request.blob)
  })
  const steps = requests.flatMap((request): readonly Step[] => {
    const problems = clashing.get(request)
    if (problems !== undefined) return [blockedStep({ ...request, problems }, null)]
    return stepsSince(earlier.get(keyOf(request)), request, compared)
  })
  const all = [
    ...steps,
    ...refused.map(each => blockedStep(each, null)),
    ...unasked(compared, before, ({ name }) => name).map(old =>
      withdrawStepFor(old, 'FileRemoved'),
    ),
  ]
  return { basis: 'tree', steps: inOrder(withUntil(all, compared.now)), problems: [], effects: [] }
}

function stepsSince(
  inUse: EffectiveRequest | undefined,
  request: EffectiveRequest,
  compared: ComparedCommits,
): readonly Step[] {
  if (request.withdraw)
    return inUse === undefined
      ? []
      : [withdrawStepFor({ ...inUse, path: request.path }, 'WithdrawAsked')]
  const facts = issuingFacts(request, null, compared)
  if (inUse === undefined) return [{ kind: 'issue', because: 'NoCertificateYet', ...facts }]
  const cluster = clusterOf(request, compared.config)
  const was = effectiveJson(inUse, cluster)
  const since = { ...facts, current: null, until: null }
  if (effectiveDigest(was) !== facts.effective) {
    const changes = changesBetween(was, effectiveJson(request, cluster))
    return [{ kind: 'reissue', because: 'MeaningChanged', ...since, changes }]
  }
  const isSameFile = inUse.blob === request.blob && inUse.path === request.path
  const because = isSameFile ? 'UpToDate' : 'OnlyBytesChanged'
  return [{ kind: 'keep', because, ...since, renewAt: null }]
}
