// Records with the ends of their certificates, and the access that bindings give them: a revocation, or a person who deletes a binding,
// ends what it applies to before any run writes that into the record.
import { revocationsOf } from '../../core/access/revoked-requests.ts'
import { lostRoles, rolesByGrant } from '../../core/access/unneeded-bindings.ts'
import { rolesNow } from '../../core/audit/recorded-access.ts'
import { withRevoked } from '../../core/plan/certificate-history.ts'
import { leafOf } from '../../core/plan/current-certificate.ts'
import { isGuardedGrant } from '../../domain/cluster/grant.ts'
import type { AccessEnd } from '../../domain/cluster/grant.ts'
import type { RecordedCertificate, RequestRecord } from '../../domain/cluster/record.ts'
import { isLiveRole } from '../../domain/request/access.ts'
import { caughtProblem } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { clientIdentity } from '../../lib/kubernetes/user-of-certificate.ts'
import type { Cluster } from '../../ports/cluster.ts'
import { isWritesGuarded } from './writes-guard.ts'
import type { Observed } from './observe-clusters.ts'

/** `unread`: a problem for each revocation that cannot be read. Throws CLUSTER_ codes. */
export async function revokedRecords(
  records: readonly RequestRecord[],
  cluster: Pick<Cluster, 'revocations'>,
): Promise<{ readonly records: readonly RequestRecord[]; readonly unread: readonly Problem[] }> {
  const { revocations, broken: unread } = await cluster.revocations.list()
  const ended = records.map(record =>
    withRevoked(record, grant => revocationsOf(record.request, revocations, grant)),
  )
  return { records: ended, unread }
}

/** The roles of each grant as the cluster has them now, asked for if a record has a grant; null if they cannot be read. */
export async function readBoundRoles(
  records: readonly RequestRecord[],
  { grants }: Pick<Cluster, 'grants'>,
): Promise<{
  readonly bound: ReturnType<typeof rolesByGrant> | null
  readonly unread: readonly Problem[]
}> {
  try {
    const hasGrant = records.some(({ history }) => history.some(({ grant }) => grant !== null))
    return { bound: rolesByGrant(hasGrant ? await grants.list() : []), unread: [] }
  } catch (cause) {
    return { bound: null, unread: [caughtProblem(cause)] }
  }
}

/**
 * By SHA-256: certificates whose access ended, by a revocation or without a binding; and the roles that each certificate gives.
 * Throws CLUSTER_ codes.
 */
export async function endedCertificates(
  observed: readonly Observed[],
  owner: string,
  now: Date,
): Promise<{
  readonly ended: ReadonlyMap<string, AccessEnd>
  readonly roles: ReadonlyMap<string, readonly string[]>
  readonly unread: readonly Problem[]
}> {
  const found = await Promise.all(
    observed.map(async ({ records, cluster, settings }) => {
      const revoked = await revokedRecords(records, cluster)
      const { bound, unread } = await readBoundRoles(records, cluster)
      const guarded = revoked.records.flatMap(({ history }) =>
        history.filter(
          ({ ended, grant }) => ended?.how === 'revoked' && grant !== null && isGuardedGrant(grant),
        ),
      )
      const ofWrites = await writesOf(guarded, cluster, [owner, settings.recordNamespace])
      const others = await boundByName(revoked.records, cluster, now)
      const ends = revoked.records.flatMap(record => {
        const isLost = bound !== null && lostRoles(record, bound).length > 0
        const lost = isLost ? record.issued?.objectName : undefined
        const hasAccess = record.issued?.granted?.places.some(each => !isLiveRole(each.clusterRole))
        return record.history.flatMap((entry): [string, AccessEnd][] => {
          const { sha256, objectName, ended, grant } = entry
          const own = hasAccess === true ? undefined : ofWrites.get(grant ?? '')
          const end = own ?? 'access revoked'
          if (ended?.how === 'revoked')
            return [[sha256, others.get(sha256) ?? revokedState(grant, bound, end)]]
          return objectName === lost ? [[sha256, 'access removed']] : []
        })
      })
      const roles = records.flatMap(record =>
        record.history.map(each => [each.sha256, rolesNow(record, each, now, bound)] as const),
      )
      return { ends, roles, unread: [...revoked.unread, ...unread] }
    }),
  )
  return {
    ended: new Map(found.flatMap(({ ends }) => ends)),
    roles: new Map(found.flatMap(({ roles }) => roles)),
    unread: found.flatMap(({ unread }) => unread),
  }
}

/**
 * By SHA-256: revoked certificates in use whose user has bindings by name, or without a grant may have them. Rights of its groups stay for
 * all members.
 */
async function boundByName(
  records: readonly RequestRecord[],
  cluster: Cluster,
  now: Date,
): Promise<ReadonlyMap<string, AccessEnd>> {
  const revoked = records.flatMap(({ issued, history }) => {
    const leaf = issued === null ? null : leafOf(issued)
    const entry = history.find(({ sha256 }) => sha256 === leaf?.sha256)
    const isRevoked = entry?.ended?.how === 'revoked' && entry.notAfter > now
    const user = leaf === null || !isRevoked ? null : clientIdentity(leaf.subject)
    const isGranted = entry?.grant !== null
    return leaf === null || user === null
      ? []
      : [{ sha256: leaf.sha256, username: user.username, isGranted }]
  })
  const found = revoked.map(async ({ sha256, username, isGranted }) => {
    const bindings = await cluster.bindingsOf({ username, groups: [] })
    if (bindings === null && !isGranted) return [[sha256, 'revoked, bindings unknown'] as const]
    return bindings === null || bindings.length === 0
      ? []
      : [[sha256, 'revoked, but still bound'] as const]
  })
  return new Map((await Promise.all(found)).flat())
}

/** For each revoked guarded grant what is known of its writes: nothing if this login may not ask whether it is live. */
async function writesOf(
  certificates: readonly RecordedCertificate[],
  cluster: Cluster,
  guard: readonly [owner: string, recordNamespace: string],
): Promise<ReadonlyMap<string, AccessEnd>> {
  if (certificates.length === 0) return new Map()
  const now = await cluster.now()
  const grants = new Set(certificates.flatMap(each => (each.notAfter > now && each.grant) || []))
  const isGuarded = await isWritesGuarded(cluster, ...guard)
  const ends = new Map<string, AccessEnd>()
  for (const grant of grants) {
    const isLive = isGuarded ? await cluster.grants.isLive(grant) : null
    if (!isGuarded) ends.set(grant, 'revoked, without access')
    else if (isLive !== null)
      ends.set(grant, isLive ? 'revoked, but still bound' : 'writes refused')
  }
  return ends
}

/** A revocation is stored before its bindings are deleted, which may fail. */
function revokedState(
  grant: string | null,
  bound: ReturnType<typeof rolesByGrant> | null,
  end: AccessEnd,
): AccessEnd {
  if (grant === null) return 'revoked, without access'
  if (bound === null) return 'revoked, bindings unknown'
  return bound.has(grant) ? 'revoked, but still bound' : end
}
