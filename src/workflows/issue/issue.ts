// One approved step: the record is claimed (first write), sinks and access are checked, the key is made, the CertificateSigningRequest is
// watched, created and approved, the certificate checked and recorded (second write), access granted, the sinks written, and the record
// completed (third write). A crash between any two of these calls is repaired by the next run, which reads record, object and sinks
// and remembers nothing else.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, isNonEmpty, placed, unplaced } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { Claim, RequestRecord } from '../../domain/cluster/record.ts'
import { placeOf } from '../../domain/request/request.ts'
import { leafOf, currentCertificate } from '../../core/plan/current-certificate.ts'
import { noLongerNamed } from '../../core/sink/delete-credential.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import { withClaimExpired } from '../../core/plan/claim-rules.ts'
import { withFailure } from '../../core/plan/failure-back-off.ts'
import { released, withAbandoned } from '../../core/plan/record-state.ts'
import type { ClusterSession } from './cluster-session.ts'
import { claimAttempt, inspectAttempt, unknownAttempt } from './claim-attempt.ts'
import type { Attempt, ClaimedRecord } from './claim-attempt.ts'
import { requestCertificate } from './request-certificate.ts'
import type { ReadyToStore } from './request-certificate.ts'
import type { Opened } from './check-sinks.ts'
import { endGrant } from './grant-access.ts'
import { recordIssued } from './record-issued.ts'
import { writeSinks } from './write-sinks.ts'
import type { WrittenSinks } from './write-sinks.ts'

/** Never throws a CountersignError: it becomes the outcome of this step alone. */
export async function issueStep(
  approved: ApprovedStep<IssuingStep>,
  session: ClusterSession,
): Promise<StepOutcome> {
  const { step } = approved
  try {
    const claimed = await claimAttempt(approved, session)
    if ('kind' in claimed) return { ...claimed, step }
    const requested = await requestCertificate({ approved, claimed, session })
    const attempt = { approved, claimed: requested.claimed, session }
    if (requested.kind === 'ready') return await finish(attempt, requested)
    const { problems, isPending } = requested
    return await (isPending
      ? failResumable(attempt, problems, true)
      : failAbandoned(attempt, problems))
  } catch (cause) {
    return { kind: 'failed', step, problems: [caughtProblem(cause)] }
  }
}

async function finish(
  attempt: Attempt,
  { opened, inspected, keyStays, access }: ReadyToStore,
): Promise<StepOutcome> {
  const { approved, claimed, session } = attempt
  const { step, proof } = approved
  const { chain, key } = inspected
  const { roles, granted } = access ?? { roles: [], granted: null }
  const stored = await writeSinks(opened.open, attempt, inspected)
  const [missed, closed] = [
    stored.missed.map(({ target }) => target),
    opened.closed.map(({ target }) => target),
  ]
  const problems = [...stored.missed, ...opened.closed].map(({ problem }) => problem)
  if (isNonEmpty(problems) && !isKept(opened, stored)) {
    // The next run reads the sinks, since one of several may hold the pair now. If none does, it lists the attempt as abandoned; for
    // a key that is kept it resumes the attempt, so that no second certificate is requested.
    if (step.request.sinks.length === 1 && !keyStays) {
      await endGrant(step.request, grantOfAttempt(claimed), session)
      return failAbandoned(attempt, problems)
    }
    return failResumable(attempt, problems, keyStays)
  }
  const sealed = stored.delivered.flatMap(({ sealed: each }) => each ?? [])
  const recorded = await recordIssued(attempt, { chain, key, sealed, missed, closed, granted })
  const where = stored.delivered.map(({ where: each }) => each)
  const unwritten = recorded === null ? [] : [recorded]
  const changed = opened.open.flatMap(open =>
    open.kind === 'githubSecret' ? (open.warning ?? []) : [],
  )
  const { isUnlisted = false } = claimed
  const warnings = [
    ...(isUnlisted ? [unlisted(step)] : []),
    ...inspected.warnings,
    ...changed,
    ...leftBehind(step, claimed.record),
    ...unwritten,
  ]
  if (isNonEmpty(problems)) {
    const incomplete = incompletely(step, where, [...missed, ...closed])
    const all = [incomplete, ...problems, ...warnings] as const
    const outcome = failed(step, all)
    return { ...outcome, validUntil: chain.leaf.notAfter, roles }
  }
  return {
    kind: 'issued',
    step,
    serial: chain.leaf.serial,
    sha256: chain.leaf.sha256,
    notAfter: chain.leaf.notAfter,
    certificate: chainPem(chain),
    ...(proof.kind === 'review' && !isUnlisted ? { evidence: proof.evidence } : {}),
    stored: where,
    logsInAs: inspected.logsInAs,
    roles,
    warnings,
  }
}

