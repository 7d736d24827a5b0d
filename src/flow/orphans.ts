// Requests of ours that no record knows: told, and denied while nobody has decided on them.
import { DENIED_REASON } from '../cluster/manifest.ts'
import { deniedOrphan, isUndecided, orphanProblem, orphans } from '../cluster/orphans.ts'
import { CountersignError } from '../domain/problem.ts'
import type { Problem } from '../domain/problem.ts'
import type { SigningRequest } from '../domain/signing-request.ts'
import { NO_CLAIM_LASTS_SECONDS } from '../plan/record-state.ts'
import type { Cluster } from '../ports.ts'
import type { Observed } from './observe.ts'

/** What to say of each; a cluster where nobody could look says why. `mayDeny`: whether to deny the undecided ones. */
export async function tidyOrphans(
  observed: readonly Pick<Observed, 'cluster' | 'identity'>[],
  owner: string,
  mayDeny: boolean,
): Promise<readonly Problem[]> {
  const told = await Promise.all(observed.map(each => tidyCluster(each, owner, mayDeny)))
  return told.flat()
}

async function tidyCluster(
  { cluster, identity }: Pick<Observed, 'cluster' | 'identity'>,
  owner: string,
  mayDeny: boolean,
): Promise<readonly Problem[]> {
  try {
    const objects = await cluster.signingRequests.list(owner)
    const known = await cluster.records.list()
    const now = await cluster.now()
    const before = new Date(now.getTime() - NO_CLAIM_LASTS_SECONDS * 1000)
    const found = orphans(objects, { ...known, username: identity.username, before })
    const told = await Promise.all(found.map(each => tidyOne(each, cluster, { mayDeny, now })))
    return told.flatMap(problem => problem ?? [])
  } catch (cause) {
    if (cause instanceof CountersignError) return [cause.problem]
    throw cause
  }
}

async function tidyOne(
  object: SigningRequest,
  { signingRequests }: Cluster,
  { mayDeny, now }: { readonly mayDeny: boolean; readonly now: Date },
): Promise<Problem | null> {
  if (!mayDeny || !isUndecided(object)) return orphanProblem(object, now)
  const why = 'the run that made it ended, and its record is gone; its key is lost'
  const denied = await signingRequests.deny(object, DENIED_REASON, why)
  // Somebody decided on it at this very moment, or deleted it: the next run looks at what it is then.
  return denied.kind === 'denied' ? deniedOrphan(object) : null
}
