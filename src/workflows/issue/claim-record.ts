// The claim on the record around one step: take it, deal with the attempt of an earlier holder, give it back.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { CountersignError } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { AbandonedAttempt, Claim, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { DENIED_REASON } from '../../core/cluster/signing-request-manifest.ts'
import { objectName } from '../../core/cluster/signing-request-name.ts'
import { withFailure } from '../../core/plan/failure-back-off.ts'
import { newRecord, released, withAbandoned } from '../../core/plan/record-state.ts'
import { claimRecord, leftForNextRun } from '../../core/plan/record-claim.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import type { ClusterSession } from './cluster-session.ts'

/** A record that this run has claimed. `n` is the attempt whose certificate will be recorded. */
export interface ClaimedRecord {
  readonly record: RequestRecord
  readonly claim: Claim
  readonly n: number
  /** The attempt that an earlier run left unfinished, null if there was none. */
  readonly left: Claim | null
  /** An earlier run made this attempt, so a certificate may be signed for it already. */
  readonly isResumed: boolean
  objectName(n: number): string
}

export type ClaimResult =
  | { readonly kind: 'holding'; readonly held: ClaimedRecord }
  | { readonly kind: 'held'; readonly problem: Problem }
  /** Another run has issued exactly this meanwhile. */
  | { readonly kind: 'done' }

/** Claims the record by compare-and-swap. If another run was faster, reads the record again and decides by that. */
export async function claimStepRecord(
  approved: ApprovedStep<IssuingStep>,
  session: ClusterSession,
): Promise<ClaimResult> {
  const { request, effective, record: planned } = approved.step
  let record = planned ?? newRecord(request.name, request.cluster)
  const { name: named, cluster } = request
  const name = (n: number): string =>
    objectName({ owner: session.config.owner, cluster, request: named, effective, n })
  for (;;) {
    const answer = claimRecord(record, {
      holder: session.processes.holder,
      now: await session.cluster.now(),
      budgetSeconds: session.claimSeconds,
      objectName: name,
      isGone: holder => session.processes.isGone(holder),
      keyStays: keyMayStay(request),
    })
    if (answer.kind === 'held') {
      const newer = await session.cluster.records.read(request.name)
      if (newer === null || newer.version?.resourceVersion === record.version?.resourceVersion)
        return { kind: 'held', problem: claimedByOther(request.name, answer.by, answer.freeAt) }
      if (isDone(newer, approved)) return { kind: 'done' }
      if (isOvertaken(newer, approved)) return { kind: 'held', problem: overtaken(request.name) }
      record = newer
      continue
    }
    const { claim, left } = answer
    const claiming =
      left === null ? answer.record : withAbandoned(answer.record, unknownAttempt(left))
    const written = await session.cluster.records.write(claiming)
    const newer =
      written.kind === 'written' ? written.record : await session.cluster.records.read(request.name)
    // The conflict may come from our own earlier write, the answer to which was lost. Then the claim is ours.
    if (newer !== null && (written.kind === 'written' || isSame(newer.claim, claim))) {
      const isResumed = claim.objectName === record.claim?.objectName
      const held: ClaimedRecord = {
        record: newer,
        claim,
        n: claim.n,
        left,
        isResumed,
        objectName: name,
      }
      return {
        kind: 'holding',
        held: left === null ? held : await abandonLeftAttempt(held, left, session),
      }
    }
    if (isDone(newer, approved)) return { kind: 'done' }
    if (isOvertaken(newer, approved)) return { kind: 'held', problem: overtaken(request.name) }
    record = newer ?? newRecord(request.name, request.cluster)
  }
}

/** Whether the requester has the key, or a Secret may have it: then a certificate for an earlier attempt is usable. */
export function keyMayStay({ key }: EffectiveRequest): boolean {
  return key.kind === 'own' || key.spec.rotationPolicy === 'Never'
}

/** Whether another run has issued something else since, or withdrawn it: then the plan is out of date. */
function isOvertaken(newer: RequestRecord | null, { step }: ApprovedStep<IssuingStep>): boolean {
  if (newer === null) return false
  const { record: planned } = step
  return (
    newer.issued?.n !== planned?.issued?.n ||
    newer.withdrawnAt?.getTime() !== planned?.withdrawnAt?.getTime()
  )
}

/** Whether another run has issued exactly this since the plan was made. */
function isDone(newer: RequestRecord | null, { step }: ApprovedStep<IssuingStep>): boolean {
  const { effective, record: planned } = step
  return newer?.issued?.n !== planned?.issued?.n && newer?.issued?.effective === effective
}

