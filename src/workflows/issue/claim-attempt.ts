// The claim on the record around one step: take it, and deal with the attempt of an earlier holder.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import { grantGroup, guardedGrant } from '../../domain/cluster/grant.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { AbandonedAttempt, Claim, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { DENIED_REASON } from '../../core/cluster/signing-request-manifest.ts'
import { objectName, stepPrefix } from '../../core/cluster/signing-request-name.ts'
import { newRecord, released, withAbandoned } from '../../core/plan/record-state.ts'
import { decideClaim } from '../../core/plan/claim-rules.ts'
import { isClient, ownGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'
import { claimUntil } from './write-claim.ts'
import type { Unclaimed } from './write-claim.ts'
import type { ClusterSession } from './cluster-session.ts'

/** A record that this run has claimed. `n` is the attempt whose certificate will be recorded. */
export interface ClaimedRecord {
  /** The certificate was found in a sink, and no record lists its attempt. */
  readonly isUnlisted?: boolean
  readonly record: RequestRecord
  readonly claim: Claim
  readonly n: number
  /** The attempt that an earlier run left unfinished, null if there was none. */
  readonly left: Claim | null
  /** An earlier run made this attempt, so a certificate may be signed for it already. */
  readonly isResumed: boolean
  readonly objectName: (n: number) => string
}

/** One attempt at an approved step, under the claim on its record. */
export interface Attempt {
  readonly approved: ApprovedStep<IssuingStep>
  readonly claimed: ClaimedRecord
  readonly session: ClusterSession
}

/** Claims the record for a new attempt, or for the one that an earlier run left. */
export async function claimAttempt(
  { step }: ApprovedStep<IssuingStep>,
  session: ClusterSession,
): Promise<ClaimedRecord | Unclaimed> {
  const { request, effective, record: planned } = step
  const { name, cluster } = request
  const names = { owner: session.config.owner, cluster, request: name, effective }
  const newName = (n: number): string => objectName({ ...names, n, id: session.keys.randomId() })
  const prefix = stepPrefix(names)
  const grant = await grantForAttempt(request, session)
  const claiming = await claimUntil(name, planned, session, async found => {
    if (isDone(found, step)) return { kind: 'kept' }
    if (isOvertaken(found, step)) return { kind: 'waiting', problem: overtaken(name) }
    const answer = decideClaim(found ?? newRecord(name, cluster), {
      holder: session.processes.holder,
      now: await session.cluster.now(),
      budgetSeconds: session.claimSeconds,
      objectName: newName,
      isOfStep: other => other.startsWith(prefix),
      isGone: holder => session.processes.isGone(holder),
      keyStays: keyMayStay(request),
      grant,
    })
    if (answer.kind !== 'claim' || answer.left === null) return answer
    return { ...answer, record: withAbandoned(answer.record, unknownAttempt(answer.left)) }
  })
  if (claiming.kind !== 'claim') return claiming
  const { record, claim, left, isResumed } = claiming
  const claimed = { record, claim, n: claim.n, left, isResumed, objectName: newName }
  return left === null ? claimed : abandonLeftAttempt(claimed, left, session)
}

/**
 * The grant of a new attempt: for an own key the one in the PKCS#10, else a random one. Null without access, unless the certificate logs
 * in and the cluster has a guard that can end it.
 */
async function grantForAttempt(
  request: EffectiveRequest,
  session: ClusterSession,
): Promise<string | null> {
  if (request.key.kind === 'own') return ownGrant(request)
  const isGuarded = isClient(request) && (await session.areWritesGuarded())
  if (request.access.length === 0 && !isGuarded) return null
  return (isGuarded ? guardedGrant : grantGroup)(session.config.owner, session.keys.randomId())
}

/** Whether the requester has the key, or a Secret may have it: then a certificate for an earlier attempt is usable. */
export function keyMayStay({ key }: EffectiveRequest): boolean {
  return key.kind === 'own' || key.spec.rotationPolicy === 'Never'
}

/** Whether another run has issued something else since, or withdrawn it: then the plan is out of date. */
function isOvertaken(newer: RequestRecord | null, { record: planned }: IssuingStep): boolean {
  if (newer === null) return false
  return (
    newer.issued?.n !== planned?.issued?.n ||
    newer.withdrawnAt?.getTime() !== planned?.withdrawnAt?.getTime()
  )
}

/** Whether another run has issued exactly this since the plan was made. */
function isDone(newer: RequestRecord | null, { effective, record: planned }: IssuingStep): boolean {
  return newer?.issued?.n !== planned?.issued?.n && newer?.issued?.effective === effective
}

/**
 * Lists the attempt of an earlier run: denied if it was pending, else with the certificate that was signed. If that fails, gives the
 * claim back, best effort: otherwise other runs would wait until its deadline.
 */
async function abandonLeftAttempt(
  claimed: ClaimedRecord,
  left: Claim,
  session: ClusterSession,
): Promise<ClaimedRecord> {
  try {
    const attempt = await inspectAttempt(left, session)
    return { ...claimed, record: withAbandoned(claimed.record, attempt) }
  } catch (cause) {
    await session.cluster.records.write(released(claimed.record)).catch(() => undefined)
    throw cause
  }
}

/** Denies an attempt that is pending, else finds the certificate that was signed for it. */
export async function inspectAttempt(
  left: Claim,
  session: ClusterSession,
): Promise<AbandonedAttempt> {
  const { signingRequests } = session.cluster
  let object = await signingRequests.read(left.objectName)
  if (object === null || object.username !== session.identity.username) return unknownAttempt(left)
  if (object.conditions.length === 0) {
    const why = 'the run that made it ended; its key is lost'
    const denied = await signingRequests.deny(object, DENIED_REASON, why)
    // Another user decided on it at this moment: it may hold a certificate now.
    object = denied.kind === 'decided' ? denied.object : await signingRequests.read(left.objectName)
  }
  const { sha256 = null, notAfter = null } = leafIn(object?.certificate ?? null) ?? {}
  return { n: left.n, objectName: left.objectName, sha256, notAfter }
}

/** The name of the attempt whose certificate is recorded; a new one if the record of it was lost. */
export function attemptName({
  n,
  claim,
  left,
  record,
  objectName: newName,
}: ClaimedRecord): string {
  const known = [claim, left, ...record.history, ...record.abandoned]
  return known.find(each => each?.n === n)?.objectName ?? newName(n)
}

export function unknownAttempt(left: Claim): AbandonedAttempt {
  return { n: left.n, objectName: left.objectName, sha256: null, notAfter: null }
}

function overtaken(name: string): Problem {
  return unplaced(
    'CLUSTER_CLAIMED',
    `another run has issued or withdrawn ${name} since this one planned`,
    'nothing is done for it here; apply again if it is still requested',
  )
}
