// Conflicts between requests: each name, identity and sink may be in one file only. Of two conflicting requests the senior one
// continues.
import { compareTexts } from '../../domain/lists.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { placeOfSink } from '../../domain/request/sink.ts'
import type { Sink } from '../../domain/request/sink.ts'
import { ownGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'

interface Claimed {
  /** The value that only one file may claim, and the text for it. */
  readonly key: string
  readonly what: string
  readonly member: string
}

/** Seniority of a request's claim: 0 comes first. */
type Seniority = 0 | 1 | 2 | 3

export function seniorityOf(
  { path }: EffectiveRequest,
  inUse: { readonly path: string } | null,
  isForExactlyThis: boolean,
): Seniority {
  if (inUse === null) return 3
  if (inUse.path !== path) return 2
  return isForExactlyThis ? 0 : 1
}

/**
 * The requests that lose a conflict, with the reasons. The holder of a certificate for exactly this effective request comes first.
 * Then comes the holder for another effective request, then a file that took over a name with a certificate, then all others. Among
 * equals the earlier path wins.
 */
export function conflictingRequests(
  requests: readonly EffectiveRequest[],
  seniorityOf: (request: EffectiveRequest) => Seniority,
): ReadonlyMap<EffectiveRequest, NonEmpty<Problem>> {
  const order = requests
    .map(request => ({ request, seniority: seniorityOf(request) }))
    .toSorted((a, b) => a.seniority - b.seniority || compareTexts(a.request.path, b.request.path))
    .map(({ request }) => request)
  /** Path of the file that has the claim, by its key. */
  const holders = new Map<string, string>()
  const losers = new Map<EffectiveRequest, NonEmpty<Problem>>()
  for (const request of order) {
    const claims = claimsOf(request)
    const repeated = claims.filter(
      (claim, index) => claims.findIndex(other => other.key === claim.key) !== index,
    )
    const paths = claims.flatMap(({ key }) => holders.get(key) ?? [])
    const others = new Set(paths.filter(path => path !== request.path))
    const problems = [
      ...repeated.map(claim => twice(request, claim)),
      ...[...others].map(path => {
        const lost = claims.filter(({ key }) => holders.get(key) === path)
        return taken(request, lost, path)
      }),
    ]
    if (isNonEmpty(problems)) losers.set(request, problems)
    else for (const claim of claims) holders.set(claim.key, request.path)
  }
  return losers
}

/** The problem of a request whose name is recorded for another file that still exists but is refused. */
export function nameHeldBy(request: EffectiveRequest, path: string): Problem {
  return {
    code: 'PLAN_NAME_TWICE',
    at: placeOf(request.places, 'name'),
    message: `the name ${request.name} belongs to ${path}, which is refused`,
    hint: 'fix that file, or remove it in a pull request of its own',
  }
}

function claimsOf(request: EffectiveRequest): readonly Claimed[] {
  const { name, cluster, signerName } = request
  const identities = attributeValues(request.subject, ATTRIBUTE_OIDS.CN).map(cn => ({
    key: `identity ${cluster} ${signerName} ${cn}`,
    what: `the common name ${cn} at ${signerName}`,
    member: 'commonName',
  }))
  const sinks = request.sinks.map((sink, index) => ({
    key: `sink ${JSON.stringify(where(sink, cluster))}`,
    what: `the sink ${where(sink, null).slice(1).join('/')}`,
    member: `sinks[${index}]`,
  }))
  const grant = ownGrant(request)
  return [
    ...(grant === null ? [] : [{ key: grant, what: `the group ${grant}`, member: 'request' }]),
    { key: `name ${name}`, what: `the name ${name}`, member: 'name' },
    ...identities,
    ...sinks,
  ]
}

/** A Secret is in the cluster that signs. Every other target is the same for all clusters. */
function where(sink: Sink, cluster: string | null): readonly string[] {
  const place = placeOfSink(sink)
  if (place.kind === 'secret')
    return ['secret', ...(cluster === null ? [] : [cluster]), place.namespace, place.name]
  if (place.kind === 'githubSecret')
    return ['githubSecret', place.repository, place.environment, place.name]
  return place.kind === 'artifact' ? ['artifact', place.name] : ['file', place.path]
}

/** One problem for all that the other file has: a copied file has one cause, whatever it conflicts in. */
function taken(request: EffectiveRequest, lost: readonly Claimed[], path: string): Problem {
  const what = lost.map(claim => claim.what).join(' and ')
  return {
    code: 'PLAN_NAME_TWICE',
    at: placeOf(request.places, lost[0]?.member ?? 'name'),
    message: `${what} ${lost.length === 1 ? 'is' : 'are'} already in ${path}`,
    hint: 'each name, identity and sink belongs to one file: change or remove one of the two',
  }
}

function twice(request: EffectiveRequest, claim: Claimed): Problem {
  return {
    code: 'PLAN_NAME_TWICE',
    at: placeOf(request.places, claim.member),
    message: `${claim.what} is given twice in this file`,
    hint: 'remove one of them',
  }
}
