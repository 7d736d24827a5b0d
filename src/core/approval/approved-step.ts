// The only maker of ApprovedStep values: from enough approvals of code review, from a person at a terminal, or from an emergency.
import { createHash } from 'node:crypto'
import type { ApprovalProof, ApprovedStep, TerminalProof } from '../../domain/proof/approved.ts'
import type { EmergencyAsk, RecordedEmergency } from '../../domain/cluster/emergency.ts'
import type { IssuingStep, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { SignerConfig } from '../../domain/request/config.ts'
import { carryingGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import { predict } from '../../lib/kubernetes/predict-certificate.ts'
import { evidenceDigest, evidenceOf } from './build-evidence.ts'
import type { EvidenceContext } from './build-evidence.ts'
import type { Approvers, ProofFacts, Question } from './proof-facts.ts'
import { judgeApproval } from './judge-approval.ts'
import { judgeAsk } from './judge-emergency.ts'
import type { EmergencyFacts } from './judge-emergency.ts'

/** What the person at the terminal saw, and who they are. */
export interface TerminalFacts extends Omit<TerminalProof, 'kind' | 'digest'> {
  /** True if CI or GITHUB_ACTIONS is set: no person is present. */
  readonly isAutomation: boolean
  /** `approval.commandLine` of the configuration. */
  readonly commandLine: 'ask' | 'never'
  /** True if the person typed yes or passed --yes. */
  readonly saidYes: boolean
}

/** A step with the question that its reviews must answer. */
export interface ReviewedStep<S extends IssuingStep | WithdrawStep> {
  readonly step: S
  readonly question: Question
  readonly context: Omit<EvidenceContext, 'meaning'>
}

/**
 * The sealed step with its evidence, and warnings that stop nothing. Refuses with the problems of `judgeApproval`. Throws a
 * TypeError if the question names another path or blob than an issuing step, which is a bug of the caller.
 */
export function proveByReview<S extends IssuingStep | WithdrawStep>(
  { step, question, context }: ReviewedStep<S>,
  approvers: Approvers,
  facts: ProofFacts,
): Checked<{ readonly approved: ApprovedStep<S>; readonly warnings: readonly Problem[] }> {
  if (step.kind !== 'withdraw' && !isAbout(question, step.request))
    throw new TypeError(`the question names ${question.path}, and the step another file`)
  const judged = judgeApproval(question, approvers, facts)
  if (!judged.ok) return judged
  const meaning = effectiveDigestOf(step)
  const evidence = evidenceOf(question, judged.value, facts, { ...context, meaning })
  const digest = evidenceDigest(evidence)
  const approved = seal(step, { kind: 'review', evidence, at: facts.now, digest })
  return ok({ approved, warnings: judged.value.warnings })
}

function isAbout(question: Question, { path, blob }: IssuingStep['request']): boolean {
  return question.path === path && question.blob === blob
}

/**
 * The step sealed with the person who said yes to the plan that holds it. Refuses with APPROVAL_COMMAND_LINE (in CI, or with
 * `approval.commandLine: never`) and APPROVAL_DECLINED (no yes). A courtesy only: RBAC and the guard protect the cluster.
 */
export function proveAtTerminal<S extends IssuingStep | WithdrawStep>(
  step: S,
  facts: TerminalFacts,
): Checked<ApprovedStep<S>> {
  if (facts.isAutomation)
    return refuseAs(
      'APPROVAL_COMMAND_LINE',
      'apply at the command line needs a person, and CI or GITHUB_ACTIONS is set',
      'in GitHub use the action, which proves the approval by code review',
    )
  if (facts.commandLine === 'never')
    return refuseAs(
      'APPROVAL_COMMAND_LINE',
      'approval.commandLine is never in countersign.yaml: nothing is applied from a terminal',
      'open a pull request; the merge applies it',
    )
  if (!facts.saidYes)
    return refuseAs('APPROVAL_DECLINED', 'nobody said yes, so nothing was applied')
  const { osUser, clusterUser, requester, shown, at } = facts
  const digest = createHash('sha256')
    .update(
      JSON.stringify([
        'terminal',
        osUser,
        clusterUser,
        requester,
        shown,
        at.toISOString(),
        effectiveDigestOf(step),
      ]),
    )
    .digest('hex')
  return ok(seal(step, { kind: 'terminal', osUser, clusterUser, requester, shown, at, digest }))
}

/**
 * The step sealed with the people of an emergency. Refuses as `judgeAsk`. Throws a TypeError if the step is for another request, or lives
 * longer than the ask, which is a bug of the caller.
 */
export function proveByEmergency(
  step: IssuingStep,
  ask: EmergencyAsk,
  { effective, ...facts }: EmergencyFacts & Pick<RecordedEmergency, 'effective'>,
): Checked<ApprovedStep<IssuingStep>> {
  const judged = judgeAsk(ask, facts)
  if (!judged.ok) return judged
  const { until, ...asked } = judged.value
  const emergency = { ...asked.emergency, effective }
  const { name, durationSeconds, until: ends } = step.request
  if (name !== ask.request || durationSeconds > ask.seconds || ends === null || ends > until)
    throw new TypeError(`the step for ${name} is not what was asked`)
  const digest = createHash('sha256').update(JSON.stringify([emergency, step.effective]))
  return ok(
    seal(step, { kind: 'emergency', emergency, at: facts.now, digest: digest.digest('hex') }),
  )
}

/**
 * The same step for one attempt, whose certificate also carries `grant`: a group of its own, which means nothing without its
 * bindings. An approval of access covers one such group. Returns the step itself if `grant` is null, or if the requester's PKCS#10
 * carries it already.
 */
export function withGrant(
  approved: ApprovedStep<IssuingStep>,
  grant: string | null,
  signer: SignerConfig | null,
): ApprovedStep<IssuingStep> {
  const { step, proof } = approved
  const request = carryingGrant(step.request, grant)
  if (request === step.request) return approved
  return seal({ ...step, request, prediction: predict(request, signer) }, proof)
}

/**
 * The same renewal for the certificate that the record has now, which ends at `until`. Null if that is of another effective request or
 * file, or withdrawn: the proof says nothing about it.
 */
export function renewalOf(
  { step, proof }: ApprovedStep<IssuingStep>,
  record: RequestRecord,
  until: Date,
): ApprovedStep<IssuingStep> | null {
  const { issued, withdrawnAt } = record
  const { effective, request } = step
  if (issued === null || withdrawnAt !== null) return null
  if ((issued.proof.emergency ?? issued).effective !== effective) return null
  if (issued.path !== request.path || issued.blob !== request.blob) return null
  const renew = { kind: 'renew', because: 'RenewalDue', current: issued, until } as const
  return seal({ ...step, ...renew, record }, proof)
}

/** The same step, whose proof was made at `at` for a later time: its evidence says when GitHub was asked. */
export function decidedAt(
  { step, proof }: ApprovedStep<IssuingStep>,
  at: Date,
): ApprovedStep<IssuingStep> {
  if (proof.kind !== 'review') return seal(step, proof)
  const then = at.toISOString()
  const approvals = proof.evidence.approvals.map(each =>
    each.eligibleAt > then ? { ...each, eligibleAt: then } : each,
  )
  const evidence = { ...proof.evidence, decidedAt: then, approvals }
  return seal(step, { ...proof, evidence, at, digest: evidenceDigest(evidence) })
}

function effectiveDigestOf(step: IssuingStep | WithdrawStep): string {
  return step.kind === 'withdraw' ? `withdraw ${step.cluster} ${step.name}` : step.effective
}

function seal<S extends IssuingStep | WithdrawStep>(
  step: S,
  proof: ApprovalProof,
): ApprovedStep<S> {
  return { step, proof } as ApprovedStep<S>
}
