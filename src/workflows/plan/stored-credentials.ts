// Credentials in the Secrets of a plan, read once for plan, status and apply, so that all three report the same. Missing or
// changed content is written again, another owner's Secret blocks the step, and an unreadable Secret is reported as unknown.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { Config } from '../../domain/request/config.ts'
import type { IssuingStep, KeepStep, Plan, Step } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, isNonEmpty, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { IssuedRecord } from '../../domain/cluster/record.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import type { Sink } from '../../domain/request/sink.ts'
import type { StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { orderChain } from '../../core/certificate/certificate-chain.ts'
import { blockedBy } from '../../core/plan/blocked-step.ts'
import { currentCertificate } from '../../core/plan/current-certificate.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { Keys } from '../../ports/keys.ts'
import type { Secrets } from '../../ports/secrets.ts'
import { holdsData } from '../../core/sink/deliver-credential.ts'
import { marksOf, secretData, secretPlace, secretType } from '../../core/sink/secret-layout.ts'
import type { SecretPlace } from '../../core/sink/secret-layout.ts'
import { sinkConflict } from '../../core/sink/sink-ownership.ts'
import { storedKeyDigest, storedPair } from '../../core/sink/stored-credential.ts'
import { completing } from './incomplete-deliveries.ts'
import type { Observed } from './observe-clusters.ts'
import { endingProblem, setupProblem, unusableNamespaces } from './setup-gap.ts'
import { canDoWithout } from '../issue/check-sinks.ts'
import { inPool } from '../issue/bounded-concurrency.ts'
import { readSignerCas } from '../issue/cluster-session.ts'
import { anchorPem } from '../issue/inspect-certificate.ts'
import { isFor } from '../issue/stored-keys.ts'

const AT_ONCE = 16

/** Adjusts the plan to the contents of its Secrets. */
export type ReadSinks = (plan: Plan) => Promise<Plan>

/** The content of one Secret. No private key is kept, only whether the Secret holds what apply would write. */
type Sight =
  | { readonly kind: 'seen'; readonly stored: StoredSecret | null; readonly holds: boolean }
  /** An unreadable Secret counts neither as present nor as missing. `gone`: with its namespace. */
  | { readonly kind: 'unknown' | 'gone'; readonly problem: Problem }

/** Reads each Secret once, also for several plans. */
export function sinksOf(observed: readonly Observed[], config: Config, keys: Keys): ReadSinks {
  const sights = new Map<string, Promise<Sight>>()
  const cas = new Map<string, Promise<SignerCas>>()
  const gaps = new Map<string, Promise<Problem | null>>()
  const look = async (step: Step): Promise<Step> => {
    if (step.kind === 'withdraw' || step.kind === 'blocked') return step
    const { request } = step
    const named = ({ name }: { readonly name: string }): boolean => name === request.cluster
    const seen = observed.find(each => named(each.cluster))
    const settings = config.clusters.find(named)
    if (seen === undefined || settings === undefined) return step
    const { cluster, identity } = seen
    const issued = currentCertificate(step.record)
    const casOf = async (): Promise<SignerCas> =>
      once(cas, [request.cluster, request.signerName], async () =>
        readSignerCas(cluster, settings, request.signerName),
      )
    const gapIn = async (namespace: string): Promise<Problem | null> =>
      once(gaps, [request.cluster, namespace], async () => {
        const { missing, ending } = await unusableNamespaces(cluster, [{ namespace }])
        if (ending.length > 0) return endingProblem(namespace, cluster)
        return setupProblem(
          { namespaces: missing, rights: [] },
          settings,
          identity,
          cluster.kubectl,
        )
      })
    const sightOf = async (place: SecretPlace): Promise<Sight> =>
      once(
        sights,
        [request.cluster, request.name, place.layout.kind, place.namespace, place.name],
        () =>
          see(place, issued && { request, issued, cluster, casOf, gapIn, keys }, cluster.secrets),
      )
    const looked = issued === null ? step : await withMissing(step, issued, sightOf)
    return withObstacles(looked, config.owner, sightOf)
  }
  return async plan => ({ ...plan, steps: await inPool(plan.steps, AT_ONCE, look) })
}

type SignerCas = readonly X509Certificate[] | null
type SightOf = (place: SecretPlace) => Promise<Sight>
type RequestStep = IssuingStep | KeepStep

async function once<T>(
  known: Map<string, Promise<T>>,
  words: readonly string[],
  ask: () => Promise<T>,
): Promise<T> {
  const key = words.join(' ')
  const answer = known.get(key) ?? ask()
  known.set(key, answer)
  return answer
}

/** The certificate that a Secret should hold, and where to find out what else belongs there. */
interface Wanted {
  readonly request: EffectiveRequest
  readonly issued: IssuedRecord
  readonly cluster: Cluster
  readonly casOf: () => Promise<SignerCas>
  readonly gapIn: (namespace: string) => Promise<Problem | null>
  readonly keys: Keys
}

async function see(place: SecretPlace, wanted: Wanted | null, secrets: Secrets): Promise<Sight> {
  try {
    const stored = await secrets.read(place.namespace, place.name)
    const holds = stored !== null && wanted !== null && (await isAsWritten(stored, place, wanted))
    const gap = stored === null && wanted !== null ? await wanted.gapIn(place.namespace) : null
    if (gap !== null) return { kind: 'gone', problem: gap }
    return { kind: 'seen', stored: stored && { ...stored, data: new Secret({}) }, holds }
  } catch (cause) {
    const problem = caughtProblem(cause)
    // With its namespace the Role of this login is gone, too.
    const isGone = problem.code === 'CLUSTER_FORBIDDEN' && wanted !== null
    const gap = isGone ? await wanted.gapIn(place.namespace).catch(() => null) : null
    return gap === null ? { kind: 'unknown', problem } : { kind: 'gone', problem: gap }
  }
}

/** Whether a Secret holds what apply would write: the pair, the CA of the signer if it is known, the address of the API server. */
async function isAsWritten(
  stored: StoredSecret,
  place: SecretPlace,
  { request, issued, cluster, casOf, keys }: Wanted,
): Promise<boolean> {
  if (marksOf(stored) === null) return false
  const pair = storedPair(stored, place)
  const chain = orderChain(issued.certificate)
  if (pair.certificate !== issued.certificate || !chain.ok) return false
  // Else the requester has the key, so the Secret holds none.
  const hasKey = stored.type === secretType(place, true)
  const key = hasKey ? pair.key : null
  if (hasKey && key === null) return false
  const isKnown = key === null || storedKeyDigest(key) === issued.keySha256
  if (!isKnown && !isFor(key, chain.value.leaf, keys)) return false
  const signerCa =
    place.layout.kind === 'secret'
      ? anchorPem(chain.value, await casOf(), await cluster.now())
      : null
  const server = { url: cluster.server, ca: cluster.serverCa }
  return holdsData(
    stored,
    secretData(place, { request }, { chain: chain.value, key, signerCa, server }),
  )
}

/** The step, with every Secret in `incomplete` that lacks its content. A kept step with such a Secret becomes a renewal. */
async function withMissing(
  step: RequestStep,
  issued: IssuedRecord,
  sightOf: SightOf,
): Promise<RequestStep> {
  const missing = new Set(issued.incomplete)
  for (const sink of issued.sinks) {
    const place = secretPlace(sink)
    const sight = place === null ? null : await sightOf(place)
    if (sight?.kind === 'gone' || (sight?.kind === 'seen' && !sight.holds))
      missing.add(sinkTarget(sink))
  }
  const current = { ...issued, incomplete: [...missing] }
  const record = step.record === null ? null : { ...step.record, issued: current }
  return completing('current' in step ? { ...step, current, record } : { ...step, record })
}

/**
 * Conflicts that apply would find in the sinks of the request. They block the step if they would stop apply, otherwise they are
 * warnings.
 */
async function withObstacles(step: RequestStep, owner: string, sightOf: SightOf): Promise<Step> {
  const { request, record } = step
  const holder = { owner, request: request.name, cluster: request.cluster }
  const closed: Problem[] = []
  const unknown: Problem[] = []
  let open = 0
  for (const [index, sink] of request.sinks.entries()) {
    const place = secretPlace(sink)
    if (place === null) continue
    const sight = await sightOf(place)
    const at = placeOf(request.places, `sinks[${index}]`)
    if (sight.kind === 'unknown') unknown.push(unseen(sink, request, sight.problem))
    const problem =
      sight.kind === 'seen'
        ? sinkConflict(sight.stored, place, holder, request.key.kind === 'generated')
        : null
    if (sight.kind === 'gone') closed.push(sight.problem)
    else if (problem === null) open += 1
    else closed.push({ ...problem, at })
  }
  const warned = { ...step, warnings: [...step.warnings, ...unknown] }
  if (!isNonEmpty(closed) || step.kind === 'keep') return warned
  const canGoOn = open > 0 && canDoWithout(request.sinks, record)
  return canGoOn
    ? { ...warned, warnings: [...warned.warnings, ...closed] }
    : blockedBy(step, closed)
}

function unseen(sink: Sink, { name }: EffectiveRequest, { message, hint }: Problem): Problem {
  return unplaced(
    'SINK_UNKNOWN',
    `what ${sinkTarget(sink)} holds for ${name} is unknown: ${message}`,
    hint,
  )
}
