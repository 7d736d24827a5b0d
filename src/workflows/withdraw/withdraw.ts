// One approved withdrawal, from claim to record: the Secrets in clusters and at GitHub that its files name are deleted if they are
// ours, and its access is seen to end. The certificate works until it expires; Kubernetes cannot revoke.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { withoutGrants } from '../../domain/cluster/grant-binding.ts'
import type { WithdrawStep } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, isNonEmpty, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import type { SealedSink, Sink } from '../../domain/request/sink.ts'
import { foreignBindings, grantsOf } from '../../core/access/unneeded-bindings.ts'
import { newRecord, released, withAbandoned, withWithdrawn } from '../../core/plan/record-state.ts'
import {
  claimToWithdraw,
  unrecordedAttempt,
  withClaimExpired,
} from '../../core/plan/claim-rules.ts'
import { isWithdrawalDue } from '../../core/plan/due-withdrawals.ts'
import {
  leftBehind,
  notAsWritten,
  notOurs,
  otherSink,
  reportLeftover,
} from '../../core/sink/delete-credential.ts'
import type { OtherSink } from '../../core/sink/delete-credential.ts'
import { secretPlace } from '../../core/sink/secret-layout.ts'
import type { SecretPlace } from '../../core/sink/secret-layout.ts'
import { currentCertificate } from '../../core/plan/current-certificate.ts'
import type { ClusterSession } from '../issue/cluster-session.ts'
import { claimUntil } from '../issue/write-claim.ts'
import { inspectAttempt } from '../issue/claim-attempt.ts'
import type { ClaimedRecord } from '../issue/claim-attempt.ts'
import { foreignProblem } from './remove-bindings.ts'
import { bindingsFor } from './sinks-to-delete.ts'

/** Never throws a CountersignError: it becomes the outcome of this step alone. */
export async function withdrawStep(
  { step }: ApprovedStep<WithdrawStep>,
  session: ClusterSession,
): Promise<StepOutcome> {
  try {
    // The run's own clock may be ahead of the cluster's, which decides how long the certificate works.
    if (!isWithdrawalDue(step, await session.cluster.now())) return { kind: 'kept', step }
    const claimed = await claimWithdrawal(step, session)
    if (claimed.kind !== 'claim') return { ...claimed, step }
    return await underClaim(step, claimed, session)
  } catch (cause) {
    return { kind: 'failed', step, problems: [caughtProblem(cause)] }
  }
}

async function underClaim(
  step: WithdrawStep,
  claimed: Withdrawing,
  session: ClusterSession,
): Promise<StepOutcome> {
  const emptied: string[] = []
  const warnings: Problem[] = []
  const problems: Problem[] = [...(await endAccess(claimed.record, session, warnings))]
  for (const sink of step.sinks) {
    const found = await empty(sink, step, claimed, session)
    if (found.kind === 'emptied') emptied.push(sinkTarget(sink))
    else if (found.kind === 'left') warnings.push(found.problem)
    else if (found.kind === 'failed') problems.push(found.problem)
  }
  if (isNonEmpty(problems)) {
    await session.cluster.records.write(await givenBack(step, claimed, session))
    return { kind: 'failed', step, problems }
  }
  const now = await session.cluster.now()
  const record = withWithdrawn(claimed.record, now)
  warnings.push(...notEmptied(step, claimed))
  const written = await session.cluster.records.write(record)
  if (written.kind === 'conflict') return { kind: 'waiting', step, problem: lost(step) }
  const listed = step.bindings ?? (await bindingsFor(step, session.cluster))
  const bindings = listed && withoutGrants(listed, grantsOf(record, session.config.owner))
  const notAfter = step.until ?? lastEnd(record)
  const hasEnded = notAfter !== null && notAfter <= now
  return { kind: 'withdrawn', step, emptied, notAfter, hasEnded, bindings, warnings }
}

/**
 * Ends the bindings of every grant of the record, by a list from after the claim. Returns why access may be left; a binding without
 * subjects that a finalizer keeps is a warning.
 */
async function endAccess(
  record: RequestRecord,
  session: ClusterSession,
  warnings: Problem[],
): Promise<readonly Problem[]> {
  const { owner } = session.config
  const grants = grantsOf(record, owner)
  if (grants.length === 0) return []
  try {
    const all = await session.bindings()
    const bound = all.filter(each => each.isGranting && each.grants.some(it => grants.includes(it)))
    const foreign = foreignBindings(bound, { owner })
    for (const each of bound.filter(binding => !foreign.includes(binding))) {
      const ended = await session.cluster.grants.unbind(each)
      if (!ended.ok) warnings.push(...ended.problems)
    }
    return foreign.map(each => foreignProblem(each, owner))
  } catch (cause) {
    return [caughtProblem(cause)]
  }
}

/** Sinks that the record lists in addition. */
function notEmptied(step: WithdrawStep, { record }: Withdrawing): readonly Problem[] {
  const known = new Set(step.sinks.map(sinkTarget))
  const told = step.current === null ? [] : (record.issued?.written ?? [])
  return told.filter(target => !known.has(target)).map(target => reportLeftover(target, step))
}

