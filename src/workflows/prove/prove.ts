// Proofs of steps: each step's question, answered by its reviews.
import type { ApprovalProof, ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep, KeepStep, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { Checked, NonEmpty, Problem } from '../../domain/problem.ts'
import { evidenceDigest, evidenceOf } from '../../core/approval/build-evidence.ts'
import { judgeApproval } from '../../core/approval/judge-approval.ts'
import { proveByReview } from '../../core/approval/approved-step.ts'
import { questionOf } from './review-question.ts'
import type { Deciding, Proving } from './review-question.ts'

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
  return proving.lookUps.decideKnowing(proving.facts, facts => {
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
  const stepQuestion = questionOf(step, deciding)
  if (!stepQuestion.ok) return stepQuestion
  return proveByReview(stepQuestion.value, deciding.approvers, deciding.facts)
}

/** Empty without an approval. That is no problem here, since nothing is done; the next step for the file will need one. */
function provenKept(step: KeepStep, deciding: Deciding): readonly KeptProof[] {
  const stepQuestion = questionOf(step, deciding)
  if (!stepQuestion.ok) return []
  const { question, context } = stepQuestion.value
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
