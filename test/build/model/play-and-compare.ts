// One random history: played, judged by countersign and by the oracle; a disagreement is reported and shrunk.
import { stringify } from 'yaml'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { Step } from '../../../src/domain/cluster/plan-step.ts'
import type { Code } from '../../../src/domain/problem-codes.ts'
import type { Checked, Problem } from '../../../src/domain/problem.ts'
import type { Reviewed } from '../../../src/workflows/prove/review-steps.ts'
import type { Given } from '../history/history.ts'
import { readDeed, readGiven } from '../history/read-history.ts'
import { directly, Rehearsal } from '../history/rehearsal.ts'
import type { Reach } from '../history/rehearsal.ts'
import { Impossible } from '../history/stage.ts'
import { Refusal } from '../../github-double/refusal.ts'
import { SeededRandom } from './seeded-random.ts'
import type { RawFiles } from './random-files.ts'
import { HistoryGenerator } from './history-generator.ts'
import { EventLog } from './event-log.ts'
import { randomGiven } from './random-material.ts'
import type { RawDeed, RawHistory } from './random-material.ts'
import type { Opinion } from './oracle-question.ts'
import { ApprovalOracle } from './approval-oracle.ts'

export interface Played {
  readonly history: RawHistory
  /** Empty where countersign and the oracle agree. */
  readonly disagreements: readonly string[]
  readonly counts: Counts
}

/** Counts of `approved` and of each code. */
export type Counts = Map<string, number>

/** A history of at most `length` steps from a seed. */
export async function playRandom(
  seed: number,
  length: number,
  reach: Reach = directly,
): Promise<Played> {
  const chance = new SeededRandom(seed)
  const given = randomGiven(chance)
  const play = new Play(readGiven(given), reach)
  const generator = new HistoryGenerator(chance, play.rehearsal.stage, given['files'] as RawFiles)
  const steps: RawDeed[] = []
  const wanted = 8 + chance.below(length - 7)
  for (let tries = 0; tries < 2 * wanted && steps.length < wanted; tries++) {
    if (play.disagreements.length > 0) break
    const deed = generator.next()
    if (deed !== null && (await play.does(deed))) steps.push(deed)
  }
  await play.judge()
  return { history: { given, steps }, disagreements: play.disagreements, counts: play.counts }
}

/** Plays the same steps again; impossible ones are skipped. */
export async function replay(
  { given, steps }: RawHistory,
  reach: Reach = directly,
): Promise<Played> {
  const play = new Play(readGiven(given), reach)
  const done: RawDeed[] = []
  for (const deed of steps) if (await play.does(deed)) done.push(deed)
  await play.judge()
  return { history: { given, steps: done }, disagreements: play.disagreements, counts: play.counts }
}

/** In the form of a named history. */
export function historyYaml({ given, steps }: RawHistory): string {
  return stringify({
    title: 'Found by the model check',
    about: 'What is wrong here.',
    given,
    steps,
    expect: 'approved',
  })
}

class Play {
  readonly rehearsal: Rehearsal
  readonly disagreements: string[] = []
  readonly counts: Counts = new Map()
  readonly #log: EventLog
  readonly #oracle: ApprovalOracle

  constructor(given: Given, reach: Reach) {
    this.rehearsal = new Rehearsal(given, reach)
    this.#log = new EventLog(this.rehearsal.stage)
    this.#oracle = new ApprovalOracle(this.rehearsal.stage, this.#log)
  }

  /** Whether the step was possible. */
  async does(raw: RawDeed): Promise<boolean> {
    const deed = readDeed(raw)
    // A shrunk history may lack the mark.
    if (deed.kind === 'trustRequests' && !this.rehearsal.stage.marks().has(deed.mark)) return false
    if (deed.kind === 'issue') {
      const tip = this.rehearsal.stage.tip('main')
      const reviewed = await this.rehearsal.issue()
      this.#compare(reviewed, tip)
      if (reviewed.ok) this.#remember(reviewed.value, tip)
      return true
    }
    try {
      await this.rehearsal.play(deed)
    } catch (cause) {
      if (cause instanceof Refusal || cause instanceof Impossible) return false
      throw cause
    }
    if (deed.kind === 'trustRequests') this.#oracle.takesAsRead(deed.mark)
    if (deed.kind === 'unreadable' && deed.what === 'rules') this.#oracle.losesRulesets()
    this.#log.note(deed)
    return true
  }

