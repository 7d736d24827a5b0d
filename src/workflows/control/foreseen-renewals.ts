// Renewals while GitHub is away (approval.offlineGrace). Each pass proves what will be due within this time as if it were due: the rules
// decide by that time, too. While GitHub does not answer, only these proofs count, and nothing new is issued.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { ActingStep, IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import type { Config } from '../../domain/request/config.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { decidedAt, renewalOf } from '../../core/approval/approved-step.ts'
import { leafOf } from '../../core/plan/current-certificate.ts'
import { enforceLimits } from '../../core/plan/run-limits.ts'
import { waitingAfterFailure } from '../../core/plan/failure-back-off.ts'
import { isLast } from '../../core/plan/access-end.ts'
import { renewalTime } from '../../core/plan/renewal-time.ts'
import type { Clock } from '../../ports/clock-port.ts'
import { issueAll } from '../issue/issue-steps.ts'
import type { Ready } from '../issue/apply-reviewed.ts'
import { reviewedSteps } from '../prove/review-steps.ts'
import { inOwnCluster } from './fenced-clusters.ts'
import type { PassOptions, PassPorts } from './pass-ports.ts'

export interface Foreseen {
  readonly renewals: readonly ApprovedStep<IssuingStep>[]
  readonly config: Config
  readonly commit: ObjectId
  /** When GitHub was asked. */
  readonly since: Date
}

/** The proofs of renewals that come due within approval.offlineGrace; none if that is 0. */
export async function foresee(ports: PassPorts, ready: Ready): Promise<Foreseen> {
  const { config } = ready.commit.rules
  const { since, frame, options } = ready
  const nothing = { renewals: [], config, commit: frame.commit, since }
  const graceMs = config.approval.offlineGraceSeconds * 1000
  if (graceMs === 0) return nothing
  const later = { ...ports, clock: ahead(ports.clock, graceMs) }
  const { isGuarded = async () => false } = options
  const foreseeing = { isGuarded, present: ports.clock.now() }
  const { approved } = await reviewedSteps(later, ready.commit, ready.records, foreseeing)
  return { ...nothing, renewals: approved.filter(isRenewal).map(each => decidedAt(each, since)) }
}

/**
 * Renews what is due by these proofs, within limits.maxRenew and after the back-off of failures. Throws CLUSTER_ codes,
 * CONTROLLER_CLOCK and CONTROLLER_NOT_LEADER.
 */
export async function renewOffline(
  ports: Omit<PassPorts, 'repository'>,
  foreseen: Foreseen,
  { cluster, interrupted }: Omit<PassOptions, 'budget'>,
): Promise<readonly StepOutcome[]> {
  const { config, since } = foreseen
  return inOwnCluster(ports, cluster, foreseen, async observed => {
    const now = ports.clock.now()
    const records = observed.flatMap(each => each.records)
    const due = foreseen.renewals.flatMap(approved => {
      const record = records.find(({ request }) => request === approved.step.request.name)
      const leaf = record?.issued ? leafOf(record.issued) : null
      if (record === undefined || leaf === null) return []
      // What two people asked for is not renewed before its end.
      const isEmergency = record.issued?.proof.kind === 'emergency'
      if (isEmergency ? leaf.notAfter > now : !isDue(approved.step, leaf, config, now)) return []
      return renewalOf(approved, record, leaf.notAfter) ?? []
    })
    const end = since.getTime() + config.approval.offlineGraceSeconds * 1000
    const proofs = {
      approve: async (step: ActingStep) => {
        const found = due.find(each => each.step === step)
        if (found !== undefined && ports.clock.now().getTime() <= end) return ok(found)
        return refuseAs(
          'CONTROLLER_OFFLINE',
          'GitHub did not answer during approval.offlineGrace',
          'renewals continue when GitHub answers again',
        )
      },
      objection: async () => null,
    }
    const steps = due.flatMap(({ step }) => (waitingAfterFailure(step, now) === null ? [step] : []))
    const taking = { maxIssue: null, requests: records.length, now, isHeld: () => false }
    const { allowed } = enforceLimits(steps, config.limits, taking)
    const todo = steps.filter(step => allowed.includes(step))
    return issueAll(todo, proofs, { config, observed }, ports, interrupted)
  })
}

function isRenewal(approved: ApprovedStep): approved is ApprovedStep<IssuingStep> {
  return approved.step.kind === 'renew'
}

function isDue(
  { request }: IssuingStep,
  leaf: X509Certificate,
  config: Config,
  now: Date,
): boolean {
  const renewed = { owner: config.owner, cluster: request.cluster, name: request.name }
  if (isLast(request, leaf.notAfter)) return false
  return renewalTime(leaf, request.renewBefore, config.rotation, renewed, now) <= now
}

function ahead(clock: Clock, milliseconds: number): Clock {
  return {
    now: () => new Date(clock.now().getTime() + milliseconds),
    sleep: (time, signal) => clock.sleep(time, signal),
  }
}
