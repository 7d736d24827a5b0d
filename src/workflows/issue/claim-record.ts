// The record around one step: claim it, tidy up what an earlier holder left, or let go. What was issued is written by record-issued.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { CountersignError } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { AbandonedAttempt, Claim, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { DENIED_REASON } from '../../core/cluster/signing-request-manifest.ts'
import { objectName } from '../../core/cluster/signing-request-name.ts'
import { withFailure } from '../../core/plan/failure-back-off.ts'
import {
  claimRecord,
  handedOn,
  newRecord,
  released,
  withAbandoned,
} from '../../core/plan/record-state.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import type { Desk } from './cluster-session.ts'

/** A record held by this run. `n` is the attempt whose certificate will be recorded. */
export interface Held {
  readonly record: RequestRecord
  readonly claim: Claim
  readonly n: number
  /** The attempt an earlier run left unfinished, null where there was none. */
  readonly left: Claim | null
  /** An earlier run made this attempt: what it asked for may be signed. */
  readonly goesOn: boolean
  objectName(n: number): string
}

export type Hold =
  | { readonly kind: 'holding'; readonly held: Held }
  | { readonly kind: 'held'; readonly problem: Problem }
  /** Another run has issued exactly this meanwhile. */
  | { readonly kind: 'done' }

/** Claims the record by compare-and-swap; reads it again once where somebody else was faster. */
export async function holdRecord(approved: ApprovedStep<IssuingStep>, desk: Desk): Promise<Hold> {
  const { request, effective, record: planned } = approved.step
  let record = planned ?? newRecord(request.name, request.cluster)
  const { name: named, cluster } = request
  const name = (n: number): string =>
    objectName({ owner: desk.config.owner, cluster, request: named, effective, n })
  for (;;) {
    const answer = claimRecord(record, {
      holder: desk.processes.holder,
      now: await desk.cluster.now(),
      budgetSeconds: desk.claimSeconds,
      objectName: name,
      isGone: holder => desk.processes.isGone(holder),
      keyStays: keyMayStay(request),
    })
    if (answer.kind === 'held') {
      const newer = await desk.cluster.records.read(request.name)
      if (newer === null || newer.version?.resourceVersion === record.version?.resourceVersion)
        return { kind: 'held', problem: claimed(request.name, answer.by, answer.freeAt) }
      if (isDone(newer, approved)) return { kind: 'done' }
      if (isOvertaken(newer, approved)) return { kind: 'held', problem: overtaken(request.name) }
      record = newer
      continue
    }
    const { claim, left } = answer
    const claiming = left === null ? answer.record : withAbandoned(answer.record, unknownFate(left))
    const written = await desk.cluster.records.write(claiming)
    const newer =
      written.kind === 'written' ? written.record : await desk.cluster.records.read(request.name)
    // A write whose answer got lost is a conflict when it is repeated, and done all the same.
    if (newer !== null && (written.kind === 'written' || isSame(newer.claim, claim))) {
      const goesOn = claim.objectName === record.claim?.objectName
      const held: Held = { record: newer, claim, n: claim.n, left, goesOn, objectName: name }
      return { kind: 'holding', held: left === null ? held : await tidy(held, left, desk) }
    }
    if (isDone(newer, approved)) return { kind: 'done' }
    if (isOvertaken(newer, approved)) return { kind: 'held', problem: overtaken(request.name) }
    record = newer ?? newRecord(request.name, request.cluster)
  }
}

/** The requester has the key, or a Secret may have it, so that what an earlier run asked for can be used. */
export function keyMayStay({ key }: EffectiveRequest): boolean {
  return key.kind === 'own' || key.spec.rotationPolicy === 'Never'
}

/** Whether another run has issued something else since, or withdrawn it: then the plan is of what no longer stands. */
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

/** Gives the claim back and lists the attempt. Best effort: where even that fails, the claim runs out by itself. */
export async function letGo(held: Held, failed: Failed, desk: Desk): Promise<void> {
  const attempt = await fate(held.claim, desk).catch(() => unknownFate(held.claim))
  const isAttempt = await wasCreated(held.claim, desk)
  const counted = isAttempt ? await countedFailure(held.record, failed, desk) : held.record
  await desk.cluster.records
    .write(released(withAbandoned(counted, attempt)))
    .catch((cause: unknown) => {
      if (!(cause instanceof CountersignError)) throw cause
    })
}

/**
 * Leaves the attempt to the next run: what it issued may stand in one of the sinks already, or is the requester's to collect
 * again. `failed`: of an attempt whose key is lost where it does not stand. Best effort: where even that fails, the claim runs out
 * by itself.
 */
export async function handOn(held: Held, failed: Failed | null, desk: Desk): Promise<void> {
  try {
    const counted = failed === null ? held.record : await countedFailure(held.record, failed, desk)
    await desk.cluster.records.write(handedOn(counted, await desk.cluster.now()))
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
  }
}

/** What a step failed of; an approval that ended is none of the request's failures. */
export interface Failed {
  readonly effective: string
  readonly problems: readonly Problem[]
}

/** What failed before anything was created cost nothing, and is tried by every run. Unknown counts as created. */
async function wasCreated({ objectName }: Claim, desk: Desk): Promise<boolean> {
  const object = await desk.cluster.signingRequests.read(objectName).catch(() => undefined)
  return object !== null
}

async function countedFailure(
  record: RequestRecord,
  { effective, problems }: Failed,
  desk: Desk,
): Promise<RequestRecord> {
  if (problems.every(({ code }) => code.startsWith('APPROVAL_'))) return record
  return withFailure(record, effective, await desk.cluster.now())
}

/** What became of an attempt somebody left: denied while it was pending, else listed with what was signed. */
async function tidy(held: Held, left: Claim, desk: Desk): Promise<Held> {
  const attempt = await fate(left, desk)
  return { ...held, record: withAbandoned(held.record, attempt) }
}

/** What became of an attempt: denied while it was pending, else what was signed for it. */
export async function fate(left: Claim, desk: Desk): Promise<AbandonedAttempt> {
  const { signingRequests } = desk.cluster
  let object = await signingRequests.read(left.objectName)
  if (object === null || object.username !== desk.identity.username) return unknownFate(left)
  if (object.conditions.length === 0) {
    const why = 'the run that made it ended; its key is lost'
    const denied = await signingRequests.deny(object, DENIED_REASON, why)
    // Somebody decided on it at this very moment: it may hold a certificate by now.
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

function unknownFate(left: Claim): AbandonedAttempt {
  return { n: left.n, objectName: left.objectName, sha256: null, notAfter: null }
}

export function claimed(name: string, by: Claim, freeAt: Date): Problem {
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
