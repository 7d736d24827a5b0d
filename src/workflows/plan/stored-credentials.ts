// Credentials in the Secrets of a plan, read once for plan, status and apply, so that all three report the same. A missing or
// changed pair is written again, another owner's Secret blocks the step, and an unreadable Secret is reported as unknown.
import type { Config } from '../../domain/request/config.ts'
import type {
  BlockedStep,
  IssuingStep,
  KeepStep,
  Plan,
  Step,
} from '../../domain/cluster/plan-step.ts'
import { CountersignError, isNonEmpty } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { IssuedRecord } from '../../domain/cluster/record.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import type { Sink } from '../../domain/request/sink.ts'
import type { StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { leafOf, currentCertificate } from '../../core/plan/current-certificate.ts'
import type { Keys } from '../../ports/keys.ts'
import type { Secrets } from '../../ports/secrets.ts'
import { marksOf, secretPlace } from '../../core/sink/secret-layout.ts'
import type { SecretPlace } from '../../core/sink/secret-layout.ts'
import { sinkConflict } from '../../core/sink/sink-ownership.ts'
import { storedPair } from '../../core/sink/stored-credential.ts'
import { withIncompleteDeliveries } from './incomplete-deliveries.ts'
import type { Observed } from './observe-clusters.ts'
import { canDoWithout } from '../issue/check-sinks.ts'
import { inPool } from '../issue/bounded-concurrency.ts'
import { isFor } from '../issue/stored-keys.ts'

const AT_ONCE = 16

/** Adjusts the plan to the contents of its Secrets. */
export type ReadSinks = (plan: Plan) => Promise<Plan>

/** The content of one Secret. No private key is kept, only whether it belongs to the certificate. */
type Sight =
  | { readonly kind: 'seen'; readonly stored: StoredSecret | null; readonly holds: boolean }
  /** An unreadable Secret counts neither as present nor as missing. */
  | { readonly kind: 'unknown'; readonly problem: Problem }

/** Reads each Secret once, also for several plans. */
export function sinksOf(observed: readonly Observed[], { owner }: Config, keys: Keys): ReadSinks {
  const sights = new Map<string, Promise<Sight>>()
  const clusters = new Map(observed.map(({ cluster }) => [cluster.name, cluster]))
  const look = async (step: Step): Promise<Step> => {
    if (step.kind === 'withdraw' || step.kind === 'blocked') return step
    const { request } = step
    const secrets = clusters.get(request.cluster)?.secrets
    if (secrets === undefined) return step
    const issued = currentCertificate(step.record)
    const sightOf = (place: SecretPlace): Promise<Sight> => {
      const key = [request.cluster, request.name, place.kind, place.namespace, place.name].join(' ')
      const known = sights.get(key) ?? see(place, issued, secrets, keys)
      sights.set(key, known)
      return known
    }
    const looked = issued === null ? step : await withMissing(step, issued, sightOf)
    return withObstacles(looked, owner, sightOf)
  }
  return async plan => ({ ...plan, steps: await inPool(plan.steps, AT_ONCE, look) })
}

type SightOf = (place: SecretPlace) => Promise<Sight>
type RequestStep = IssuingStep | KeepStep

async function see(
  place: SecretPlace,
  issued: IssuedRecord | null,
  secrets: Secrets,
  keys: Keys,
): Promise<Sight> {
  try {
    const stored = await secrets.read(place.namespace, place.name)
    const holds = stored !== null && issued !== null && holdsPair(stored, place, issued, keys)
    return { kind: 'seen', stored: stored && { ...stored, data: new Secret({}) }, holds }
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    return { kind: 'unknown', problem: cause.problem }
  }
}

function holdsPair(
  stored: StoredSecret,
  place: SecretPlace,
  issued: IssuedRecord,
  keys: Keys,
): boolean {
  if (marksOf(stored) === null) return false
  const { certificate, key } = storedPair(stored, place.kind)
  if (certificate !== issued.certificate) return false
  // The requester has the key, so the Secret holds none.
  if (stored.type === 'Opaque' && place.kind === 'secret') return true
  const leaf = leafOf(issued)
  return key !== null && leaf !== null && isFor(key, leaf, keys)
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
    if (sight?.kind === 'seen' && !sight.holds) missing.add(sinkTarget(sink))
  }
  const current = { ...issued, incomplete: [...missing] }
  const record = step.record === null ? null : { ...step.record, issued: current }
  const seen = 'current' in step ? { ...step, current, record } : { ...step, record }
  return completed(seen)
}

function completed(step: RequestStep): RequestStep {
  const plan: Plan = { basis: 'cluster', steps: [step], problems: [], effects: [] }
  const [only] = withIncompleteDeliveries(plan).steps
  return only !== undefined && 'request' in only ? only : step
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
    if (problem === null) open += 1
    else closed.push({ ...problem, at })
  }
  const warned = { ...step, warnings: [...step.warnings, ...unknown] }
  if (!isNonEmpty(closed) || step.kind === 'keep') return warned
  const canGoOn = open > 0 && canDoWithout(request.sinks, record)
  return canGoOn
    ? { ...warned, warnings: [...warned.warnings, ...closed] }
    : blockedBy(step, closed)
}

function blockedBy(step: IssuingStep, problems: BlockedStep['problems']): BlockedStep {
  const { name, cluster, path } = step.request
  const validUntil = 'until' in step ? step.until : null
  return { kind: 'blocked', because: 'Refused', name, cluster, path, problems, validUntil }
}

function unseen(sink: Sink, { name }: EffectiveRequest, { message, hint }: Problem): Problem {
  return {
    code: 'SINK_UNKNOWN',
    at: null,
    message: `what ${sinkTarget(sink)} holds for ${name} is unknown: ${message}`,
    hint,
  }
}
