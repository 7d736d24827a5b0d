// countersign revoke in one cluster: stores a revocation, then ends each binding. It goes on after a failure and reports all of them.
import { GRANT_PREFIX, isGuardedGrant } from '../../domain/cluster/grant.ts'
import type { Revocation, Revoked } from '../../domain/cluster/revocation.ts'
import { caughtProblem, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { roleInPlaceText } from '../../domain/request/access.ts'
import type { RoleInPlace } from '../../domain/request/access.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { leafOf } from '../../core/plan/current-certificate.ts'
import { clientIdentity } from '../../lib/kubernetes/user-of-certificate.ts'
import type { Cluster, Clusters } from '../../ports/cluster.ts'
import type { GrantBinding } from '../../ports/grants.ts'
import { isWritesGuarded } from '../plan/writes-guard.ts'
import { closingOnError } from '../plan/observe-clusters.ts'
import {
  allGrants,
  bindingsOfTarget,
  recordedBindings,
  targetsIn,
  userOf,
} from './revocation-targets.ts'
import type { Revocable, RevocationTarget } from './revocation-targets.ts'

export interface ClusterToRevoke {
  readonly cluster: Cluster
  readonly owner: string
  readonly recordNamespace: string
  /** The user who revokes. */
  readonly by: string
  readonly targets: readonly RevocationTarget[]
  readonly revocations: readonly Revocation[]
  /** False if the bindings were not listed, or could not be. */
  readonly isListed: boolean
  /** What failed so far. */
  readonly failed: readonly Problem[]
  /** GitHub logins in the records. */
  readonly logins: readonly string[]
}

/**
 * What the cluster has of the targets; null if it does not answer, with the problems in `failures`. A list that cannot be read is empty.
 * Bindings are listed if a person has to see them first, or if a target has no record: users who may bind roles can make this list slow.
 */
export async function gatherTargets(
  config: ClusterConfig,
  owner: string,
  asked: Revocable,
  clusters: Clusters,
  failures: Problem[],
  mustShow: boolean,
): Promise<ClusterToRevoke | null> {
  const failed: Problem[] = []
  const cluster = await attempt(failures, () => clusters.open(config, owner))
  if (cluster === null) return null
  return closingOnError([{ cluster }], async () => {
    const identity = await attempt(failed, () => cluster.whoAmI())
    if (failed.some(({ code }) => NO_ANSWER.test(code))) {
      failures.push(...failed)
      await cluster.close()
      return null
    }
    const [listed, revocations] = await Promise.all([
      attempt(failed, () => cluster.records.list()),
      attempt(failed, () => cluster.revocations.list()),
    ])
    failed.push(...(listed?.broken ?? []).map(({ problem }) => problem))
    const records = listed?.records ?? []
    const recorded = targetsIn(asked, owner, records, [])
    const isShown = mustShow || recorded.some(target => target.records.length === 0)
    const bindings = isShown ? await attempt(failed, () => cluster.grants.list()) : null
    return {
      cluster,
      owner,
      recordNamespace: config.recordNamespace,
      by: identity?.username ?? 'unknown',
      targets: bindings === null ? recorded : targetsIn(asked, owner, records, bindings),
      revocations: revocations?.revocations ?? [],
      isListed: bindings !== null,
      failed,
      logins: records.flatMap(({ issued }) => issued?.people.map(({ login }) => login) ?? []),
    }
  })
}

/** Every other call would fail in the same way. */
const NO_ANSWER = /^CLUSTER_(?:UNREACHABLE|TIMEOUT|UNAUTHORIZED)$/

export async function revokeIn(place: ClusterToRevoke): Promise<readonly Revoked[]> {
  const all: (readonly [Revoked, RevocationTarget])[] = []
  for (const target of place.targets) all.push([await revokeOne(place, target), target])
  // The cluster reads the bindings of users once, so only after all of them ended.
  const others = await Promise.all(all.map(each => othersOf(...each, place.cluster)))
  const known = [...place.failed]
  return all.map(([revoked], index) => {
    const left = [...revoked.problems, ...(others[index] ?? [])]
    if (left.length === 0) return revoked
    return { ...revoked, outcome: 'incomplete', problems: left.filter(each => report(known, each)) }
  })
}

/** Adds a problem unless its cause is in the list, and returns whether it did. All missing rights are one cause. */
function report(problems: Problem[], problem: Problem): boolean {
  const cause = ({ code, message }: Problem): string =>
    code === 'CLUSTER_FORBIDDEN' ? code : message
  const isNew = !problems.some(each => cause(each) === cause(problem))
  if (isNew) problems.push(problem)
  return isNew
}

async function revokeOne(place: ClusterToRevoke, target: RevocationTarget): Promise<Revoked> {
  const { cluster, owner, by, revocations, failed } = place
  const { what, value } = target
  const problems: Problem[] = []
  const ended: string[] = []
  const isKnown = revocations.some(each => each.what === what && each.value === value)
  // Written each time: a change that was approved since the last revocation would lift that one.
  await attempt(problems, () => cluster.revocations.add({ what, value }, by))
  const end = async (
    binding: RoleInPlace & Pick<GrantBinding, 'name'>,
    failed: Problem[],
  ): Promise<void> => {
    const done = await attempt(failed, () => cluster.grants.unbind(binding))
    if (done?.ok === false) failed.push(...done.problems)
    else if (done?.value === 'ended') ended.push(roleInPlaceText(binding))
  }
  // Those that the record names end first: users who may bind roles can make the list of all bindings slow.
  const early: Problem[] = []
  for (const binding of recordedBindings(target, owner)) await end(binding, early)
  const now = await attempt(problems, () => cluster.grants.list())
  // Those that are left are in the list, and have a second attempt.
  if (now === null) problems.push(...early)
  const bindings = now === null ? target.bindings : bindingsOfTarget(target, owner, now)
  const grants = allGrants(target, bindings, owner)
  // The grant in a PKCS#10 stays the same, so it is revoked too, and stays revoked.
  if (what === 'request')
    for (const grant of grants)
      if (!revocations.some(each => each.value === grant))
        await attempt(problems, () => cluster.revocations.add({ what: 'grant', value: grant }, by))
  for (const binding of bindings) await end(binding, problems)
  const isNew = !isKnown || ended.length > 0
  const kept = grants.length === 0 ? keptCertificate(target) : null
  // An earlier revocation may have ended it.
  const isWithoutGrant = !isKnown && grants.length + ended.length + failed.length === 0
  const outcome = isWithoutGrant ? 'noGrant' : isNew ? 'revoked' : 'alreadyRevoked'
  const writes =
    problems.length === 0 ? await writesAfter(place, target, grants, problems) : 'unknown'
  return { cluster: cluster.name, what, value, outcome, ended, writes, kept, problems }
}

function keptCertificate({ records }: RevocationTarget): Revoked['kept'] {
  const leaf = records.flatMap(({ issued }) => (issued && leafOf(issued)) ?? [])[0] ?? null
  const user = leaf && clientIdentity(leaf.subject)
  return user && { username: user.username, until: leaf.notAfter }
}

/**
 * Refused if the guard was seen to refuse the writes of every certificate: it is as countersign writes it, and the API server says that no
 * grant is live. If that may not be asked, it is not known.
 */
async function writesAfter(
  { cluster, owner, recordNamespace }: ClusterToRevoke,
  target: RevocationTarget,
  grants: readonly string[],
  problems: Problem[],
): Promise<Revoked['writes']> {
  const guarded = grants.filter(isGuardedGrant)
  if (guarded.length === 0 || !isEachGuarded(target, await cluster.now())) return 'unknown'
  const seen = await attempt(problems, () => isWritesGuarded(cluster, owner, recordNamespace))
  if (seen !== true) return seen === false ? 'unguarded' : 'unknown'
  for (const grant of guarded) {
    const isLive = await attempt(problems, () => cluster.grants.isLive(grant))
    if (isLive === true) problems.push(stillLive(grant, recordNamespace))
    if (isLive !== false) return 'unknown'
  }
  return 'refused'
}

function stillLive(grant: string, namespace: string): Problem {
  return unplaced(
    'ACCESS_LEFT',
    `${grant} may still write: a binding of another login gives its service account the right to use grants`,
    `find it, and delete it: kubectl get rolebindings,clusterrolebindings --namespace ${namespace} --output wide`,
  )
}

/** Whether each certificate that may work has a guarded grant, also one that is not recorded yet, or was abandoned. */
function isEachGuarded({ what, records }: RevocationTarget, now: Date): boolean {
  if (what === 'grant') return records.length > 0
  const valid = records.flatMap(({ history, abandoned, claim }) => [
    ...history.filter(each => each.notAfter > now).map(({ grant }) => grant),
    ...abandoned.filter(each => each.notAfter !== null && each.notAfter > now).map(() => null),
    ...(claim === null ? [] : [claim.grant]),
  ])
  return valid.length > 0 && valid.every(grant => grant !== null && isGuardedGrant(grant))
}

/**
 * Other bindings that name the user or a group of the certificate. If its writes are refused, it only reads by those of groups, except that
 * an administrator may end the guard.
 */
async function othersOf(
  { writes }: Revoked,
  target: RevocationTarget,
  cluster: Cluster,
): Promise<readonly Problem[]> {
  const users = target.records.flatMap(record => userOf(record, target) ?? [])
  const left = users.map(async ({ username, groups }) => {
    const all = await cluster.bindingsOf({ username, groups })
    const grants = groups.filter(each => each.startsWith(GRANT_PREFIX))
    const own = writes === 'refused' ? await cluster.bindingsOf({ username, groups: grants }) : all
    const isLeft = (binding: string): boolean =>
      own?.includes(binding) === true || binding.endsWith(`(ClusterRole ${ADMINISTRATOR})`)
    const bindings = all?.filter(isLeft)
    if (bindings?.length === 0) return []
    return unplaced(
      'ACCESS_LEFT',
      `the certificate of ${username} may have access by ${bindings?.join(', ') ?? 'bindings that cannot be listed'}`,
      LEFT,
    )
  })
  return (await Promise.all(left)).flat()
}

const ADMINISTRATOR = 'cluster-admin'

const LEFT =
  'remove the user from each: kubectl edit KIND NAME. A group stays if others are in it: its rights end with the certificate'

/** The result; null if it failed, with the problem in `failures`, once for each cause. */
async function attempt<T>(failures: Problem[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (cause) {
    report(failures, caughtProblem(cause))
    return null
  }
}
