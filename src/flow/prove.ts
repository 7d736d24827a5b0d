// Each step with what its approval is asked for: the rules of the policies that allow it, and what its bytes meant then.
import type { ApprovedStep } from '../domain/approval.ts'
import type { ObjectId } from '../domain/history.ts'
import type { IssuingStep, WithdrawStep } from '../domain/plan.ts'
import { isNonEmpty, refuse } from '../domain/problem.ts'
import type { Checked, NonEmpty, Problem } from '../domain/problem.ts'
import type { RequestFile } from '../domain/request.ts'
import { hidingAttributes } from '../approval/attributes.ts'
import type { AttributesFile } from '../approval/attributes.ts'
import { foldedAway } from '../approval/folded.ts'
import { isMixed } from '../approval/mixed.ts'
import type { Jurisdiction, NamedRule, ProofFacts, Question, Trail } from '../approval/facts.ts'
import { tipsOf } from '../approval/needs.ts'
import { proveByReview } from '../approval/prove.ts'
import type { EvidenceContext } from '../approval/evidence.ts'
import { configurationPlaces } from '../approval/trust.ts'
import type { ReviewedRepository } from '../ports.ts'
import { VERSION } from '../domain/version.ts'
import type { History } from './history.ts'
import { meaningUnder, readConfigurations } from './meaning.ts'
import { textOf } from './read.ts'
import type { Asked } from './read.ts'
import type { Rules } from './rules.ts'
import { keyOf } from './trails.ts'
import type { Trails } from './trails.ts'

export interface Proving {
  readonly source: ReviewedRepository
  readonly history: History
  readonly rules: Rules
  readonly asked: Asked
  readonly files: readonly RequestFile[]
  /** Every .gitattributes file that may be about requests. */
  readonly attributes: readonly AttributesFile[]
  readonly trails: Trails
  /** Paths that the default branch changed after the commit. */
  readonly moved: ReadonlySet<string>
  readonly facts: ProofFacts
  readonly jurisdiction: Jurisdiction
  /** Where the trust in the configuration begins. */
  readonly anchor: ObjectId
}

export interface RefusedStep {
  readonly step: IssuingStep | WithdrawStep
  readonly problems: NonEmpty<Problem>
}

export interface Proofs {
  readonly approved: readonly ApprovedStep[]
  readonly refused: readonly RefusedStep[]
  readonly warnings: readonly Problem[]
}

export async function proveSteps(
  proving: Proving,
  steps: readonly (IssuingStep | WithdrawStep)[],
): Promise<Proofs> {
  const meaning = await meanings(proving)
  const proofs = steps.map(step => ({ step, proof: proveStep(step, proving, meaning) }))
  return {
    approved: proofs.flatMap(({ proof }) => (proof.ok ? [proof.value.approved] : [])),
    refused: proofs.flatMap(({ step, proof }) =>
      proof.ok ? [] : [{ step, problems: proof.problems }],
    ),
    warnings: proofs.flatMap(({ proof }) => (proof.ok ? proof.value.warnings : [])),
  }
}

type MeaningOf = (step: IssuingStep, file: RequestFile, commit: ObjectId) => string | null

/** Reads every configuration that may have been in force when one of the files was reviewed. */
async function meanings({ source, history, trails, facts }: Proving): Promise<MeaningOf> {
  const { config } = history.frame
  const commits = [...trails.values()].flatMap(trail =>
    (facts.linked.get(trail.landing.commit) ?? []).flatMap(number => {
      const pull = facts.pullRequests.get(number)
      return pull === undefined ? [] : tipsOf(trail, pull, facts)
    }),
  )
  const blobOf = (commit: ObjectId): ObjectId | null =>
    facts.ancestry.get(commit)?.objects.get(config) ?? null
  const configurations = await readConfigurations(source, config, [...new Set(commits)], blobOf)
  return (step, file, commit) => {
    const then = configurations(commit)
    return then === null ? null : meaningUnder(then, file, step.request)
  }
}

