// Certificates that do not stand in each of their sinks: a Secret was deleted or changed, or an earlier run could not reach one. The
// step that puts it right is a renewal of unchanged meaning, which makes no other certificate where a Secret still holds the pair.
import type { KeepStep, Plan, RenewStep, Step } from '../domain/plan.ts'
import { CountersignError } from '../domain/problem.ts'
import type { IssuedRecord, RequestRecord } from '../domain/record.ts'
import { sinkTarget } from '../domain/sink.ts'
import type { Keys, Secrets } from '../ports.ts'
import { leafOf } from '../plan/standing.ts'
import { marksOf, secretPlace } from '../sink/layout.ts'
import type { SecretPlace } from '../sink/layout.ts'
import { storedPair } from '../sink/stored-pair.ts'
import type { Observed } from './observe.ts'
import { inPool } from './pool.ts'
import { isFor } from './stored-key.ts'

const AT_ONCE = 16

/** The records, with every Secret in `incomplete` that does not hold what it should by now. */
export async function lookAtSinks(
  observed: readonly Observed[],
  keys: Keys,
): Promise<readonly Observed[]> {
  return Promise.all(
    observed.map(async each => {
      const { secrets } = each.cluster
      const look = (record: RequestRecord) => looked(record, secrets, keys)
      return { ...each, records: await inPool(each.records, AT_ONCE, look) }
    }),
  )
}

async function looked(record: RequestRecord, secrets: Secrets, keys: Keys): Promise<RequestRecord> {
  const { issued } = record
  if (issued === null || record.withdrawnAt !== null) return record
  const missing = new Set(issued.incomplete)
  for (const sink of issued.sinks) {
    const place = secretPlace(sink)
    if (place !== null && !(await holdsPair(place, issued, secrets, keys)))
      missing.add(sinkTarget(sink))
  }
  return { ...record, issued: { ...issued, incomplete: [...missing] } }
}

/** What may not be read is not known to be gone. */
async function holdsPair(
  place: SecretPlace,
  issued: IssuedRecord,
  secrets: Secrets,
  keys: Keys,
): Promise<boolean> {
  try {
    const stored = await secrets.read(place.namespace, place.name)
    if (stored === null || marksOf(stored) === null) return false
    const { certificate, key } = storedPair(stored, place.kind)
    if (certificate !== issued.certificate) return false
    // The requester has the key.
    if (stored.type === 'Opaque' && place.kind === 'secret') return true
    const leaf = leafOf(issued)
    return key !== null && leaf !== null && isFor(key, leaf, keys)
  } catch (cause) {
    if (cause instanceof CountersignError) return true
    throw cause
  }
}

/** The plan in which what would be kept, and is not in each of its sinks, is put there. */
export function withIncomplete(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.map(step => completing(step) ?? step) }
}

function completing(step: Step): RenewStep | null {
  if (step.kind !== 'keep') return null
  const { current, until, renewAt: _later, ...facts }: KeepStep = step
  if (current === null || until === null || current.incomplete.length === 0) return null
  return { ...facts, current, until, kind: 'renew', because: 'CertificateMissingFromSink' }
}