/**
 * Gives the claim back, so that the next run tries again. For an attempt that was never recorded, the claim may be the only trace,
 * so it is kept.
 */
async function givenBack(
  { current }: WithdrawStep,
  { record }: Withdrawing,
  { cluster }: ClusterSession,
): Promise<RequestRecord> {
  return current === null ? withClaimExpired(record, await cluster.now()) : released(record)
}

/** When the last certificate ends that was signed and never recorded; null if there was none. */
function lastEnd({ abandoned }: RequestRecord): Date | null {
  const ends = abandoned.flatMap(({ notAfter }) => notAfter?.getTime() ?? [])
  return ends.length === 0 ? null : new Date(Math.max(...ends))
}

type Emptied =
  /** `untouched`: nothing is there, and nothing shows that anything was. */
  | { readonly kind: 'emptied' | 'untouched' }
  | { readonly kind: 'left' | 'failed'; readonly problem: Problem }

async function empty(
  sink: Sink,
  step: WithdrawStep,
  { claim, record }: Withdrawing,
  session: ClusterSession,
): Promise<Emptied> {
  try {
    if ((await session.cluster.now()) >= claim.deadline)
      return { kind: 'failed', problem: lost(step) }
    const place = secretPlace(sink)
    const isListed =
      record.issued?.sinks.some(each => sinkTarget(each) === sinkTarget(sink)) === true
    const absent = { kind: isListed ? 'emptied' : 'untouched' } as const
    if (place !== null) return (await emptySecret(place, step, session)) ?? absent
    const written = record.issued?.sealed.find(({ target }) => target === sinkTarget(sink)) ?? null
    return (await emptyOther(otherSink(sink), written, session)) ?? absent
  } catch (cause) {
    const problem = caughtProblem(cause)
    // Without the environment there is no secret in it. If only the token cannot see it, the problem says what to grant.
    return { kind: problem.code === 'GITHUB_NOT_FOUND' ? 'left' : 'failed', problem }
  }
}

/** Null if there is no such Secret. */
async function emptySecret(
  { namespace, name }: SecretPlace,
  step: WithdrawStep,
  session: ClusterSession,
): Promise<Emptied | null> {
  const where = `Secret ${namespace}/${name}`
  const stored = await session.cluster.secrets.read(namespace, name)
  if (stored === null) return null
  const holder = { owner: session.config.owner, request: step.name, cluster: step.cluster }
  const foreign = notOurs(stored, holder)
  if (foreign !== null) return { kind: 'left', problem: foreign }
  const removed = await session.cluster.secrets.remove(stored)
  return removed === 'gone' ? { kind: 'emptied' } : { kind: 'failed', problem: changed(where) }
}

/** The same for another sink. */
async function emptyOther(
  sink: OtherSink,
  written: SealedSink | null,
  { externalSinks: { githubSecrets } }: ClusterSession,
): Promise<Emptied | null> {
  if (sink.kind !== 'githubSecret' || githubSecrets === null)
    return { kind: 'left', problem: leftBehind(sink) }
  const updatedAt = await githubSecrets.look(sink)
  if (updatedAt === null) return null
  const foreign = notAsWritten(sink, written, updatedAt)
  if (foreign !== null) return { kind: 'left', problem: foreign }
  await githubSecrets.remove(sink)
  return { kind: 'emptied' }
}

function changed(where: string): Problem {
  return unplaced(
    'SINK_CONFLICT',
    `${where} was changed by another client in the meantime`,
    'it was not deleted; apply again',
  )
}

function lost({ name }: WithdrawStep): Problem {
  return unplaced(
    'CLUSTER_CLAIM_LOST',
    `the claim on ${name} ended before its sinks were deleted`,
    'apply again: it looks at what is left',
  )
}

// The claim on the record for a withdrawal: taken like that of an attempt, so that nothing is issued while its sinks are emptied.

type Withdrawing = Pick<ClaimedRecord, 'record' | 'claim'>

/** `kept`: the certificate is not in use any more. Another run has withdrawn it, or issued another one. */
function claimWithdrawal(
  { name, cluster, record: planned, current }: WithdrawStep,
  session: ClusterSession,
): ReturnType<typeof claimUntil> {
  return claimUntil(name, planned ?? newRecord(name, cluster), session, async record => {
    if (record === null) return { kind: 'kept' }
    const issued = currentCertificate(record)
    const attempt = issued ?? unrecordedAttempt(record)
    if (attempt === null || issued?.n !== current?.n) return { kind: 'kept' }
    const answer = claimToWithdraw(record, attempt, {
      holder: session.processes.holder,
      now: await session.cluster.now(),
      budgetSeconds: session.claimSeconds,
      isGone: holder => session.processes.isGone(holder),
    })
    if (answer.kind !== 'claim' || answer.left === null) return answer
    // The outcome of an attempt that an earlier run left is listed. Its key may be in the Secret that is deleted next.
    const left = await inspectAttempt(answer.left, session)
    return { ...answer, record: withAbandoned(answer.record, left) }
  })
}