function proveStep(
  step: IssuingStep | WithdrawStep,
  proving: Proving,
  meaningOf: MeaningOf,
): Checked<{ readonly approved: ApprovedStep; readonly warnings: readonly Problem[] }> {
  const { facts, history, jurisdiction } = proving
  const trail = proving.trails.get(keyOf(step))
  if (trail === undefined) return refuse(untraced(step, history))
  const file = proving.files.find(({ path }) => path === trail.path)
  if (isMovedOn(trail, proving)) return refuse(movedOn(trail, history))
  const hidden = hidingAttributes(proving.attributes, [trail.path])
  if (isNonEmpty(hidden)) return { ok: false, problems: hidden }
  const folded = file === undefined ? null : foldedAway(file.path, textOf(file))
  if (folded !== null) return refuse(folded)
  const places = configurationPlaces(history.frame.config, history.frame.workflow)
  const mixed = isMixed(trail, places, facts)
  if (mixed !== null) return refuse(mixed)
  const question: Question = {
    ...trail,
    ...rulesFor(step, proving),
    purpose: isRenewal(step, trail) ? 'renewal' : 'issue',
    meaningAt:
      step.kind === 'withdraw' || file === undefined
        ? null
        : commit => meaningOf(step, file, commit),
  }
  return proveByReview({ step, question, context: contextOf(proving, file) }, jurisdiction, facts)
}

/** The policies that allow a request say whose approval it needs, never less than approval.requests. */
export function rulesFor(
  step: IssuingStep | WithdrawStep,
  { rules, asked }: Pick<Proving, 'rules' | 'asked'>,
): Pick<Question, 'anyOf' | 'floor' | 'extra'> {
  const floor: NamedRule = { name: 'approval.requests', rule: rules.config.approval.requests }
  if (step.kind === 'withdraw') return { anyOf: [floor], floor, extra: 0 }
  const verdict = asked.verdicts.get(step.request)
  const policies = verdict?.decision === 'allowed' ? verdict.policies : []
  const named = policies.map(({ name, approvals }): NamedRule =>
    approvals === null ? floor : { name: `policy ${name}`, rule: approvals },
  )
  const isOpaque = step.request.format === 'pkcs10' || step.request.format === 'csr-manifest'
  return { anyOf: isNonEmpty(named) ? named : [floor], floor, extra: isOpaque ? 1 : 0 }
}

/** Only what was issued by review before is renewed; a certificate from a terminal needs its first proof. */
function isRenewal(step: IssuingStep | WithdrawStep, { earlier }: Trail): boolean {
  return step.kind === 'renew' && earlier !== null && step.current.proof.kind === 'review'
}

function contextOf(
  { history, anchor }: Proving,
  file: RequestFile | undefined,
): Omit<EvidenceContext, 'meaning'> {
  const { frame, states } = history
  return {
    tool: VERSION,
    commit: frame.commit,
    configuration: states.at(-1)?.files ?? new Map(),
    trustRoot: { digest: frame.trustedConfig, anchor },
    bytes: file?.bytes ?? null,
  }
}

/** What is applied must still be what the default branch holds, and have been so all the time since. */
function isMovedOn({ path, blob }: Trail, { moved, history, facts }: Proving): boolean {
  return moved.has(path) || facts.blobAt({ commit: history.repository.tip, path }) !== blob
}

function movedOn({ path }: Trail, { repository }: History): Problem {
  return {
    code: 'APPROVAL_FILE_MOVED',
    at: null,
    message: `${path} changed on ${repository.defaultBranch} after the commit of this run`,
    hint: 'nothing is done for it here; the run of the newest commit decides',
  }
}

function untraced(step: IssuingStep | WithdrawStep, { repository }: History): Problem {
  const { name } = step.kind === 'withdraw' ? step : step.request
  return {
    code: 'APPROVAL_UNTRACED',
    at: null,
    message: `how the file of ${name} came to ${repository.defaultBranch} cannot be found out`,
    hint: 'open a pull request that changes any byte of the file, and have it approved',
  }
}