function unlisted({ request }: IssuingStep): Problem {
  return unplaced(
    'AUDIT_UNPROVED',
    `the certificate of ${request.name} was found in its Secret, and no record says who approved it; the approval of today is of its file`,
    'if the records were lost, revocations are, too: revoke again what was revoked. For a certificate with an approval, raise reissue in the file',
  )
}

/** The grant of the certificate that this run recorded. */
function grantOfAttempt({ record, n }: ClaimedRecord): string | null {
  return record.history.findLast(each => each.n === n)?.grant ?? null
}

/** The sinks of the previous certificate that the request no longer names. */
function leftBehind({ request }: IssuingStep, record: RequestRecord): readonly Problem[] {
  const before = currentCertificate(record)
  const leaf = before === null ? null : leafOf(before)
  return before === null || leaf === null ? [] : noLongerNamed(request, before, leaf.notAfter)
}

/** Whether the next run can complete the delivery: a Secret holds the pair. */
function isKept({ open }: Opened, { missed }: WrittenSinks): boolean {
  return open.some(
    ({ kind, target }) => kind === 'secret' && !missed.some(each => each.target === target),
  )
}

function incompletely(
  { request }: IssuingStep,
  where: readonly string[],
  incomplete: readonly string[],
): Problem {
  return unplaced(
    'SINK_INCOMPLETE',
    `the certificate of ${request.name} is stored in ${where.join(', ')}, and not yet in ${incomplete.join(', ')}`,
    'the next run copies it from there, without a new certificate',
  )
}

function failed(
  step: IssuingStep,
  problems: NonEmpty<Problem>,
): Extract<StepOutcome, { kind: 'failed' }> {
  const file = placeOf(step.request.places, '')
  const at = file === null ? null : { ...file, excerpt: null }
  const [first, ...others] = problems
  return {
    kind: 'failed',
    step,
    problems: [placed(first, at), ...others.map(problem => placed(problem, at))],
  }
}

// The end of the claim on a record after a step failed: given back, or left for the next run.

/** Gives the claim back and lists the attempt as abandoned. Its key is dropped with this call. */
async function failAbandoned(attempt: Attempt, problems: NonEmpty<Problem>): Promise<StepOutcome> {
  await endClaim(attempt, async ({ record, claim }) => {
    const { session } = attempt
    const lost = await inspectAttempt(claim, session).catch(() => unknownAttempt(claim))
    const isAttempt = await wasCreated(claim, session)
    const counted = isAttempt ? await countedFailure(record, attempt, problems) : record
    return released(withAbandoned(counted, lost))
  })
  return failed(attempt.approved.step, problems)
}

/**
 * Leaves the attempt to the next run: its certificate may be in one of the sinks already, or the requester can collect it. If its key
 * may be lost, the attempt counts as a failure.
 */
async function failResumable(
  attempt: Attempt,
  problems: NonEmpty<Problem>,
  keyStays: boolean,
): Promise<StepOutcome> {
  await endClaim(attempt, async ({ record }) => {
    const counted = keyStays ? record : await countedFailure(record, attempt, problems)
    return withClaimExpired(counted, await attempt.session.cluster.now())
  })
  return failed(attempt.approved.step, problems)
}

type Claimed = Pick<ClaimedRecord, 'record' | 'claim'>

/** Writes what `ended` makes of the record. Best effort: if that fails too, the claim ends at its deadline. */
async function endClaim(
  { claimed, session }: Attempt,
  ended: (claimed: Claimed) => Promise<RequestRecord>,
): Promise<void> {
  await newestClaim(claimed, session)
    .then(ended)
    .then(record => session.cluster.records.write(record))
    .catch(caughtProblem)
}

/**
 * The claim with the record as it is in the cluster now: before the error this run may have claimed another object name or recorded a
 * certificate. If another run has taken the record over, the claim as it was: writing it is then a conflict.
 */
async function newestClaim(claimed: Claimed, session: ClusterSession): Promise<Claimed> {
  const record = await session.cluster.records.read(claimed.record.request).catch(() => null)
  const isUnchanged = record?.version?.resourceVersion === claimed.record.version?.resourceVersion
  if (record === null || isUnchanged) return claimed
  const { claim } = record
  return claim?.holder === claimed.claim.holder ? { record, claim } : claimed
}

/**
 * A failure before anything was created costs nothing, and every run tries the step again. If it is not known, it counts as
 * created.
 */
async function wasCreated({ objectName }: Claim, session: ClusterSession): Promise<boolean> {
  const object = await session.cluster.signingRequests.read(objectName).catch(() => undefined)
  return object !== null
}

/** An approval that ended does not count as a failure of the request. */
async function countedFailure(
  record: RequestRecord,
  { approved: { step }, session }: Attempt,
  problems: readonly Problem[],
): Promise<RequestRecord> {
  if (problems.every(({ code }) => code.startsWith('APPROVAL_'))) return record
  const [problem] = problems
  return withFailure(record, step.effective, await session.cluster.now(), problem)
}
