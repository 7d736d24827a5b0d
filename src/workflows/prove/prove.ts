// Proofs of steps. The question for each step has the rules of the policies that allow it, its effective request at the time of the
// reviews, and everything since the last proved version of its file.
import type { ApprovalProof, ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep, KeepStep, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import { isNonEmpty, ok, refuse } from '../../domain/problem.ts'
import type { Checked, NonEmpty, Problem } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { hidingAttributes } from '../../core/approval/visibility/hiding-attributes.ts'
import type { AttributesFile } from '../../core/approval/visibility/hiding-attributes.ts'
import { evidenceDigest, evidenceOf } from '../../core/approval/build-evidence.ts'
import type { EvidenceContext } from '../../core/approval/build-evidence.ts'
import { hiddenDiffReason, unusualPath } from '../../core/approval/visibility/hidden-diffs.ts'
import { judgeApproval } from '../../core/approval/judge-approval.ts'
import { isMixed } from '../../core/approval/merges/mixed-pull-request.ts'
import type {
  Background,
  GatheredFacts,
  Approvers,
  ProofFacts,
  Question,
  FileOrigin,
} from '../../core/approval/proof-facts.ts'
import { proveByReview } from '../../core/approval/approved-step.ts'
import { configurationPlaces } from '../../core/approval/configuration-places.ts'
import type { ConfigurationFiles, TrustedConfiguration } from '../../core/approval/trust-root.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { VERSION } from '../../domain/version.ts'
import { approverRules } from './approver-rules.ts'
import type { History } from './applied-history.ts'
import type { LookUps } from './look-up-facts.ts'
import { effectiveDigestUnder } from './effective-request-then.ts'
import type { Configurations } from './effective-request-then.ts'
import { byOldRule, oldRuleUntil } from './old-rule-records.ts'
import { textOf } from '../validate/read-requests.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { keyOf } from './request-origins.ts'
import type { FileOrigins } from './request-origins.ts'

export interface Proving {
  readonly source: ReviewedRepository
  readonly history: History
  readonly rules: Rules
  readonly asked: JudgedRequests
  readonly files: readonly RequestFile[]
  /** Every .gitattributes file that may apply to requests. */
  readonly attributes: readonly AttributesFile[]
  readonly fileOrigins: FileOrigins
  /** Paths that the default branch changed after the commit. */
  readonly moved: ReadonlySet<string>
  readonly backgrounds: ReadonlyMap<string, Background>
  readonly facts: GatheredFacts
  readonly lookUps: LookUps
  readonly configurations: Configurations
  readonly approvers: Approvers
  /** Where the trust in the configuration begins, and by which rule. */
  readonly trusted: TrustedConfiguration
}

/** The facts of one decision, with those that were looked up. */
type Deciding = Omit<Proving, 'facts'> & { readonly facts: ProofFacts }

/** A step with nothing to do, and a new proof for the changed bytes of its file. */
export interface KeptProof {
  readonly step: KeepStep
  readonly proof: Extract<ApprovalProof, { readonly kind: 'review' }>
}

export interface RefusedStep {
  readonly step: IssuingStep | WithdrawStep
  readonly problems: NonEmpty<Problem>
}

export interface Proofs {
  readonly approved: readonly ApprovedStep[]
  readonly refused: readonly RefusedStep[]
  readonly kept: readonly KeptProof[]
  readonly warnings: readonly Problem[]
}

/** `kept`: steps with nothing to do, for files that changed since their last proof. */
export async function proveSteps(
  proving: Proving,
  steps: readonly (IssuingStep | WithdrawStep)[],
  kept: readonly KeepStep[],
): Promise<Proofs> {
  return proving.lookUps.settle(proving.facts, facts => {
    const deciding = { ...proving, facts }
    const proofs = steps.map(step => ({ step, proof: proveStep(step, deciding) }))
    return {
      approved: proofs.flatMap(({ proof }) => (proof.ok ? [proof.value.approved] : [])),
      refused: proofs.flatMap(({ step, proof }) =>
        proof.ok ? [] : [{ step, problems: proof.problems }],
      ),
      kept: kept.flatMap(step => provenKept(step, deciding)),
      warnings: proofs.flatMap(({ proof }) => (proof.ok ? proof.value.warnings : [])),
    }
  })
}

type Proof = Checked<{
  readonly approved: ApprovedStep
  readonly warnings: readonly Problem[]
}>

function proveStep(step: IssuingStep | WithdrawStep, deciding: Deciding): Proof {
  const asked = reviewedStep(step, deciding)
  if (!asked.ok) return asked
  const { approvers, facts } = deciding
  const { oldRule } = deciding.trusted
  const today = oldRule === null ? proveByReview(asked.value, approvers, facts) : unproved(oldRule)
  if (today.ok) return today
  const until = oldRuleUntil(
    asked.value.question,
    deciding.trusted,
    configurationIn(deciding),
    facts.now,
  )
  if (until === null) return today
  const { question, context } = asked.value
  const old = proveByReview(
    {
      step,
      question: { ...question, background: null },
      context: { ...context, oldRuleUntil: until },
    },
    approvers,
    facts,
  )
  if (!old.ok) return today
  const warnings = [...old.value.warnings, byOldRule(question, until, today.problems[0])]
  return ok({ ...old.value, warnings })
}

function unproved(problems: NonEmpty<Problem>): Proof {
  return { ok: false, problems }
}

/** The question that the reviews of a step must answer, or the reason why no review can help. */
function reviewedStep<S extends IssuingStep | WithdrawStep | KeepStep>(
  step: S,
  deciding: Deciding,
): Checked<{ readonly step: S; readonly question: Question; readonly context: Context }> {
  const { facts, history, configurations } = deciding
  const fileOrigin = deciding.fileOrigins.get(keyOf(step))
  if (fileOrigin === undefined) return refuse(untraced(step, history))
  const file = deciding.files.find(({ path }) => path === fileOrigin.path)
  if (isMovedOn(fileOrigin, deciding)) return refuse(movedOn(fileOrigin, history))
  const hidden = hidingAttributes(deciding.attributes, [fileOrigin.path])
  if (isNonEmpty(hidden)) return { ok: false, problems: hidden }
  const folded = file === undefined ? null : hiddenDiffReason(file.path, textOf(file))
  if (folded !== null) return refuse(folded)
  // A file that was issued under an unusual name may keep it. Once the file changes, it needs another name.
  const odd = file === undefined || fileOrigin.earlier !== null ? null : unusualPath(file.path)
  if (odd !== null) return refuse(odd)
  const places = configurationPlaces(history.frame.config, history.frame.workflow)
  const mixed = isMixed(fileOrigin, places, facts)
  if (mixed !== null) return refuse(mixed)
  const isWithdrawal = step.kind === 'withdraw'
  const request = 'request' in step ? step.request : null
  const verdict = request === null ? null : (deciding.asked.verdicts.get(request) ?? null)
  const question: Question = {
    ...fileOrigin,
    ...approverRules(request, verdict, deciding.rules.config),
    background: deciding.backgrounds.get(keyOf(step)) ?? { proved: null, since: [] },
    purpose: isRenewal(step, fileOrigin) ? 'renewal' : 'issue',
    effectiveDigestAt:
      isWithdrawal || request === null || file === undefined
        ? null
        : commit => {
            const then = configurations(commit)
            return then === null ? null : effectiveDigestUnder(then, file, request)
          },
  }
  return ok({ step, question, context: contextOf(deciding, file) })
}

/** Empty without an approval. That is no problem here, since nothing is done; the next step for the file will need one. */
function provenKept(step: KeepStep, deciding: Deciding): readonly KeptProof[] {
  const asked = reviewedStep(step, deciding)
  if (!asked.ok || deciding.trusted.oldRule !== null) return []
  const { question, context } = asked.value
  const { approvers, facts } = deciding
  const judged = judgeApproval(question, approvers, facts)
  if (!judged.ok) return []
  const evidence = evidenceOf(question, judged.value, facts, {
    ...context,
    meaning: step.effective,
  })
  return [
    { step, proof: { kind: 'review', evidence, at: facts.now, digest: evidenceDigest(evidence) } },
  ]
}

/** True only for a certificate that was issued by review. One from a terminal needs its first proof. */
function isRenewal(step: Step, { earlier }: FileOrigin): boolean {
  return step.kind === 'renew' && earlier !== null && step.current.proof.kind === 'review'
}

function configurationIn({ history }: Deciding): ConfigurationFiles {
  return history.states.at(-1)?.files ?? new Map()
}

type Context = Omit<EvidenceContext, 'meaning'>

function contextOf(deciding: Deciding, file: RequestFile | undefined): Context {
  const { trusted } = deciding
  const { frame } = deciding.history
  return {
    tool: VERSION,
    commit: frame.commit,
    configuration: configurationIn(deciding),
    trustRoot: { digest: frame.trustedConfig, anchor: trusted.anchor },
    bytes: file?.bytes ?? null,
    oldRuleUntil: null,
  }
}

/** True if the default branch does not have the applied file any more, or had another one in between. */
function isMovedOn({ path, blob }: FileOrigin, { moved, history, facts }: Deciding): boolean {
  return moved.has(path) || facts.blobAt({ commit: history.repository.tip, path }) !== blob
}

function movedOn({ path }: FileOrigin, { repository }: History): Problem {
  return {
    code: 'APPROVAL_FILE_MOVED',
    at: null,
    message: `${path} changed on ${repository.defaultBranch} after the commit of this run`,
    hint: 'nothing is done for it here; the run of the newest commit decides',
  }
}

function untraced(step: IssuingStep | WithdrawStep | KeepStep, { repository }: History): Problem {
  const { name } = step.kind === 'withdraw' ? step : step.request
  return {
    code: 'APPROVAL_UNTRACED',
    at: null,
    message: `how the file of ${name} came to ${repository.defaultBranch} cannot be found out`,
    hint: 'as a person, bring the file by a pull request into the default branch, and have it approved',
  }
}
