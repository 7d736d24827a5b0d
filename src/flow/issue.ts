// One approved step, from claim to record. Each line below is one room; a crash between any two of them is healed by the
// next run, which looks at record, object and sink instead of remembering.
import type { ApprovedStep } from '../domain/approval.ts'
import type { StepOutcome } from '../domain/outcome.ts'
import type { IssuingStep } from '../domain/plan.ts'
import { CountersignError, isNonEmpty, placed } from '../domain/problem.ts'
import type { NonEmpty, Problem } from '../domain/problem.ts'
import { placeOf } from '../domain/request.ts'
import { draft } from '../cluster/draft.ts'
import type { Draft } from '../cluster/draft.ts'
import { settle } from '../cluster/settle.ts'
import type { Settlement } from '../cluster/settle.ts'
import { chainPem } from '../sink/layout.ts'
import { claimNextName, withAbandoned } from '../plan/record-state.ts'
import { claimLostBeforeStoring, occupied } from '../cluster/stops.ts'
import type { Desk } from './desk.ts'
import { fate, handOn, holdRecord, keyMayStay, letGo, recordIssued } from './hold.ts'
import type { Held } from './hold.ts'
import { inspect, stillGood } from './inspect.ts'
import type { Inspected } from './inspect.ts'
import { obstacles, openSinks } from './open-sinks.ts'
import type { Opened } from './open-sinks.ts'
import { recoverFromSinks, store, storedKey } from './stores.ts'
import type { Stored } from './stores.ts'

const NAMES_TRIED = 3

/** Never throws: what the world refused is the outcome of this step alone. */
export async function issueStep(
  approved: ApprovedStep<IssuingStep>,
  desk: Desk,
): Promise<StepOutcome> {
  const { step } = approved
  try {
    const hold = await holdRecord(approved, desk)
    if (hold.kind === 'held') return { kind: 'waiting', step, problem: hold.problem }
    if (hold.kind === 'done') return { kind: 'kept', step }
    return await withHold(approved, hold.held, desk)
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    return { kind: 'failed', step, problems: [cause.problem] }
  }
}

async function withHold(
  approved: ApprovedStep<IssuingStep>,
  held: Held,
  desk: Desk,
): Promise<StepOutcome> {
  const made = await make(approved, held, desk).catch((cause: unknown): Made => {
    if (!(cause instanceof CountersignError)) throw cause
    const isToCome = keyMayStay(approved.step.request)
    return { kind: 'stopped', held, problems: [cause.problem], isToCome }
  })
  if (made.kind === 'stopped')
    return made.isToCome
      ? handOver(approved.step, made.held, desk, made.problems)
      : giveUp(approved.step, made.held, desk, made.problems)
  return finish(approved, made, desk)
}

/** A certificate and where it goes; or why there is none, with the claim as it stands then. */
type Made =
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

/** After these, what was asked for may still be signed. */
const STILL_TO_COME: readonly Problem['code'][] = ['CLUSTER_UNSIGNED', 'CLUSTER_CLAIM_LOST']

