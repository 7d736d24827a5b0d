// Orphans: CertificateSigningRequests of countersign that no record lists. They are reported, and denied while they are undecided.
import { DENIED_REASON } from '../../core/cluster/signing-request-manifest.ts'
import {
  deniedOrphan,
  isUndecided,
  orphanProblem,
  orphanRequests,
} from '../../core/cluster/orphan-requests.ts'
import type { Config } from '../../domain/request/config.ts'
import { caughtProblem, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { tooLargeProblems } from '../../lib/source/too-large-objects.ts'
import { NO_CLAIM_LASTS_SECONDS } from '../../core/plan/claim-rules.ts'
import { removedAttempts } from '../../core/plan/due-withdrawals.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { RemovedAttempt } from '../../core/plan/due-withdrawals.ts'
import type { Secrets } from '../../ports/secrets.ts'
import { notOurs } from '../../core/sink/delete-credential.ts'
import { secretPlace } from '../../core/sink/secret-layout.ts'
import type { SecretPlace } from '../../core/sink/secret-layout.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'

/**
 * A problem for each orphan, for each Secret without a record or file, and for each cluster that could not be read. `mayDeny`:
 * whether to deny the undecided ones.
 */
export async function denyOrphans(
  judgedRequests: Pick<JudgedRequests, 'requests' | 'refused'>,
  observed: readonly Observed[],
  config: Config,
  mayDeny: boolean,
): Promise<readonly Problem[]> {
  const told = await Promise.all(
    observed.map(each => denyOrphansOf(each, judgedRequests, config, mayDeny)),
  )
  return [...told.flat(), ...(await orphanSecrets(judgedRequests.requests, observed, config))]
}

async function denyOrphansOf(
  { cluster, identity, settings }: Observed,
  judgedRequests: Pick<JudgedRequests, 'requests' | 'refused'>,
  config: Config,
  mayDeny: boolean,
): Promise<readonly Problem[]> {
  try {
    const { items, tooLarge } = await cluster.signingRequests.list(config.owner)
    const known = await cluster.records.list()
    const now = await cluster.now()
    const before = new Date(now.getTime() - NO_CLAIM_LASTS_SECONDS * 1000)
    const place = { cluster: cluster.name, recordNamespace: settings.recordNamespace }
    const found = orphanRequests(items, { ...known, username: identity.username, place, before })
    const told = await Promise.all(found.map(each => denyOrphan(each, cluster, { mayDeny, now })))
    const removed = removedAttempts(judgedRequests, known.records)
    return [
      ...told.flatMap(problem => problem ?? []),
      ...orphanAttempts(removed, now),
      ...tooLargeProblems('CertificateSigningRequest', tooLarge),
    ]
  } catch (cause) {
    return [caughtProblem(cause)]
  }
}

async function denyOrphan(
  object: SigningRequest,
  { signingRequests }: Cluster,
  { mayDeny, now }: { readonly mayDeny: boolean; readonly now: Date },
): Promise<Problem | null> {
  if (!mayDeny || !isUndecided(object)) return orphanProblem(object, now)
  const why = 'the run that made it ended, and its record is gone; its key is lost'
  const denied = await signingRequests.deny(object, DENIED_REASON, why)
  // Another user decided on it or deleted it at this moment. The next run reports its new state.
  return denied.kind === 'decided' ? deniedOrphan(object) : null
}

// Secrets that a withdrawal cannot know: they still hold a certificate, and its record was deleted, or it was never recorded and
// its file is gone. Nothing says which certificate was issued last, or where it is. So they are reported and not deleted.

/** Problems for Secrets of ours that have no record and that belong to requests with withdraw: true. */
async function orphanSecrets(
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
function orphanAttempts(attempts: readonly RemovedAttempt[], now: Date): readonly Problem[] {
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