  /** At the tip, and again as a rerun of an older commit. */
  async judge(): Promise<void> {
    const { stage } = this.rehearsal
    const tip = stage.tip('main')
    this.#compare(await this.rehearsal.review(), tip)
    const older = [...stage.marks().values()].findLast(
      commit => commit !== tip && this.#log.line.some(state => state.commit === commit),
    )
    if (older === undefined) return
    const again = await this.rehearsal.review(older)
    if (again.ok) this.#compareAgain(again.value, tip)
  }

  /** A rerun may do less than the newest run, and never something that the newest run must not do. */
  #compareAgain({ approved }: Reviewed, tip: ObjectId): void {
    const { world } = this.rehearsal.stage
    for (const { step, proof } of approved) {
      const path = pathOf(step)
      const trust = this.#oracle.trusts()
      const opinion = this.#judged(step, tip)
      const isSame = proof.kind === 'review' && world.blobAt(tip, path) === proof.evidence.blob
      if (!trust.isApproved || !opinion.isApproved || !isSame)
        this.disagreements.push(`an old run approved ${path}: ${trust.why}; ${opinion.why}`)
    }
  }

  #compare(reviewed: Checked<Reviewed>, tip: ObjectId): void {
    const trust = this.#oracle.trusts()
    if (!reviewed.ok) {
      this.#count(...reviewed.problems.map(({ code }) => code))
      const told = reviewed.problems.map(({ code, message }) => `${code}: ${message}`).join('\n  ')
      if (trust.isApproved && trust.strictness.length === 0)
        this.disagreements.push(
          `countersign stopped, and the configuration was approved:\n  ${told}`,
        )
      return
    }
    for (const { step, proof } of reviewed.value.approved) {
      this.#count('approved')
      if (!trust.isApproved)
        this.disagreements.push(`countersign trusts the configuration: ${trust.why}`)
      // An end of an earlier commit, below what nobody approved: the oracle judges the newest files only.
      if (proof.kind === 'review' && proof.evidence.commit !== tip) continue
      const opinion = this.#judged(step, tip)
      if (!opinion.isApproved)
        this.disagreements.push(`${pathOf(step)} was approved: ${opinion.why}`)
    }
    for (const { step, problems } of reviewed.value.refused) {
      this.#count(...problems.map(({ code }) => code))
      const isTrusted = trustSaid(problems)
      if (isTrusted === true && !trust.isApproved)
        this.disagreements.push(`countersign trusts the configuration: ${trust.why}`)
      if (isTrusted === false && trust.isApproved && trust.strictness.length === 0)
        this.disagreements.push('countersign does not trust the configuration, and it was approved')
      const opinion = this.#judged(step, tip)
      const told = problems.map(({ code, message }) => `${code}: ${message}`).join('\n  ')
      const strictness = [...trust.strictness, ...opinion.strictness]
      if (trust.isApproved && opinion.isApproved && strictness.length === 0)
        this.disagreements.push(`${pathOf(step)} was refused, and enough approved it:\n  ${told}`)
    }
  }

  #judged(step: Step, tip: ObjectId): Opinion {
    return this.#oracle.judge(pathOf(step), nameOf(step), tip, step.kind === 'renew')
  }

  #count(...words: readonly string[]): void {
    for (const word of words) this.counts.set(word, (this.counts.get(word) ?? 0) + 1)
  }

  /** Includes the proofs of files that changed without another effective request: apply records them. */
  #remember({ approved, keepProofs }: Reviewed, tip: ObjectId): void {
    for (const { step, proof } of [...approved, ...keepProofs])
      if (proof.kind === 'review' && step.kind !== 'withdraw')
        this.#oracle.remember(
          step.request.name,
          proof.evidence.approvals.map(({ review }) => review),
          tip,
          step.request.path,
        )
  }
}

/** Whether the configuration is trusted, by the refusal; null if the refusal came earlier. */
function trustSaid(problems: readonly Problem[]): boolean | null {
  const codes = problems.map(({ code }) => code)
  if (codes.includes('APPROVAL_NO_TRUST_ROOT')) return false
  return codes.some(code => EARLIER.includes(code)) ? null : true
}

/** Refusals of a step that do not depend on the configuration. */
const EARLIER: readonly Code[] = ['APPROVAL_FILE_MOVED', 'APPROVAL_MIXED', 'APPROVAL_UNTRACED']

function pathOf(step: Step): string {
  if ('request' in step) return step.request.path
  return step.path
}

function nameOf(step: Step): string {
  return 'request' in step ? step.request.name : step.name
}
