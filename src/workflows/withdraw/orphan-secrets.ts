// Secrets that a withdrawal cannot know: they still hold a certificate, and its record was deleted, or it was never recorded and
// its file is gone. Nothing says which certificate was issued last, or where it is. So they are reported and not deleted.
import type { Config } from '../../domain/request/config.ts'
import { caughtProblem, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { RemovedAttempt } from '../../core/plan/due-withdrawals.ts'
import type { Secrets } from '../../ports/secrets.ts'
import { notOurs } from '../../core/sink/delete-credential.ts'
import { secretPlace } from '../../core/sink/secret-layout.ts'
import type { SecretPlace } from '../../core/sink/secret-layout.ts'
import type { Observed } from '../plan/observe-clusters.ts'

/** Problems for Secrets of ours that have no record and that belong to requests with withdraw: true. */
export async function orphanSecrets(
  requests: readonly EffectiveRequest[],
  observed: readonly Observed[],
  { owner }: Config,
): Promise<readonly Problem[]> {
  const told = await Promise.all(
    requests.flatMap(request => {
      const { name, cluster, sinks } = request
      const there = observed.find(each => each.cluster.name === cluster)
      const isKnown = [...(there?.records ?? []), ...(there?.broken ?? [])].some(
        each => each.request === name,
      )
      if (!request.withdraw || there === undefined || isKnown) return []
      const holder = { owner, request: name, cluster }
      return sinks
        .flatMap(sink => secretPlace(sink) ?? [])
        .map(place => looked(place, holder, there.cluster.secrets))
    }),
  )
  return told.flatMap(problem => problem ?? [])
}

/** Problems for attempts that were never recorded and that have no file any more; none for an expired certificate. */
export function orphanAttempts(attempts: readonly RemovedAttempt[], now: Date): readonly Problem[] {
  return attempts
    .filter(({ until }) => until === null || until > now)
    .map(({ request, objectName }) =>
      unplaced(
        'CLUSTER_ORPHAN',
        `${objectName} was made for ${request} and never recorded, and no file requests ${request} any more: a Secret may hold its certificate`,
        'unless a run is working on it, bring the file back with withdraw: true, or delete the Secret and the record by hand',
      ),
    )
}

async function looked(
  { namespace, name }: SecretPlace,
  holder: Parameters<typeof notOurs>[1],
  secrets: Secrets,
): Promise<Problem | null> {
  try {
    const stored = await secrets.read(namespace, name)
    if (stored === null || notOurs(stored, holder) !== null) return null
    return unplaced(
      'CLUSTER_ORPHAN',
      `Secret ${namespace}/${name} holds a certificate of ${holder.request}, and no record lists it`,
      `it is to be withdrawn, and its record is gone: kubectl delete secret ${name} --namespace ${namespace}`,
    )
  } catch (cause) {
    return caughtProblem(cause)
  }
}
