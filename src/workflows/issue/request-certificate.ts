// The certificate for a claimed record: recovered from a sink; or requested, awaited and inspected.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { CountersignError } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { draft } from '../../core/cluster/draft-attempt.ts'
import type { Draft } from '../../core/cluster/draft-attempt.ts'
import type { Keeper } from '../../core/cluster/signing-request-manifest.ts'
import { waitForCertificate } from '../../core/cluster/signing-conversation.ts'
import type { SigningOutcome } from '../../core/cluster/signing-conversation.ts'
import { claimLost, claimLostBeforeStoring, occupied } from '../../core/cluster/signing-errors.ts'
import { withAbandoned } from '../../core/plan/record-state.ts'
import { claimNextName } from '../../core/plan/record-claim.ts'
import type { ClusterSession } from './cluster-session.ts'
import { inspectAttempt, keyMayStay } from './claim-record.ts'
import type { ClaimedRecord } from './claim-record.ts'
import { inspect, stillGood } from './inspect-certificate.ts'
import type { Inspected } from './inspect-certificate.ts'
import { obstacles, openSinks } from './check-sinks.ts'
import type { Opened } from './check-sinks.ts'
import { recordSigned } from './record-issued.ts'
import { storedKey } from './stored-keys.ts'
import { pairsInSinks } from './write-sinks.ts'

const NAMES_TRIED = 3

/** A certificate and its sinks; or why there is none. Both with the claim as it is then. */
export type RequestedCertificate =
  | {
      readonly kind: 'made'
      readonly held: ClaimedRecord
      readonly opened: Opened
      readonly inspected: Inspected
      readonly keyStays: boolean
    }
  | {
      readonly kind: 'stopped'
      readonly held: ClaimedRecord
      readonly problems: NonEmpty<Problem>
      /** It is signed, or will be, for a key that is kept: the next run collects it. */
      readonly isPending: boolean
    }

/** Stores nothing in a sink: whatever ends it, the claim may be given back. A CountersignError becomes `stopped`. */
export async function requestCertificate(
  approved: ApprovedStep<IssuingStep>,
  held: ClaimedRecord,
  session: ClusterSession,
): Promise<RequestedCertificate> {
  return obtainOrThrow(approved, held, session).catch(stoppedBy(held, held.isResumed))
}

async function obtainOrThrow(
  approved: ApprovedStep<IssuingStep>,
  held: ClaimedRecord,
  session: ClusterSession,
): Promise<RequestedCertificate> {
  const { request } = approved.step
  const opened = await openSinks(request, held.record, session)
  const closed = obstacles(opened, held.record)
  if (closed !== null) return { kind: 'stopped', held, problems: closed, isPending: held.isResumed }
  for (const { n, inspected: stored } of pairsInSinks(opened.open, approved, held, session.keys)) {
    const inspected = await stillGood(stored, approved, session)
    if (inspected === null) continue
    const keyStays = keyMayStay(request)
    return made({ held: { ...held, n }, opened, inspected, keyStays }, approved, session)
  }
  const drafted = await draft(
    approved,
    session.keys,
    storedKey(request, opened.open, held.record, session.keys),
  )
  if (!drafted.ok)
    return { kind: 'stopped', held, problems: drafted.problems, isPending: held.isResumed }
  const asking = ask(approved, drafted.value, { held, opened }, session)
  return asking.catch(stoppedBy(held, drafted.value.keyStays))
}

function stoppedBy(
  held: ClaimedRecord,
  isPending: boolean,
): (cause: unknown) => RequestedCertificate {
  return cause => {
    if (!(cause instanceof CountersignError)) throw cause
    return { kind: 'stopped', held, problems: [cause.problem], isPending }
  }
}

/** After these problems, the request may still be signed. */
const STILL_TO_COME: readonly Problem['code'][] = ['CLUSTER_UNSIGNED', 'CLUSTER_CLAIM_LOST']

