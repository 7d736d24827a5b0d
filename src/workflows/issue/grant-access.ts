// The access of one certificate: bound to its grant and proved by a login, before any sink gets the certificate.
import { signerNamed } from '../../domain/request/config.ts'
import { withGrant } from '../../core/approval/approved-step.ts'
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { isGuardedGrant } from '../../domain/cluster/grant.ts'
import { bindingName, liveAccess } from '../../domain/cluster/grant-binding.ts'
import type { GrantBinding } from '../../domain/cluster/grant-binding.ts'
import { ok, refuse } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { isLiveRole, roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import type { RoleInPlace } from '../../domain/request/access.ts'
import { memberProblem, placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { revokedProblem, revocationsOf } from '../../core/access/revoked-requests.ts'
import { rightOfRole } from '../../core/access/right-of-role.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import { grantIn } from '../../lib/kubernetes/grants-in-subject.ts'
import type { Attempt } from './claim-attempt.ts'
import type { ClusterSession } from './cluster-session.ts'
import type { Inspected } from './inspect-certificate.ts'

/** The step for one attempt, whose certificate also carries the grant. */
export function asGranted(
  approved: ApprovedStep<IssuingStep>,
  grant: string | null,
  { clusterConfig }: ClusterSession,
): ApprovedStep<IssuingStep> {
  const { signerName } = approved.step.request
  return withGrant(approved, grant, signerNamed(clusterConfig, signerName))
}

/** The grant of a stored certificate, if the record knows it: other users may write Secrets too. */
export function knownGrant(
  stored: Inspected,
  { claimed: { record, claim }, session }: Attempt,
): string | null {
  const grant = grantIn(stored.chain.leaf.subject, session.config.owner)
  const known = [claim.grant, ...record.history.map(each => each.grant)]
  return known.includes(grant) ? grant : null
}

/**
 * The bindings of a grant: the access of its request, and for a guarded grant the one that makes it live, also without the guard: one that
 * is installed later refuses nothing then.
 */
export function placesOfGrant(
  { access }: Pick<EffectiveRequest, 'access'>,
  grant: string,
  { config, clusterConfig }: ClusterSession,
): readonly RoleInPlace[] {
  const live = isGuardedGrant(grant)
    ? [liveAccess(config.owner, clusterConfig.recordNamespace)]
    : []
  return [...rolesInPlaces(access), ...rolesInPlaces(live)]
}

/**
 * Cuts earlier grants to the approved access, then binds the new one to each role in each place, and proves it by a login. If anything
 * is refused, or the request or its grant is revoked meanwhile, what was bound is ended again.
 */
export async function grantAccess(
  { approved, claimed: { record }, session }: Attempt,
  grant: string,
  inspected: Inspected,
): Promise<Checked<null>> {
  const { request } = approved.step
  const at = placeOf(request.places, 'access')
  const look = async (): Promise<Checked<null>> => {
    const { revocations } = await session.revocations()
    const [revoked] = revocationsOf(request.name, revocations, grant)
    return revoked === undefined ? ok(null) : refuse(revokedProblem(revoked, at))
  }
  // With a live binding alone, the look before it is filled is enough: a later revocation finds it.
  if (request.access.length === 0) return bindAll(request, grant, session, look)
  const known = await look()
  if (!known.ok) return known
  const cut = await cutEarlier(request, grant, record, session)
  if (!cut.ok) return cut
  try {
    const bound = await bindAll(request, grant, session, look)
    const seen = bound.ok ? await seeAccess(request, inspected, session) : bound
    // The revocation is the reason if it removed bindings meanwhile.
    const still = await look()
    if (seen.ok && still.ok) return seen
    await endGrant(request, grant, session)
    return still.ok ? seen : still
  } catch (cause) {
    await endGrant(request, grant, session)
    throw cause
  }
}

/**
 * Ends bindings of this request that are not approved any more, or whose certificate was lost with its run. removeBindings ends them at
 * the start of a run; this refuses the new grant if one is left.
 */
async function cutEarlier(
  request: EffectiveRequest,
  grant: string,
  { history, abandoned }: RequestRecord,
  session: ClusterSession,
): Promise<Checked<null>> {
  if (history.length < 2) return ok(null)
  const places = new Set(rolesInPlaces(request.access).map(roleInPlaceText))
  const lost = new Set(abandoned.map(({ objectName }) => objectName))
  return unbindAll(session, binding => {
    const of = history.filter(each => binding.name === `${each.grant}:${binding.clusterRole}`)
    const isInUse = of.some(each => each.grant === grant || !lost.has(each.objectName))
    const isNeeded = isInUse && places.has(roleInPlaceText(binding))
    return of.length > 0 && !isNeeded && !isLiveRole(binding.clusterRole)
  })
}

/** Ends each binding of a grant that this applies to. */
export async function unbindAll(
  session: ClusterSession,
  isUnneeded: (binding: GrantBinding) => boolean,
): Promise<Checked<null>> {
  for (const binding of (await session.bindings()).filter(isUnneeded)) {
    const ended = await session.cluster.grants.unbind(binding)
    if (!ended.ok) return ended
  }
  return ok(null)
}

async function bindAll(
  request: EffectiveRequest,
  grant: string,
  session: ClusterSession,
  look: () => Promise<Checked<null>>,
): Promise<Checked<null>> {
  const { name, places } = request
  for (const place of placesOfGrant(request, grant, session)) {
    const bound = await session.cluster.grants.bind({ ...place, grant, request: name }, look)
    if (bound.ok) continue
    const [problem] = bound.problems
    const isRefused = problem.code === 'ACCESS_FORBIDDEN' && isLiveRole(place.clusterRole)
    // Where no guard asks, nothing depends on it.
    if (isRefused && !(await session.areWritesGuarded())) continue
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
  session: ClusterSession,
): Promise<Checked<null>> {
  if (key === null) return ok(null)
  const isSeen = async (place: RoleInPlace): Promise<boolean> => {
    const right = rightOfRole((await session.rulesOf(place.clusterRole)) ?? [], place)
    return right === null || session.cluster.mayAs(chainPem(chain), key, right)
  }
  for (const place of rolesInPlaces(request.access)) {
    let looks = 1
    while (!(await isSeen(place))) {
      if (looks === LOOKS) return refuse(notSeen(place, request))
      looks += 1
      await session.clock.sleep(MILLISECONDS_BETWEEN_LOOKS)
    }
  }
  return ok(null)
}

function notSeen(place: RoleInPlace, request: EffectiveRequest): Problem {
  const message = `the new certificate of ${request.name} does not have ${roleInPlaceText(place)}, although it is bound on ${request.cluster}`
  const hint =
    'check the authorization modes of the API server: RBAC has to be among them; nothing was stored'
  return memberProblem('ACCESS_NOT_SEEN', request, 'access', message, hint)
}

/** Removes the bindings of a grant, best effort: the next run removes those of a grant without a record. */
export async function endGrant(
  request: EffectiveRequest,
  grant: string | null,
  session: ClusterSession,
): Promise<void> {
  if (grant === null) return
  for (const { clusterRole, namespace } of placesOfGrant(request, grant, session))
    await session.cluster.grants
      .unbind({ name: bindingName(grant, clusterRole), namespace })
      .catch(() => undefined)
}
