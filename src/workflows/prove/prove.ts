// Proofs of steps: each step's question, answered by its reviews.
import type { ApprovalProof, ApprovedStep } from '../../domain/proof/approved.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type {
  BlockedStep,
  IssuingStep,
  KeepStep,
  Step,
  WithdrawStep,
} from '../../domain/cluster/plan-step.ts'
import type { Checked, NonEmpty, Problem } from '../../domain/problem.ts'
import { evidenceDigest, evidenceOf } from '../../core/approval/build-evidence.ts'
import { judgeApproval } from '../../core/approval/judge-approval.ts'
import { proveByReview } from '../../core/approval/approved-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { isNonEmpty, ok, refuse, unplaced } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { hidingAttributes } from '../../core/approval/visibility/hiding-attributes.ts'
import type { AttributesFile } from '../../core/approval/visibility/hiding-attributes.ts'
import type { EvidenceContext } from '../../core/approval/build-evidence.ts'
import { hiddenDiffReason, unusualPath } from '../../core/approval/visibility/hidden-diffs.ts'
import { mixedProblem } from '../../core/approval/merges/mixed-pull-request.ts'
import { NOTHING_PROVED } from '../../core/approval/proof-facts.ts'
import type {
  Background,
  GatheredFacts,
  ProofFacts,
  Question,
  FileOrigin,
} from '../../core/approval/proof-facts.ts'
import { configurationPlaces } from '../../core/approval/configuration-places.ts'
import { VERSION } from '../../domain/version.ts'
import { textOf } from '../validate/read-requests.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import type { History } from './applied-history.ts'
import { fileOf, otherRules } from './past-requests.ts'
import type { RulesAt } from './rules-at-landings.ts'
import type { LookUps } from './look-up-facts.ts'
import type { Configurations } from './effective-request-then.ts'
import { originKeyOfStep, issuedElsewhere } from './request-origins.ts'
import type { FileOrigins, OriginWithVersions } from './request-origins.ts'
import { effectiveDigestAt, purposeOf, questionAbout } from './step-question.ts'
import type { TrustedCommit } from './trusted-commit.ts'

/** A step with nothing to do, and a new proof for the changed bytes of its file. */
export interface KeepProof {
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
  readonly keepProofs: readonly KeepProof[]
  /** Steps with nothing to do, and blocked ones, whose file is approved as it is. */
  readonly standing: readonly Step[]
  readonly warnings: readonly Problem[]
}

