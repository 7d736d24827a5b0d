// The access of one certificate: looked at before anything is requested, then bound to its grant and proved by a login, before any
// sink gets the certificate.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { bindingName } from '../../domain/cluster/grant.ts'
import { checked, isNonEmpty, ok, refuse } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { GrantedAccess, RequestRecord } from '../../domain/cluster/record.ts'
import { roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import type { RoleInPlace } from '../../domain/request/access.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { liftedBy, revokedProblem, revocationsOf } from '../../core/access/revoked-requests.ts'
import { rightOfRole } from '../../core/access/right-of-role.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import type { RoleRule } from '../../ports/grants.ts'
import type { ClusterSession } from './cluster-session.ts'
import type { Inspected } from './inspect-certificate.ts'

/**
 * Looks at everything that the access needs, so that nothing is requested in vain: no revocation without a later approved change
 * (one that has it is removed here), the roles with their rules, the namespaces, a guard that was seen to refuse. Returns null for
 * a request without access. Refuses with ACCESS_ codes, all at once.
 */
export async function prepareAccess(
  approved: ApprovedStep<IssuingStep>,
  record: RequestRecord,
  session: ClusterSession,
): Promise<Checked<GrantedAccess | null>> {
  const { request, effective } = approved.step
  const places = rolesInPlaces(request.access)
  const [first] = places
  if (first === undefined) return ok(null)
  const revoked = await stillRevoked(approved, record, session)
  if (isNonEmpty(revoked)) return { ok: false, problems: revoked }
  const { grants } = session.cluster
  const roles: Record<string, string> = {}
  const namespaces: Record<string, string> = {}
  const problems: Problem[] = []
  for (const role of new Set(places.map(({ clusterRole }) => clusterRole))) {
    const rules = await grants.rulesOf(role)
    const fault = roleFault(role, rules, request)
    if (fault === null) roles[role] = rulesDigest(rules ?? [])
    else problems.push(fault)
  }
  const before = record.issued?.effective === effective ? record.issued.granted : null
  for (const namespace of new Set(places.flatMap(place => place.namespace ?? []))) {
    const uid = await grants.namespaceUid(namespace)
    const fault = namespaceFault(namespace, uid, before?.namespaces[namespace], request)
    if (fault === null) namespaces[namespace] = uid ?? ''
    else problems.push(fault)
  }
  if (problems.length > 0) return checked(problems, () => null)
  const guarded = await session.guardOfBindings(first.clusterRole)
  return guarded.ok ? ok({ places, roles, namespaces }) : guarded
}

/**
 * The revocations of this request that no approved change came after. The others are removed, once no earlier grant of the request
 * has a binding any more.
 */
async function stillRevoked(
  approved: ApprovedStep<IssuingStep>,
  record: RequestRecord,
  session: ClusterSession,
): Promise<readonly Problem[]> {
  const { request } = approved.step
  const { revocations, grants } = session.cluster
  const found = revocationsOf(request.name, await revocations.list())
  const inForce = found.filter(each => !liftedBy(approved.proof, each))
  if (inForce.length > 0 || found.length === 0)
    return inForce.map(each => revokedProblem(each, placeOf(request.places, 'access')))
  const earlier = new Set(record.history.flatMap(({ grant }) => grant ?? []))
  for (const binding of await grants.list()) {
    if (!binding.grants.some(grant => earlier.has(grant))) continue
    const ended = await grants.unbind(binding)
    if (!ended.ok) return ended.problems
  }
  for (const each of found) await revocations.remove(each)
  return []
}

function roleFault(
  role: string,
  rules: readonly RoleRule[] | null,
  { places, cluster }: EffectiveRequest,
): Problem | null {
  const at = placeOf(places, 'access')
  if (rules === null) {
    const message = `there is no ClusterRole ${role} in ${cluster}`
    return { code: 'ACCESS_ROLE_UNKNOWN', at, message, hint: 'kubectl get clusterroles' }
  }
  if (rules.some(({ verbs }) => verbs.length > 0)) return null
  const message = `the ClusterRole ${role} in ${cluster} has no rules, so it gives no access`
  const hint =
    'an aggregated role is filled by kube-controller-manager; add rules, or bind another role'
  return { code: 'ACCESS_ROLE_EMPTY', at, message, hint }
}

/** A namespace is meant with its uid: another of the same name was not approved. */
function namespaceFault(
  namespace: string,
  uid: string | null,
  before: string | undefined,
  { places, cluster }: EffectiveRequest,
): Problem | null {
  const at = placeOf(places, 'access')
  if (uid === null) {
    const message = `there is no namespace ${namespace} in ${cluster}`
    return {
      code: 'ACCESS_NAMESPACE_MISSING',
      at,
      message,
      hint: `kubectl create namespace ${namespace}`,
    }
  }
  if (before === undefined || before === uid) return null
  const message = `the namespace ${namespace} was deleted and made again since the access was approved`
  const hint = 'raise reissue in the file, in a pull request: then this namespace is approved'
  return { code: 'ACCESS_NAMESPACE_CHANGED', at, message, hint }
}

/** SHA-256 over the RFC 8785 JSON of the rules, lower-case hex. */
export function rulesDigest(rules: readonly RoleRule[]): string {
  return createHash('sha256')
    .update(canonicalize(rules) ?? '')
    .digest('hex')
}

/**
 * Binds the grant to each role in each place, and proves it by a login. If anything is refused, or the request is revoked meanwhile,
 * what was bound is ended again.
 */
export async function grantAccess(
  approved: ApprovedStep<IssuingStep>,
  grant: string,
  inspected: Inspected,
  session: ClusterSession,
): Promise<Checked<null>> {
  const { request } = approved.step
  const bound = await bindAll(request, grant, session).catch(async (cause: unknown) => {
    await endGrant(request, grant, session)
    throw cause
  })
  const seen = bound.ok ? await seeAccess(request, inspected, session) : bound
  // A revocation is written before bindings are removed. Whoever revoked before this look may not have seen the new ones.
  const revoked = revocationsOf(request.name, await session.cluster.revocations.list())
  const now = revoked.map(each => revokedProblem(each, placeOf(request.places, 'access')))
  if (seen.ok && !isNonEmpty(now)) return seen
  await endGrant(request, grant, session)
  return isNonEmpty(now) ? { ok: false, problems: now } : seen
}

async function bindAll(
  { access, name, places }: EffectiveRequest,
  grant: string,
  { cluster }: ClusterSession,
): Promise<Checked<null>> {
  for (const place of rolesInPlaces(access)) {
    const bound = await cluster.grants.bind({ ...place, grant, request: name })
    if (bound.ok) continue
    const [problem] = bound.problems
    return refuse({ ...problem, at: placeOf(places, 'access') })
  }
  return ok(null)
}

/** Other API servers and caches see a binding some milliseconds later. */
const LOOKS = 20
const MILLISECONDS_BETWEEN_LOOKS = 250

/** Asks as the holder for one right of each role in each place. Without the key nobody can ask. */
async function seeAccess(
  request: EffectiveRequest,
  { chain, key }: Inspected,
  { cluster, clock }: ClusterSession,
): Promise<Checked<null>> {
  if (key === null) return ok(null)
  const isSeen = async (place: RoleInPlace): Promise<boolean> => {
    const right = rightOfRole((await cluster.grants.rulesOf(place.clusterRole)) ?? [], place)
    return right === null || cluster.mayAs(chainPem(chain), key, right)
  }
  for (const place of rolesInPlaces(request.access)) {
    let looks = 1
    while (!(await isSeen(place))) {
      if (looks === LOOKS) return refuse(notSeen(place, request))
      looks += 1
      await clock.sleep(MILLISECONDS_BETWEEN_LOOKS)
    }
  }
  return ok(null)
}

function notSeen(place: RoleInPlace, { name, places, cluster }: EffectiveRequest): Problem {
  return {
    code: 'ACCESS_NOT_SEEN',
    at: placeOf(places, 'access'),
    message: `the new certificate of ${name} does not have ${roleInPlaceText(place)}, although it is bound on ${cluster}`,
    hint: 'check the authorization modes of the API server: RBAC has to be among them; nothing was stored',
  }
}

/** Removes the bindings of a grant, best effort: the next run removes those of a grant that no record stands behind. */
export async function endGrant(
  { access }: EffectiveRequest,
  grant: string | null,
  { cluster }: ClusterSession,
): Promise<void> {
  if (grant === null) return
  for (const { clusterRole, namespace } of rolesInPlaces(access))
    await cluster.grants
      .unbind({ name: bindingName(grant, clusterRole), namespace })
      .catch(() => undefined)
}
