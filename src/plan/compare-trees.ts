// The plan of a pull request: its files against those of the commit it branched from. No cluster, no record.
import type { Plan, Step } from '../domain/plan.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import { changesBetween } from './changes.ts'
import { blocked, blockedRequest, inOrder, issuingFacts } from './diff.ts'
import type { Desired } from './diff.ts'
import { effectiveJson } from './digest.ts'
import { clashes } from './guard.ts'

export interface TreesCompared extends Desired {
  /** The requests of the older state that were fine. */
  readonly before: readonly EffectiveRequest[]
}

export function comparedTrees(compared: TreesCompared): Plan {
  const { before, requests, refused } = compared
  const earlier = (name: string, cluster: string): EffectiveRequest | null =>
    before.find(old => old.name === name && old.cluster === cluster) ?? null
  const clashing = clashes(requests, (name, cluster) => earlier(name, cluster)?.path ?? null)
  const steps = requests.map((request): Step => {
    const problems = clashing.get(request)
    if (problems !== undefined) return blockedRequest(request, problems)
    return stepSince(earlier(request.name, request.cluster), request, compared)
  })
  const names = new Set(
    [...requests, ...refused].map(({ name, cluster }) => `${cluster ?? ''}/${name ?? ''}`),
  )
  const unread = refused.some(({ name }) => name === null)
  const gone = unread
    ? []
    : before.filter(
        ({ name, cluster }) => !names.has(`${cluster}/${name}`) && !names.has(`/${name}`),
      )
  return {
    basis: 'tree',
    steps: inOrder([...steps, ...refused.map(blocked), ...gone.map(removedFile)]),
    problems: [],
  }
}

function stepSince(
  old: EffectiveRequest | null,
  request: EffectiveRequest,
  compared: TreesCompared,
): Step {
  const facts = issuingFacts(request, null, compared)
  if (old === null) return { kind: 'issue', because: 'NoCertificateYet', ...facts }
  const standing = { current: null, until: null }
  const cluster = compared.config.clusters.find(({ name }) => name === request.cluster)
  const changes =
    cluster === undefined
      ? []
      : changesBetween(effectiveJson(old, cluster), effectiveJson(request, cluster))
  if (changes.length > 0)
    return { kind: 'reissue', because: 'MeaningChanged', ...facts, ...standing, changes }
  const because = old.blob === request.blob ? 'UpToDate' : 'OnlyBytesChanged'
  return { kind: 'keep', because, ...facts, ...standing, renewAt: null }
}

function removedFile({ name, cluster, sinks }: EffectiveRequest): Step {
  return {
    kind: 'withdraw',
    because: 'FileRemoved',
    name,
    cluster,
    sinks,
    record: null,
    current: null,
    until: null,
  }
}