async function ask(
  approved: ApprovedStep<IssuingStep>,
  drafted: Draft,
  { held: first, opened }: Pick<Made, 'held' | 'opened'>,
  session: ClusterSession,
): Promise<RequestedCertificate> {
  const { keyStays } = drafted
  const { held, settlement } = await settleUnderFreeName(approved, drafted, first, session)
  const stopped = (problems: NonEmpty<Problem>): RequestedCertificate => {
    const isPending = keyStays && problems.every(({ code }) => STILL_TO_COME.includes(code))
    return { kind: 'stopped', held, problems, isPending }
  }
  if (settlement.kind !== 'issued') return stopped([settlement.problem])
  const inspected = await inspect(settlement.certificate, drafted, approved, session)
  if (!inspected.ok) return stopped(inspected.problems)
  return made({ held, opened, inspected: inspected.value, keyStays }, approved, session)
}

type Made = Extract<RequestedCertificate, { readonly kind: 'made' }>

/** A certificate that may be stored now: the record lists it, and the claim is valid. */
async function made(
  { held, keyStays, ...found }: Omit<Made, 'kind'>,
  approved: ApprovedStep<IssuingStep>,
  session: ClusterSession,
): Promise<RequestedCertificate> {
  const lost = [claimLostBeforeStoring(held.claim.objectName)] as const
  const known = await recordSigned(approved, held, found.inspected.chain, session)
  if (known === null) return { kind: 'stopped', held, problems: lost, isPending: keyStays }
  // Two minutes after the deadline another run may take the record. A write that begins before the deadline has ended by then.
  if ((await session.cluster.now()) >= held.claim.deadline)
    return { kind: 'stopped', held: known, problems: lost, isPending: keyStays }
  return { kind: 'made', held: known, keyStays, ...found }
}

function keeperOf({
  config: { owner },
  clusterConfig: { name, recordNamespace },
}: ClusterSession): Keeper {
  return { owner, cluster: name, recordNamespace }
}

/** Under the claimed name, or the next two if objects of others exist under it. */
async function settleUnderFreeName(
  approved: ApprovedStep<IssuingStep>,
  drafted: Draft,
  first: ClaimedRecord,
  session: ClusterSession,
): Promise<{ held: ClaimedRecord; settlement: Exclude<SigningOutcome, { kind: 'occupied' }> }> {
  const { step } = approved
  const names: string[] = []
  const inUse = first.isResumed ? await objectState(first, session) : first
  if (inUse === null) {
    const problem = claimLost(first.claim.objectName)
    return { held: first, settlement: { kind: 'stopped', problem } }
  }
  for (let held = inUse; ;) {
    const settlement = await waitForCertificate(
      {
        approved,
        drafted,
        keeper: keeperOf(session),
        name: held.claim.objectName,
        username: session.identity.username,
        budgetSeconds: session.waitSeconds,
        objection: () => session.objection(approved),
        mayApprove: async () => (await session.cluster.now()) < held.claim.deadline,
        reached: state => session.progress.step(step.request.name, step.request.cluster, state),
      },
      session.cluster.signingRequests,
      session.clock,
    )
    if (settlement.kind !== 'occupied') return { held, settlement }
    names.push(held.claim.objectName)
    if (names.length === NAMES_TRIED) {
      const problem = occupied(names, settlement.creator)
      return { held, settlement: { kind: 'stopped', problem } }
    }
    // An object of ours, from a record that was lost. Its key is lost, too.
    const passed =
      settlement.creator === session.identity.username
        ? withAbandoned(held.record, await inspectAttempt(held.claim, session))
        : held.record
    const next = await underNextName(held, passed, session)
    if (next === null) {
      const problem = claimLost(held.claim.objectName)
      return { held, settlement: { kind: 'stopped', problem } }
    }
    held = next
  }
}

/** If the object of an earlier run was deleted, it may have been signed: lists its attempt as abandoned and starts another one. */
async function objectState(
  held: ClaimedRecord,
  session: ClusterSession,
): Promise<ClaimedRecord | null> {
  if ((await session.cluster.signingRequests.read(held.claim.objectName)) !== null) return held
  return underNextName(
    held,
    withAbandoned(held.record, await inspectAttempt(held.claim, session)),
    session,
  )
}

/** Claims the next attempt and records all that is known; null if the record has changed meanwhile. */
async function underNextName(
  held: ClaimedRecord,
  known: RequestRecord,
  session: ClusterSession,
): Promise<ClaimedRecord | null> {
  const { record, claim } = claimNextName(known, held.claim, n => held.objectName(n))
  const written = await session.cluster.records.write(record)
  if (written.kind === 'conflict') return null
  return { ...held, record: written.record, claim, n: claim.n, isResumed: false }
}
