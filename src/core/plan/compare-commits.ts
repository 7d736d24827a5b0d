// The plan of a pull request: its files compared with those of the merge base, without a cluster or a record.
import type { Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { changesBetween } from './request-changes.ts'
import { withdrawStepFor } from './due-withdrawals.ts'
import { blockedSteps } from './blocked-steps.ts'
import { clusterOf, inOrder, issuingFacts } from './plan-steps.ts'
import type { Desired } from './plan-steps.ts'
import { effectiveDigest, effectiveJson } from './plan-digests.ts'
import { conflictingRequests } from './conflicting-requests.ts'
import type { Seniority } from './conflicting-requests.ts'
import { byRequestKey, requestKey } from './request-index.ts'

export interface ComparedCommits extends Desired {
  /** The valid requests of the older state. */
  readonly before: readonly EffectiveRequest[]
}

export function compareCommits(compared: ComparedCommits): Plan {
  const { requests, refused } = compared
  // A request that asked for withdrawal before has no certificate now.
  const before = compared.before.filter(({ withdraw }) => !withdraw)
  const earlier = byRequestKey(before, ({ cluster, name }) => requestKey(cluster, name))
  const workingCertificates = (name: string, cluster: string): EffectiveRequest | null =>
    earlier.get(requestKey(cluster, name)) ?? null
  const clashing = conflictingRequests(requests, request =>
    seniorityOf(request, workingCertificates(request.name, request.cluster)),
  )
  const steps = requests.flatMap((request): readonly Step[] => {
    const problems = clashing.get(request)
    if (problems !== undefined) return [blockedSteps({ ...request, problems }, null)]
    return stepsSince(workingCertificates(request.name, request.cluster), request, compared)
  })
  const all = [
    ...steps,
    ...refused.map(each => blockedSteps(each, null)),
    ...removed({ ...compared, before }),
  ]
  return { basis: 'tree', steps: inOrder(all), problems: [], effects: [] }
}

function seniorityOf(request: EffectiveRequest, inUse: EffectiveRequest | null): Seniority {
  if (inUse === null) return 3
  if (inUse.path !== request.path) return 2
  return inUse.blob === request.blob ? 0 : 1
}

function stepsSince(
  inUse: EffectiveRequest | null,
  request: EffectiveRequest,
  compared: ComparedCommits,
): readonly Step[] {
  if (request.withdraw)
    return inUse === null
      ? []
      : [withdrawStepFor({ ...inUse, path: request.path }, 'WithdrawAsked')]
  const facts = issuingFacts(request, null, compared)
  if (inUse === null) return [{ kind: 'issue', because: 'NoCertificateYet', ...facts }]
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

/** Removed files. While any file cannot be read, it might hold the removed request, so there are none. */
function removed({ before, requests, refused }: ComparedCommits): readonly WithdrawStep[] {
  if (refused.some(({ name }) => name === null)) return []
  const asked = new Set(requests.map(({ cluster, name }) => requestKey(cluster, name)))
  const names = new Set(refused.map(({ name }) => name))
  return before
    .filter(({ name, cluster }) => !names.has(name) && !asked.has(requestKey(cluster, name)))
    .map(old => withdrawStepFor(old, 'FileRemoved'))
}
