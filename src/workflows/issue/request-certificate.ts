// The certificate for a claimed record: recovered from a sink; or requested, awaited and inspected.
import { isGuardedGrant } from '../../domain/cluster/grant.ts'
import { caughtProblem } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { draft } from '../../core/cluster/draft-attempt.ts'
import type { Draft } from '../../core/cluster/draft-attempt.ts'
import type { RecordPlace } from '../../core/cluster/signing-request-manifest.ts'
import { createApproveAndWait } from '../../core/cluster/create-approve-wait.ts'
import type { SigningOutcome } from '../../core/cluster/create-approve-wait.ts'
import { claimLost, claimLostBeforeStoring, occupied } from '../../core/cluster/signing-errors.ts'
import { withAbandoned } from '../../core/plan/record-state.ts'
import { endsTooSoon, secondsToAsk } from '../../core/plan/access-end.ts'
import { claimNextName } from '../../core/plan/claim-rules.ts'
import type { ClusterSession } from './cluster-session.ts'
import { isSame, writeOrOurs } from './write-claim.ts'
import { inspectAttempt, keyMayStay } from './claim-attempt.ts'
import type { Attempt, ClaimedRecord } from './claim-attempt.ts'
import { inspectIssued, stillGood } from './inspect-certificate.ts'
import type { Inspected } from './inspect-certificate.ts'
import { obstacles, openSinks } from './check-sinks.ts'
import type { Opened } from './check-sinks.ts'
import { asGranted, grantAccess, knownGrant } from './grant-access.ts'
import { prepareAccess } from './prepare-access.ts'
import type { PreparedAccess } from './prepare-access.ts'
import { recordSigned } from './record-issued.ts'
import { storedKey } from './stored-keys.ts'
import { pairsInSinks } from './write-sinks.ts'

const NAMES_TRIED = 3

/** A certificate that the record lists and that may be stored now, with its sinks. */
export interface ReadyToStore {
  readonly kind: 'ready'
  readonly claimed: ClaimedRecord
  readonly opened: Opened
  readonly inspected: Inspected
  readonly keyStays: boolean
  /** What the access of the certificate means, null without access. */
  readonly access: PreparedAccess | null
}

/** A certificate and its sinks; or why there is none. Both with the claim as it is then. */
export type RequestedCertificate =
  | ReadyToStore
  | {
      readonly kind: 'stopped'
      readonly claimed: ClaimedRecord
      readonly problems: NonEmpty<Problem>
      /** It is signed, or will be, for a key that is kept: the next run collects it. */
      readonly isPending: boolean
    }

/** Stores nothing in a sink: whatever ends it, the claim may be given back. A CountersignError becomes `stopped`. */
export async function requestCertificate(attempt: Attempt): Promise<RequestedCertificate> {
  const { claimed } = attempt
  return recoverOrCreate(attempt).catch(stoppedBy(claimed, claimed.isResumed))
}

async function recoverOrCreate(attempt: Attempt): Promise<RequestedCertificate> {
  const { approved, claimed, session } = attempt
  const { request } = approved.step
  const stopped = (problems: NonEmpty<Problem>): RequestedCertificate => ({
    kind: 'stopped',
    claimed,
    problems,
    isPending: claimed.isResumed,
  })
  const opened = await openSinks(request, claimed.record, session)
  const closed = obstacles(opened, claimed.record)
  if (closed !== null) return stopped(closed)
  const prepared = await prepareAccess(attempt)
  if (!prepared.ok) return stopped(prepared.problems)
  const access = prepared.value
  const keyStays = keyMayStay(request)
  const { claim, left, record, isResumed } = claimed
  const listed = [isResumed ? claim : null, left, ...record.history, ...record.abandoned]
  for (const { n, inspected: stored } of pairsInSinks(opened.open, attempt)) {
    const grant = knownGrant(stored, attempt)
    const inspected = await stillGood(stored, asGranted(approved, grant, session), session)
    // A grant that is not live, of before the guard, is not made live later.
    const isOther = grant === null || isGuardedGrant(grant) !== isGuardedGrant(claim.grant ?? '')
    if (inspected === null || (access !== null && isOther)) continue
    const isUnlisted = !listed.some(each => each?.n === n)
    const found = { ...attempt, claimed: { ...claimed, n, isUnlisted } }
    return recordBeforeStoring(found, { opened, inspected, keyStays, access })
  }
  const asked = asGranted(approved, claimed.claim.grant, session)
  const stored = storedKey(request, opened.open, claimed.record, session.keys)
  const drafted = await draft(asked, session.keys, stored)
  if (!drafted.ok) return stopped(drafted.problems)
  const requesting = createAndInspect({ ...attempt, approved: asked }, drafted.value, {
    opened,
    access,
  })
  return requesting.catch(stoppedBy(claimed, drafted.value.keyStays))
}

function stoppedBy(
  claimed: ClaimedRecord,
  isPending: boolean,
): (cause: unknown) => RequestedCertificate {
  return cause => ({ kind: 'stopped', claimed, problems: [caughtProblem(cause)], isPending })
}

/** After these problems, the request may still be signed. */
const STILL_TO_COME: readonly Problem['code'][] = ['CLUSTER_UNSIGNED', 'CLUSTER_CLAIM_LOST']

