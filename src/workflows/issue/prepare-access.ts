// What the access of a request needs, checked before a certificate is requested: no revocation, a grant of its own, the roles with
// their rules, the namespaces, and a guard.
import { shellWord } from '../../lib/source/shell-word.ts'
import { checked, isNonEmpty, ok, refuse } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { GrantedAccess, RequestRecord } from '../../domain/cluster/record.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import { rolesInPlaces } from '../../domain/request/access.ts'
import { memberProblem, placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import {
  hasRevocableAccess,
  liftedBy,
  revocationsOf,
  revocationsOfHolder,
  revokedHolder,
  revokedKey,
  revokedProblem,
} from '../../core/access/revoked-requests.ts'
import { rulesDigest } from '../../core/access/rules-digest.ts'
import { ownGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import type { RoleRule, RoleWithRules } from '../../domain/cluster/grant-binding.ts'
import type { Attempt } from './claim-attempt.ts'
import type { ClusterSession } from './cluster-session.ts'
import { placesOfGrant, unbindAll } from './grant-access.ts'

export interface PreparedAccess {
  readonly granted: GrantedAccess
  /** The roles to show to people: at a renewal only those with other rules than before. */
  readonly roles: readonly RoleWithRules[]
  /** Revocations that the approved change ended; to be removed once the record says so. */
  readonly lifted: readonly Revocation[]
}

/**
 * Checks everything that the access needs before a certificate is requested: no revocation without a later approved change, the roles with
 * their rules, the namespaces, a guard that was seen to refuse. If an approved change lifts a revocation, the bindings of earlier grants
 * are deleted here. Returns null for a certificate without a grant. Refuses with ACCESS_ codes, all at once.
 */
export async function prepareAccess(attempt: Attempt): Promise<Checked<PreparedAccess | null>> {
  const { approved, claimed, session } = attempt
  const { record, claim } = claimed
  const { request, fixedRoles } = approved.step
  const { grant } = claim
  if (grant === null && !hasRevocableAccess(request, record)) return ok(null)
  const lifted = await liftedRevocations(attempt)
  if (!lifted.ok) return lifted
  if (isNonEmpty(lifted.value)) {
    const ended = await unbindEarlier(record, session)
    if (!ended.ok) return ended
  }
  const taken = outlivedBy(request, record) ?? (await grantTaken(request, session))
  if (taken !== null) return refuse(taken)
  const before = isSameAsIssued(attempt) ? (record.issued?.granted ?? null) : null
  const roles: Record<string, string> = {}
  const granted: RoleWithRules[] = []
  const namespaces: Record<string, string> = {}
  const problems: Problem[] = []
  const asked = rolesInPlaces(request.access)
  for (const role of new Set(asked.map(({ clusterRole }) => clusterRole))) {
    const rules = await session.rulesOf(role)
    const digest = rulesDigest(rules ?? [])
    const known = before?.roles[role]
    if (known !== digest) granted.push({ clusterRole: role, rules: rules ?? [] })
    const isRefused = fixedRoles.includes(role) && digest !== (known ?? digest)
    const changed = isRefused ? roleChanged(role, request) : null
    const fault = roleFault(role, rules, request, session.cluster.kubectl) ?? changed
    if (fault === null) roles[role] = digest
    else problems.push(fault)
  }
  for (const namespace of new Set(asked.flatMap(place => place.namespace ?? []))) {
    const uid = await session.namespaceUid(namespace)
    const known = before?.namespaces[namespace]
    const fault = namespaceFault(namespace, uid, known, request, session.cluster.kubectl)
    if (fault === null) namespaces[namespace] = uid ?? ''
    else problems.push(fault)
  }
  if (problems.length > 0) return checked(problems, () => null)
  const [first] = asked
  const guarded = first === undefined ? ok(null) : await session.guardOfBindings(first.clusterRole)
  if (!guarded.ok) return guarded
  if (grant === null) return ok(null)
  const isGuarded = await session.areWritesGuarded()
  const places = isGuarded ? placesOfGrant(request, grant, session) : asked
  return ok({ granted: { places, roles, namespaces }, roles: granted, lifted: lifted.value })
}

/** The revocations of this request, if an approved change came after each. Refuses otherwise. */
async function liftedRevocations(attempt: Attempt): Promise<Checked<readonly Revocation[]>> {
  const { approved, claimed, session } = attempt
  const { record } = claimed
  const { request } = approved.step
  const { revocations: all } = await session.revocations()
  const at = placeOf(request.places, 'access')
  const own = ownGrant(request)
  const ofKey = all.filter(({ what, value }) => what === 'grant' && value === own)
  if (isNonEmpty(ofKey)) return refuse(revokedKey(ofKey[0], request))
  const found = revocationsOf(request.name, all)
  // Other bytes of the same meaning, a comment for example, grant nothing again.
  const isSame = isSameAsIssued(attempt)
  const inForce = found.find(each => isSame || !liftedBy(approved.proof, each))
  if (inForce !== undefined) return refuse(revokedProblem(inForce, at))
  if (record.issued === null && all.length > 0) {
    const { records } = await session.records()
    const same = revocationsOfHolder(request, approved.proof, records, all)
    const [first] = same.filter(each => !liftedBy(approved.proof, each))
    if (first !== undefined) return refuse(revokedHolder(first, at))
  }
  return ok(found)
}

/** Whether the file asks for what it asked for at the last issue. An emergency changes only how long the certificate lives. */
function isSameAsIssued({ approved: { step, proof }, claimed }: Attempt): boolean {
  const { issued } = claimed.record
  const effective = proof.kind === 'emergency' ? proof.emergency.effective : step.effective
  return issued !== null && (issued.proof.emergency ?? issued).effective === effective
}

/** Deletes the bindings of all earlier grants of the request. */
async function unbindEarlier(
  { history }: RequestRecord,
  session: ClusterSession,
): Promise<Checked<null>> {
  const earlier = new Set(history.flatMap(({ grant }) => grant ?? []))
  return unbindAll(session, ({ grants }) => grants.some(grant => earlier.has(grant)))
}

/** A certificate of the same PKCS#10, issued before the end was lowered, would have the access after it. */
function outlivedBy(request: EffectiveRequest, { history }: RequestRecord): Problem | null {
  const [own, { name, until }] = [ownGrant(request), request]
  const longer = history.find(each => each.grant === own && until !== null && each.notAfter > until)
  if (own === null || longer === undefined) return null
  const ends = longer.notAfter.toISOString()
  const message = `a certificate of this PKCS#10 with the group ${own} works until ${ends}, after the end of ${name}`
  const hint = `countersign new ${name} --own-key --rekey makes a new key with a new group`
  return memberProblem('ACCESS_GRANT_TAKEN', request, 'request', message, hint)
}

/** Another request whose binding or record has the grant of this PKCS#10: its holder would share the access of both. */
async function grantTaken(
  request: EffectiveRequest,
  session: ClusterSession,
): Promise<Problem | null> {
  const own = ownGrant(request)
  if (own === null) return null
  const bound = (await session.bindings()).filter(({ grants }) => grants.includes(own))
  const { records } = await session.records()
  const known = records.filter(({ history }) => history.some(({ grant }) => grant === own))
  const names = [...bound.map(each => each.request), ...known.map(each => each.request)]
  const other = names.find(name => name !== request.name)
  if (other === undefined) return null
  const message = `the group ${own} of this PKCS#10 belongs to ${other ?? 'a binding that names no request'} on ${request.cluster}`
  const hint = 'make a new request: countersign new NAME --own-key --access ROLE@NAMESPACE'
  return memberProblem('ACCESS_GRANT_TAKEN', request, 'request', message, hint)
}

/** A role that gives nothing. `rules` is null if there is no such ClusterRole. */
export function roleFault(
  role: string,
  rules: readonly RoleRule[] | null,
  request: EffectiveRequest,
  kubectl = 'kubectl',
): Problem | null {
  if (rules === null) {
    const message = `there is no ClusterRole ${role} in ${request.cluster}`
    const hint = `${kubectl} get clusterroles`
    return memberProblem('ACCESS_ROLE_UNKNOWN', request, 'access', message, hint)
  }
  if (rules.some(({ verbs }) => verbs.length > 0)) return null
  const message = `the ClusterRole ${role} in ${request.cluster} has no rules, so it gives no access`
  const hint =
    'an aggregated role is filled by kube-controller-manager; add rules, or bind another role'
  return memberProblem('ACCESS_ROLE_EMPTY', request, 'access', message, hint)
}

function roleChanged(role: string, { access, places, cluster }: EffectiveRequest): Problem {
  const at = placeOf(places, `access[${access.findIndex(each => each.clusterRole === role)}]`)
  const message = `the ClusterRole ${role} in ${cluster} has other rules than at the last issue, and a policy says roleChanges: refuse`
  const hint = `kubectl get clusterrole ${shellWord(role)} -o yaml; to take these rules, raise reissue in the file, in a pull request`
  return { code: 'ACCESS_ROLE_CHANGED', at, message, hint }
}

/** A namespace is meant with its uid: another of the same name was not approved. */
export function namespaceFault(
  namespace: string,
  uid: string | null,
  before: string | undefined,
  { places, cluster }: EffectiveRequest,
  kubectl = 'kubectl',
): Problem | null {
  const at = placeOf(places, 'access')
  if (uid === null) {
    const message = `there is no namespace ${namespace} in ${cluster}`
    const hint = `${kubectl} create namespace ${namespace}`
    return { code: 'ACCESS_NAMESPACE_MISSING', at, message, hint }
  }
  if (before === undefined || before === uid) return null
  const message = `the namespace ${namespace} was deleted and made again since the access was approved`
  const hint = 'raise reissue in the file, in a pull request: then this namespace is approved'
  return { code: 'ACCESS_NAMESPACE_CHANGED', at, message, hint }
}
