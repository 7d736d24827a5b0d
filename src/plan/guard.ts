// One name, one identity, one sink: one file. Of two that clash the one that came first goes on.
import { isNonEmpty } from '../domain/problem.ts'
import type { NonEmpty, Problem } from '../domain/problem.ts'
import { placeOf } from '../domain/request.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import { valuesOf } from '../x509/name.ts'

const COMMON_NAME = '2.5.4.3'

interface Claimed {
  /** What may stand in one file only, and how to say it. */
  readonly key: string
  readonly what: string
  readonly member: string
}

/**
 * The requests that lose, with why. A request whose file is the one already recorded comes before one that is not; else the
 * earlier path does.
 */
export function clashes(
  requests: readonly EffectiveRequest[],
  recordedPath: (name: string, cluster: string) => string | null,
): ReadonlyMap<EffectiveRequest, NonEmpty<Problem>> {
  const isFirst = (request: EffectiveRequest): boolean =>
    recordedPath(request.name, request.cluster) === request.path
  const order = requests.toSorted(
    (a, b) =>
      Number(isFirst(b)) - Number(isFirst(a)) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  )
  const holders = new Map<string, EffectiveRequest>()
  const losers = new Map<EffectiveRequest, NonEmpty<Problem>>()
  for (const request of order) {
    const claims = claimsOf(request)
    const problems = claims.flatMap(claim => {
      const holder = holders.get(claim.key)
      return holder === undefined || holder.path === request.path
        ? []
        : [taken(request, claim, holder)]
    })
    if (isNonEmpty(problems)) losers.set(request, problems)
    else for (const claim of claims) holders.set(claim.key, request)
  }
  return losers
}

function claimsOf(request: EffectiveRequest): readonly Claimed[] {
  const { name, cluster, signerName } = request
  const identities = valuesOf(request.subject, COMMON_NAME).map(cn => ({
    key: `identity ${cluster} ${signerName} ${cn}`,
    what: `the common name ${cn} at ${signerName}`,
    member: 'commonName',
  }))
  const sinks = request.sinks.map((sink, index) => ({
    key: `sink ${cluster} ${JSON.stringify(where(sink))}`,
    what: `the sink ${where(sink).slice(1).join('/')}`,
    member: `sinks[${index}]`,
  }))
  return [
    { key: `name ${cluster} ${name}`, what: `the name ${name}`, member: 'name' },
    ...identities,
    ...sinks,
  ]
}

function where(sink: EffectiveRequest['sinks'][number]): readonly string[] {
  switch (sink.kind) {
    case 'secret':
      return ['secret', sink.namespace, sink.name]
    case 'kubeconfig':
      return sink.into.kind === 'secret'
        ? ['secret', sink.into.namespace, sink.into.name]
        : where(sink.into)
    case 'githubSecret':
      return ['githubSecret', sink.repository, sink.environment, sink.name]
    case 'artifact':
      return ['artifact', sink.name]
    case 'file':
      return ['file', sink.path]
  }
}

function taken(request: EffectiveRequest, claim: Claimed, holder: EffectiveRequest): Problem {
  return {
    code: 'PLAN_NAME_TWICE',
    at: placeOf(request.places, claim.member),
    message: `${claim.what} is already in ${holder.path}`,
    hint: 'one name, one identity and one sink stand in one file; that file keeps working',
  }
}