async function createAndInspect(
  first: Attempt,
  drafted: Draft,
  ready: Pick<ReadyToStore, 'opened' | 'access'>,
): Promise<RequestedCertificate> {
  const { keyStays } = drafted
  const { claimed, settlement } = await settleUnderFreeName(first, drafted)
  const stopped = (problems: NonEmpty<Problem>): RequestedCertificate => {
    const isPending = keyStays && problems.every(({ code }) => STILL_TO_COME.includes(code))
    return { kind: 'stopped', claimed, problems, isPending }
  }
  if (settlement.kind !== 'issued') return stopped([settlement.problem])
  const inspected = await inspectIssued(
    settlement.certificate,
    drafted,
    first.approved,
    first.session,
  )
  if (!inspected.ok) return stopped(inspected.problems)
  return recordBeforeStoring(
    { ...first, claimed },
    { ...ready, inspected: inspected.value, keyStays },
  )
}

/**
 * Writes the certificate into the record, then binds its grant. It may be stored if the claim is still valid then. Two minutes after
 * the deadline another run may take the record; a write that begins before the deadline has ended by then.
 */
async function recordBeforeStoring(
  attempt: Attempt,
  found: Omit<ReadyToStore, 'kind' | 'claimed'>,
): Promise<RequestedCertificate> {
  const { claimed, session } = attempt
  const { inspected, keyStays } = found
  const isOver = async (): Promise<boolean> =>
    (await session.cluster.now()) >= claimed.claim.deadline
  const stopped = (
    by: ClaimedRecord,
    problems: NonEmpty<Problem> = [claimLostBeforeStoring(claimed.claim.objectName)],
  ): RequestedCertificate => ({ kind: 'stopped', claimed: by, problems, isPending: keyStays })
  const grant = knownGrant(inspected, attempt)
  const lifted = found.access?.lifted ?? []
  const signed = { leaf: inspected.chain.leaf, grant, lifted }
  const known = await recordSigned(attempt, signed)
  if (known === null) return stopped(claimed)
  if (await isOver()) return stopped(known)
  for (const each of lifted) await session.cluster.revocations.remove(each)
  const bound =
    grant === null ? null : await grantAccess({ ...attempt, claimed: known }, grant, inspected)
  if (bound?.ok === false) return stopped(known, bound.problems)
  if (grant !== null && (await isOver())) return stopped(known)
  return { kind: 'ready', claimed: known, ...found }
}

function placeOfRecords({
  config: { owner },
  clusterConfig: { name, recordNamespace },
}: ClusterSession): RecordPlace {
  return { owner, cluster: name, recordNamespace }
}

/** Under the claimed name, or the next two if objects of others exist under it. */
async function settleUnderFreeName(
  { approved, claimed: first, session }: Attempt,
  drafted: Draft,
): Promise<{ claimed: ClaimedRecord; settlement: Exclude<SigningOutcome, { kind: 'occupied' }> }> {
  const names: string[] = []
  const { request } = approved.step
  const stopped = (claimed: ClaimedRecord, problem: Problem) => ({
    claimed,
    settlement: { kind: 'stopped' as const, problem },
  })
  const seconds = secondsToAsk(request, await session.cluster.now())
  if (seconds === null) return stopped(first, endsTooSoon(request))
  const inUse = first.isResumed ? await objectState(first, session) : first
  if (inUse === null) return stopped(first, claimLost(first.claim.objectName))
  for (let claimed = inUse; ;) {
    const settlement = await createApproveAndWait(
      {
        approved,
        drafted,
        place: placeOfRecords(session),
        name: claimed.claim.objectName,
        seconds,
        username: session.identity.username,
        budgetSeconds: session.waitSeconds,
        objection: () => session.objection(approved),
        mayApprove: async () => (await session.cluster.now()) < claimed.claim.deadline,
        reached: state => session.progress.step(request, state),
      },
      session.cluster.signingRequests,
      session.clock,
    )
    if (settlement.kind !== 'occupied') return { claimed, settlement }
    names.push(claimed.claim.objectName)
    if (names.length === NAMES_TRIED) return stopped(claimed, occupied(names, settlement.creator))
    // An object of ours, from a record that was lost. Its key is lost, too.
    const passed =
      settlement.creator === session.identity.username
        ? withAbandoned(claimed.record, await inspectAttempt(claimed.claim, session))
        : claimed.record
    const next = await underNextName(claimed, passed, session)
    if (next === null) return stopped(claimed, claimLost(claimed.claim.objectName))
    claimed = next
  }
}

/** If the object of an earlier run was deleted, it may have been signed: lists its attempt as abandoned and starts another one. */
async function objectState(
  claimed: ClaimedRecord,
  session: ClusterSession,
): Promise<ClaimedRecord | null> {
  if ((await session.cluster.signingRequests.read(claimed.claim.objectName)) !== null)
    return claimed
  return underNextName(
    claimed,
    withAbandoned(claimed.record, await inspectAttempt(claimed.claim, session)),
    session,
  )
}

/** Claims the next attempt and records all that is known; null if the record has changed meanwhile. */
async function underNextName(
  claimed: ClaimedRecord,
  known: RequestRecord,
  session: ClusterSession,
): Promise<ClaimedRecord | null> {
  const { record, claim } = claimNextName(known, claimed.claim, n => claimed.objectName(n))
  const written = await writeOrOurs(record, session, found => isSame(found.claim, claim))
  if (!written.isOurs) return null
  return { ...claimed, record: written.record, claim, n: claim.n, isResumed: false }
}