/** `others`: blocked steps, and those with nothing to do for files that changed since their last proof. */
export async function proveSteps(
  proving: Proving,
  steps: readonly (IssuingStep | WithdrawStep)[],
  others: readonly (KeepStep | BlockedStep)[],
): Promise<Proofs> {
  return proving.lookUps.decideKnowing(proving.facts, facts => {
    const deciding = { ...proving, facts }
    const proofs = steps.map(step => ({ step, proof: proveStep(step, deciding) }))
    const standing = others.filter(step => judgedOther(step, deciding) !== null)
    return {
      approved: proofs.flatMap(({ proof }) => (proof.ok ? [proof.value.approved] : [])),
      refused: proofs.flatMap(({ step, proof }) =>
        proof.ok ? [] : [{ step, problems: proof.problems }],
      ),
      keepProofs: standing.flatMap(step => proveKeepStep(step, deciding)),
      standing,
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

/** Null without an approval. That is no problem here, since nothing is done; the next step for the file will need one. */
function judgedOther(step: KeepStep | BlockedStep, deciding: Deciding) {
  const asked = questionOf(step, deciding)
  if (!asked.ok) return null
  const judged = judgeApproval(asked.value.question, deciding.approvers, deciding.facts)
  return judged.ok ? { ...asked.value, approval: judged.value } : null
}

function proveKeepStep(step: KeepStep | BlockedStep, deciding: Deciding): readonly KeepProof[] {
  const judged = judgedOther(step, deciding)
  if (step.kind === 'blocked' || judged === null) return []
  const { question, context, approval } = judged
  const { facts } = deciding
  const evidence = evidenceOf(question, approval, facts, { ...context, meaning: step.effective })
  return [
    { step, proof: { kind: 'review', evidence, at: facts.now, digest: evidenceDigest(evidence) } },
  ]
}

/** How each file of a possible step came to the default branch, and all facts about its reviews. */
export interface TracedFiles {
  readonly fileOrigins: FileOrigins
  readonly facts: GatheredFacts
  readonly configurations: Configurations
  readonly rulesAt: RulesAt
  readonly lookUps: LookUps
}

/** `trusted`: where the trust in the configuration begins. */
export interface Proving extends TracedFiles, Omit<TrustedCommit, 'files'> {
  readonly judgedRequests: JudgedRequests
  readonly files: readonly RequestFile[]
  /** Every .gitattributes file that may apply to requests. */
  readonly attributes: readonly AttributesFile[]
  /** By path, what the default branch held after the commit and not at it. */
  readonly moved: ReadonlyMap<string, readonly (ObjectId | null)[]>
  readonly backgrounds: ReadonlyMap<string, Background>
}

/** The facts of one decision, with those that were looked up. */
type Deciding = Omit<Proving, 'facts'> & { readonly facts: ProofFacts }

/** The question of one step, and what its evidence says about the run. */
interface StepQuestion<S> {
  readonly step: S
  readonly question: Question
  readonly context: Context
}

/** The question that the reviews of a step must answer, or the reason why no review can help. */
function questionOf<S extends Step>(step: S, deciding: Deciding): Checked<StepQuestion<S>> {
  const fileOrigin = deciding.fileOrigins.get(originKeyOfStep(step))
  if (fileOrigin === undefined) return refuse(untraced(step, deciding.history))
  const { path, blob } = fileOrigin
  const file = deciding.files.find(each => each.path === path && each.blob === blob)
  const asked = questionAbout(step, fileOrigin, deciding, {
    background: deciding.backgrounds.get(originKeyOfStep(step)) ?? NOTHING_PROVED,
    purpose: purposeOf(step, fileOrigin),
    effectiveDigestAt: effectiveDigestAt(step, fileOrigin, file, deciding),
  })
  const then = deciding.rulesAt(fileOrigin.landing)
  const judging = { ...deciding, now: deciding.facts.now }
  const question = { ...asked, ...otherRules(then, fileOrigin, judging) }
  const origin = { ...fileOrigin, holdsName: question.holdsName }
  const problems = problemsBeforeReview(step, origin, file, deciding)
  if (isNonEmpty(problems)) return { ok: false, problems }
  return ok({ step, question, context: contextOf(deciding, file) })
}

/** What no review of the file makes good. `file` is undefined for one that was removed. */
function problemsBeforeReview(
  step: Step,
  fileOrigin: OriginWithVersions & Pick<Question, 'holdsName'>,
  file: RequestFile | undefined,
  deciding: Deciding,
): readonly Problem[] {
  const { facts, history } = deciding
  if (history.frame.isPast !== true && isMovedOn(step, fileOrigin, deciding))
    return [movedOn(fileOrigin, history)]
  const elsewhere = issuedElsewhere(step, fileOrigin, history, facts)
  if (elsewhere === 'gone') return [issuedVersionGone(fileOrigin, history)]
  if (elsewhere === 'later') return [untraced(step, history)]
  const hidden = hidingAttributes(deciding.attributes, [fileOrigin.path])
  if (isNonEmpty(hidden)) return hidden
  const { path, blob } = fileOrigin
  // A request may end at a version that is no longer the newest.
  const version = file ?? (blob === null ? null : fileOf(path, blob, deciding.lookUps))
  const folded = version === null ? null : hiddenDiffReason(path, textOf(version))
  if (folded !== null) return [folded]
  // A file that was issued under an unusual name may keep it. Once the file changes, it needs another name.
  const odd = file === undefined || fileOrigin.recorded !== null ? null : unusualPath(file.path)
  if (odd !== null) return [odd]
  const places = configurationPlaces(history.frame.config, history.frame.workflow)
  const mixed = mixedProblem(fileOrigin, places, facts)
  return mixed === null ? [] : [mixed]
}

type Context = Omit<EvidenceContext, 'meaning'>

function contextOf(deciding: Deciding, file: RequestFile | undefined): Context {
  const { trusted } = deciding
  const { frame } = deciding.history
  return {
    tool: VERSION,
    commit: frame.commit,
    // The newest state is that of the applied commit.
    configuration: deciding.history.states.at(-1)?.files ?? new Map(),
    trustRoot: { digest: trusted.digest, anchor: trusted.anchor },
    bytes: file?.bytes ?? null,
  }
}

/**
 * True if the default branch does not have the applied file any more, or had another one in between. For a withdrawal also if another
 * file has requested the name since.
 */
function isMovedOn(
  { kind }: Step,
  { path, holdsName }: FileOrigin & Pick<Question, 'holdsName'>,
  { moved, history, facts, files }: Deciding,
): boolean {
  const applied = files.find(each => each.path === path)?.blob ?? null
  if (moved.has(path) || facts.blobAt({ commit: history.repository.tip, path }) !== applied)
    return true
  const since = [...moved].flatMap(([at, blobs]) => blobs.map(id => [at, id] as const))
  return (
    kind === 'withdraw' && since.some(([at, id]) => id !== null && holdsName?.(at, id) === true)
  )
}

function movedOn({ path }: FileOrigin, { repository }: History): Problem {
  return unplaced(
    'APPROVAL_FILE_MOVED',
    `${path} changed on ${repository.defaultBranch} after the commit of this run`,
    'nothing is done for it here; the run of the newest commit decides',
  )
}

function issuedVersionGone({ path }: FileOrigin, { repository }: History): Problem {
  return unplaced(
    'APPROVAL_HISTORY_REWRITTEN',
    `${repository.defaultBranch} does not have the version of ${path} any more that was issued`,
    'bring the file to the default branch by a new pull request, and have it approved',
  )
}

function untraced(step: Step, { repository }: History): Problem {
  const name = stepTarget(step).name
  return unplaced(
    'APPROVAL_UNTRACED',
    `the pull request or push that brought the file of ${name} to ${repository.defaultBranch} cannot be determined`,
    'bring the file to the default branch by a pull request of a person, and have it approved',
  )
}