/** Nothing is stored in here: whatever ends it, the claim may be given back. */
async function make(approved: ApprovedStep<IssuingStep>, held: Held, desk: Desk): Promise<Made> {
  const { request } = approved.step
  const opened = await openSinks(request, held.record, desk)
  const closed = obstacles(opened, held.record)
  if (closed !== null) return { kind: 'stopped', held, problems: closed, isToCome: false }
  const recovered = recoverFromSinks(opened.open, approved, held, desk.keys)
  const good = recovered === null ? null : await stillGood(recovered.inspected, approved, desk)
  if (recovered !== null && good !== null) {
    const found = { ...held, n: recovered.n }
    return { kind: 'made', held: found, opened, inspected: good, keyStays: keyMayStay(request) }
  }
  const drafted = await draft(approved, desk.keys, storedKey(opened.open))
  if (!drafted.ok) return { kind: 'stopped', held, problems: drafted.problems, isToCome: false }
  const { keyStays } = drafted.value
  const { held: settledHeld, settlement } = await settleUnderFreeName(
    approved,
    drafted.value,
    held,
    desk,
  )
  const stopped = (problems: NonEmpty<Problem>): Made => {
    const isToCome = keyStays && problems.every(({ code }) => STILL_TO_COME.includes(code))
    return { kind: 'stopped', held: settledHeld, problems, isToCome }
  }
  if (settlement.kind !== 'issued') return stopped([settlement.problem])
  const inspected = await inspect(settlement.certificate, drafted.value, approved, desk)
  if (!inspected.ok) return stopped(inspected.problems)
  const { claim } = settledHeld
  // Two minutes later somebody else may have the record; a write that begins now has ended by then, one way or another.
  if ((await desk.cluster.now()) >= claim.deadline)
    return stopped([claimLostBeforeStoring(claim.objectName)])
  return { kind: 'made', held: settledHeld, opened, inspected: inspected.value, keyStays }
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
  for (let held = first; ;) {
    const settlement = await settle(
      {
        approved,
        drafted,
        owner: desk.config.owner,
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
    const next = claimNextName(passed, held.claim, n => first.objectName(n))
    const written = await desk.cluster.records.write(next.record)
    if (written.kind === 'conflict') return { held, settlement: { kind: 'stopped', problem } }
    held = { ...held, record: written.record, claim: next.claim, n: next.claim.n }
  }
}

async function finish(
  approved: ApprovedStep<IssuingStep>,
  { held, opened, inspected, keyStays }: Extract<Made, { readonly kind: 'made' }>,
  desk: Desk,
): Promise<StepOutcome> {
  const { step } = approved
  const { chain } = inspected
  const stored = await store(opened.open, approved, held.n, inspected, desk)
  const missed = [...stored.missed, ...opened.closed]
  const problems = missed.map(({ problem }) => problem)
  if (isNonEmpty(problems) && !isKept(opened, stored)) {
    // One of several sinks may hold the pair by now, and what was signed for a key that stays is not signed twice: the next
    // run goes on with this attempt.
    if (step.request.sinks.length === 1 && !keyStays) return giveUp(step, held, desk, problems)
    return handOver(step, held, desk, problems)
  }
  const sealed = stored.delivered.flatMap(({ sealed: each }) => each ?? [])
  const incomplete = missed.map(({ target }) => target)
  const recorded = await recordIssued(approved, held, { chain, sealed, incomplete }, desk)
  const where = stored.delivered.map(({ where: each }) => each)
  if (isNonEmpty(problems))
    return failed(step, [incompletely(step, where, incomplete), ...problems])
  const changed = opened.open.flatMap(open =>
    open.kind === 'githubSecret' ? (open.warning ?? []) : [],
  )
  return {
    kind: 'issued',
    step,
    serial: chain.leaf.serial,
    sha256: chain.leaf.sha256,
    notAfter: chain.leaf.notAfter,
    certificate: chainPem(chain),
    stored: where,
    logsInAs: inspected.logsInAs,
    warnings: [...inspected.warnings, ...changed, ...(recorded === null ? [] : [recorded])],
  }
}

/** Whether the next run can complete what this one could not: the pair stands in a Secret. */
function isKept({ open }: Opened, { missed }: Stored): boolean {
  return open.some(
    ({ kind, target }) => kind === 'secret' && !missed.some(each => each.target === target),
  )
}

function incompletely(
  { request }: IssuingStep,
  where: readonly string[],
  incomplete: readonly string[],
): Problem {
  return {
    code: 'SINK_INCOMPLETE',
    at: null,
    message: `the certificate of ${request.name} stands in ${where.join(', ')}, and not yet in ${incomplete.join(', ')}`,
    hint: 'the next run completes it from there; no other certificate is made for that',
  }
}

/** The next run goes on with this attempt. */
async function handOver(
  step: IssuingStep,
  held: Held,
  desk: Desk,
  problems: NonEmpty<Problem>,
): Promise<StepOutcome> {
  await handOn(held, desk)
  return failed(step, problems)
}

/** The claim is given back, the attempt listed as abandoned: its key is dropped with this call. */
async function giveUp(
  step: IssuingStep,
  held: Held,
  desk: Desk,
  problems: NonEmpty<Problem>,
): Promise<StepOutcome> {
  await letGo(held, { effective: step.effective, problems }, desk)
  return failed(step, problems)
}

function failed(step: IssuingStep, problems: NonEmpty<Problem>): StepOutcome {
  const file = placeOf(step.request.places, '')
  const at = file === null ? null : { ...file, excerpt: null }
  const [first, ...others] = problems
  return {
    kind: 'failed',
    step,
    problems: [placed(first, at), ...others.map(problem => placed(problem, at))],
  }
}
