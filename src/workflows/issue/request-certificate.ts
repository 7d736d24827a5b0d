// The certificate of a held record: found in a sink, or asked for, waited for and looked at.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { CountersignError } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { draft } from '../../core/cluster/draft-attempt.ts'
import type { Draft } from '../../core/cluster/draft-attempt.ts'
import type { Keeper } from '../../core/cluster/signing-request-manifest.ts'
import { settle } from '../../core/cluster/signing-conversation.ts'
import type { Settlement } from '../../core/cluster/signing-conversation.ts'
import { claimLost, claimLostBeforeStoring, occupied } from '../../core/cluster/signing-errors.ts'
import { claimNextName, withAbandoned } from '../../core/plan/record-state.ts'
import type { Desk } from './cluster-session.ts'
import { fate, keyMayStay } from './claim-record.ts'
import type { Held } from './claim-record.ts'
import { inspect, stillGood } from './inspect-certificate.ts'
import type { Inspected } from './inspect-certificate.ts'
import { obstacles, openSinks } from './check-sinks.ts'
import type { Opened } from './check-sinks.ts'
import { recordSigned } from './record-issued.ts'
import { storedKey } from './stored-keys.ts'
import { recoverFromSinks } from './write-sinks.ts'

const NAMES_TRIED = 3

/** A certificate and where it goes; or why there is none, with the claim as it stands then. */
export type Obtained =
  | {
      readonly kind: 'made'
      readonly held: Held
      readonly opened: Opened
      readonly inspected: Inspected
      readonly keyStays: boolean
    }
  | {
      readonly kind: 'stopped'
      readonly held: Held
      readonly problems: NonEmpty<Problem>
      /** It is signed or will be, for a key that stays: the next run collects it. */
      readonly isToCome: boolean
    }

/** Nothing is stored in here: whatever ends it, the claim may be given back. Throws nothing that the world refused. */
export async function obtain(
  approved: ApprovedStep<IssuingStep>,
  held: Held,
  desk: Desk,
): Promise<Obtained> {
  return obtainOrThrow(approved, held, desk).catch(stoppedBy(held, held.goesOn))
}

async function obtainOrThrow(
  approved: ApprovedStep<IssuingStep>,
  held: Held,
  desk: Desk,
): Promise<Obtained> {
  const { request } = approved.step
  const opened = await openSinks(request, held.record, desk)
  const closed = obstacles(opened, held.record)
  if (closed !== null) return { kind: 'stopped', held, problems: closed, isToCome: held.goesOn }
  const recovered = recoverFromSinks(opened.open, approved, held, desk.keys)
  const good = recovered === null ? null : await stillGood(recovered.inspected, approved, desk)
  if (recovered !== null && good !== null) {
    const found = { ...held, n: recovered.n }
    const keyStays = keyMayStay(request)
    return made({ held: found, opened, inspected: good, keyStays }, approved, desk)
  }
  const drafted = await draft(
    approved,
    desk.keys,
    storedKey(request, opened.open, held.record, desk.keys),
  )
  if (!drafted.ok)
    return { kind: 'stopped', held, problems: drafted.problems, isToCome: held.goesOn }
  const asking = ask(approved, drafted.value, { held, opened }, desk)
  return asking.catch(stoppedBy(held, drafted.value.keyStays))
}

function stoppedBy(held: Held, isToCome: boolean): (cause: unknown) => Obtained {
  return cause => {
    if (!(cause instanceof CountersignError)) throw cause
    return { kind: 'stopped', held, problems: [cause.problem], isToCome }
  }
}

/** After these, what was asked for may still be signed. */
const STILL_TO_COME: readonly Problem['code'][] = ['CLUSTER_UNSIGNED', 'CLUSTER_CLAIM_LOST']