/** Gives the claim back and lists the attempt. Best effort: if that fails too, the claim ends at its deadline. */
export async function abandonAttempt(
  before: ClaimedRecord,
  failed: Failed,
  session: ClusterSession,
): Promise<void> {
  try {
    const held = await newestClaim(before, session)
    const attempt = await inspectAttempt(held.claim, session).catch(() =>
      unknownAttempt(held.claim),
    )
    const isAttempt = await wasCreated(held.claim, session)
    const counted = isAttempt ? await countedFailure(held.record, failed, session) : held.record
    await session.cluster.records.write(released(withAbandoned(counted, attempt)))
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
  }
}

/**
 * The claim with the record as it is in the cluster now: before the error this run may have claimed another object name or recorded a
 * certificate. If another run has taken the record over, the claim as it was: writing it is then a conflict.
 */
async function newestClaim(held: ClaimedRecord, session: ClusterSession): Promise<ClaimedRecord> {
  const record = await session.cluster.records.read(held.record.request)
  const isUnchanged = record?.version?.resourceVersion === held.record.version?.resourceVersion
  if (record === null || isUnchanged) return held
  const { claim } = record
  return claim?.holder === held.claim.holder ? { ...held, record, claim } : held
}

/**
 * Leaves the attempt to the next run: its certificate may be in one of the sinks already, or the requester can collect it. `failed`
 * counts the attempt as a failure, for a key that may be lost; null if the key is kept. Best effort: if that fails too, the claim
 * ends at its deadline.
 */
export async function leaveForNextRun(
  before: ClaimedRecord,
  failed: Failed | null,
  session: ClusterSession,
): Promise<void> {
  try {
    const held = await newestClaim(before, session)
    const counted =
      failed === null ? held.record : await countedFailure(held.record, failed, session)
    await session.cluster.records.write(leftForNextRun(counted, await session.cluster.now()))
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
  }
}

/** Why a step failed. An approval that ended does not count as a failure of the request. */
export interface Failed {
  readonly effective: string
  readonly problems: readonly Problem[]
}

/**
 * A failure before anything was created costs nothing, and every run tries the step again. If it is not known, it counts as
 * created.
 */
async function wasCreated({ objectName }: Claim, session: ClusterSession): Promise<boolean> {
  const object = await session.cluster.signingRequests.read(objectName).catch(() => undefined)
  return object !== null
}

async function countedFailure(
  record: RequestRecord,
  { effective, problems }: Failed,
  session: ClusterSession,
): Promise<RequestRecord> {
  if (problems.every(({ code }) => code.startsWith('APPROVAL_'))) return record
  return withFailure(record, effective, await session.cluster.now())
}

/** Lists the attempt of an earlier run: denied if it was pending, else with the certificate that was signed. */
async function abandonLeftAttempt(
  held: ClaimedRecord,
  left: Claim,
  session: ClusterSession,
): Promise<ClaimedRecord> {
  const attempt = await inspectAttempt(left, session)
  return { ...held, record: withAbandoned(held.record, attempt) }
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
    object = denied.kind === 'denied' ? denied.object : await signingRequests.read(left.objectName)
  }
  const certificate = object?.certificate ?? null
  const read = certificate === null ? null : readCertificates(certificate)
  const leaf = read !== null && read.ok ? read.value[0] : undefined
  return {
    n: left.n,
    objectName: left.objectName,
    sha256: leaf?.sha256 ?? null,
    notAfter: leaf?.notAfter ?? null,
  }
}

export function isSame(one: Claim | null, other: Claim): boolean {
  return (
    one !== null &&
    one.holder === other.holder &&
    one.n === other.n &&
    one.deadline.getTime() === other.deadline.getTime()
  )
}

function unknownAttempt(left: Claim): AbandonedAttempt {
  return { n: left.n, objectName: left.objectName, sha256: null, notAfter: null }
}

export function claimedByOther(name: string, by: Claim, freeAt: Date): Problem {
  const [who = by.holder] = by.holder.split(' ')
  return {
    code: 'CLUSTER_CLAIMED',
    at: null,
    message: `another run (${who}) is at work on ${name}`,
    hint: `if it is gone, apply again after ${freeAt.toISOString()}`,
  }
}

function overtaken(name: string): Problem {
  return {
    code: 'CLUSTER_CLAIMED',
    at: null,
    message: `another run has issued or withdrawn ${name} since this one planned`,
    hint: 'nothing is done for it here; apply again, if that is still what is asked for',
  }
}