async function ask(
  approved: ApprovedStep<IssuingStep>,
  drafted: Draft,
  { held: first, opened }: Pick<Made, 'held' | 'opened'>,
  desk: Desk,
): Promise<Obtained> {
  const { keyStays } = drafted
  const { held, settlement } = await settleUnderFreeName(approved, drafted, first, desk)
  const stopped = (problems: NonEmpty<Problem>): Obtained => {
    const isToCome = keyStays && problems.every(({ code }) => STILL_TO_COME.includes(code))
    return { kind: 'stopped', held, problems, isToCome }
  }
  if (settlement.kind !== 'issued') return stopped([settlement.problem])
  const inspected = await inspect(settlement.certificate, drafted, approved, desk)
  if (!inspected.ok) return stopped(inspected.problems)
  return made({ held, opened, inspected: inspected.value, keyStays }, approved, desk)
}

type Made = Extract<Obtained, { readonly kind: 'made' }>

/** A certificate that may be stored now: the record knows of it, and the claim is still good. */
async function made(
  { held, keyStays, ...found }: Omit<Made, 'kind'>,
  approved: ApprovedStep<IssuingStep>,
  desk: Desk,
): Promise<Obtained> {
  const lost = [claimLostBeforeStoring(held.claim.objectName)] as const
  const known = await recordSigned(approved, held, found.inspected.chain, desk)
  if (known === null) return { kind: 'stopped', held, problems: lost, isToCome: keyStays }
  // Two minutes later somebody else may have the record; a write that begins now has ended by then, one way or another.
  if ((await desk.cluster.now()) >= held.claim.deadline)
    return { kind: 'stopped', held: known, problems: lost, isToCome: keyStays }
  return { kind: 'made', held: known, keyStays, ...found }
}

function keeperOf({ config: { owner }, clusterConfig: { name, recordNamespace } }: Desk): Keeper {
  return { owner, cluster: name, recordNamespace }
}

/** Under the claimed name, or the next two where somebody else's objects stand in the way. */
async function settleUnderFreeName(
  approved: ApprovedStep<IssuingStep>,
  drafted: Draft,
  first: Held,
  desk: Desk,
): Promise<{ held: Held; settlement: Exclude<Settlement, { kind: 'occupied' }> }> {
  const { step } = approved
  const names: string[] = []
  const standing = first.goesOn ? await whereObjectStands(first, desk) : first
  if (standing === null) {
    const problem = claimLost(first.claim.objectName)
    return { held: first, settlement: { kind: 'stopped', problem } }
  }
  for (let held = standing; ;) {
    const settlement = await settle(
      {
        approved,
        drafted,
        keeper: keeperOf(desk),
        name: held.claim.objectName,
        username: desk.identity.username,
        budgetSeconds: desk.waitSeconds,
        objection: () => desk.objection(approved),
        mayApprove: async () => (await desk.cluster.now()) < held.claim.deadline,
        reached: state => desk.progress.step(step.request.name, step.request.cluster, state),
      },
      desk.cluster.signingRequests,
      desk.clock,
    )
    if (settlement.kind !== 'occupied') return { held, settlement }
    names.push(held.claim.objectName)
    const problem = occupied(names, settlement.creator)
    if (names.length === NAMES_TRIED) return { held, settlement: { kind: 'stopped', problem } }
    // Ours, from a record that was lost: its key is, too.
    const passed =
      settlement.creator === desk.identity.username
        ? withAbandoned(held.record, await fate(held.claim, desk))
        : held.record
    const next = await underNextName(held, passed, desk)
    if (next === null) return { held, settlement: { kind: 'stopped', problem } }
    held = next
  }
}

/** Where the object of an earlier run is gone, nobody can tell what was signed: its attempt is listed, and another begins. */
async function whereObjectStands(held: Held, desk: Desk): Promise<Held | null> {
  if ((await desk.cluster.signingRequests.read(held.claim.objectName)) !== null) return held
  return underNextName(held, withAbandoned(held.record, await fate(held.claim, desk)), desk)
}

/** The claim for the next attempt, in the record with what is known by now; null where that moved on. */
async function underNextName(held: Held, known: RequestRecord, desk: Desk): Promise<Held | null> {
  const { record, claim } = claimNextName(known, held.claim, n => held.objectName(n))
  const written = await desk.cluster.records.write(record)
  if (written.kind === 'conflict') return null
  return { ...held, record: written.record, claim, n: claim.n, goesOn: false }
}
