// Fresh proofs: a step that was proved before the work began is proved again before it starts, many steps at once, so that a review
// that was dismissed or a commit that was reverted in the meantime still stops it.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { ActingStep } from '../../domain/cluster/plan-step.ts'
import { ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { StepProofs } from '../issue/issue-steps.ts'
import type { Reviewed } from './review-steps.ts'
import { originKeyOfStep } from './request-origins.ts'

/** Milliseconds: the greatest age of a step's proof at its approve call. */
const OLDEST_MS = 60_000
/** Milliseconds: older proofs are made again before a step starts. The CertificateSigningRequest comes before the approve call. */
const STALE_MS = 30_000
const STEPS_AT_ONCE = 50

/** Proves the steps of some files again, from the state GitHub is in now. */
export type ProveAgain = (paths: ReadonlySet<string>) => Promise<Checked<Reviewed>>

export class FreshProofs implements StepProofs {
  readonly #again: ProveAgain
  readonly #clock: Clock
  readonly #proofs = new Map<string, { readonly proof: Checked<ApprovedStep>; readonly at: Date }>()
  #waiting: readonly ActingStep[]
  #asking: Promise<void> = Promise.resolve()

  /** `since`: when the facts of the first proofs began to be fetched. */
  constructor(
    first: { readonly reviewed: Reviewed; readonly since: Date },
    steps: readonly ActingStep[],
    again: ProveAgain,
    clock: Clock,
  ) {
    this.#again = again
    this.#clock = clock
    this.#waiting = steps
    this.#keep(first.reviewed, steps, first.since)
  }

  async approve(step: ActingStep): Promise<Checked<ApprovedStep>> {
    await this.#renew(step, STALE_MS)
    this.#waiting = this.#waiting.filter(other => other !== step)
    return this.#proofOf(step)
  }

  async objection({ step }: ApprovedStep): Promise<Problem | null> {
    await this.#renew(step, OLDEST_MS)
    const proof = this.#proofOf(step)
    return proof.ok ? null : proof.problems[0]
  }

  /** One at a time: the second caller finds the proofs of the first. */
  async #renew(step: ActingStep, oldest: number): Promise<void> {
    const done = this.#asking
      .catch(() => undefined)
      .then(async () => {
        const known = this.#proofs.get(originKeyOfStep(step))
        const now = this.#clock.now()
        if (known !== undefined && now.getTime() - known.at.getTime() < oldest) return
        const others = this.#waiting.filter(other => other !== step).slice(0, STEPS_AT_ONCE - 1)
        const batch = [step, ...others]
        const reviewed = await this.#again(new Set(batch.map(step => stepTarget(step).path)))
        if (reviewed.ok) this.#keep(reviewed.value, batch, now)
        else
          for (const each of batch)
            this.#proofs.set(originKeyOfStep(each), { proof: reviewed, at: now })
      })
    this.#asking = done
    return done
  }

  /** A step that is no longer approved loses the proof that it had. */
  #keep({ approved, refused, plan }: Reviewed, batch: readonly ActingStep[], at: Date): void {
    for (const step of batch) {
      const key = originKeyOfStep(step)
      const proved = approved.find(each => originKeyOfStep(each.step) === key)
      const blocked = plan.steps.find(
        each => each.kind === 'blocked' && originKeyOfStep(each) === key,
      )
      const problems =
        refused.find(each => originKeyOfStep(each.step) === key)?.problems ??
        (blocked?.kind === 'blocked' ? blocked.problems : null)
      if (problems !== null) this.#proofs.set(key, { proof: { ok: false, problems }, at })
      else if (proved !== undefined) this.#proofs.set(key, { proof: ok(proved), at })
      else this.#proofs.set(key, { proof: refuse(changed(step)), at })
    }
  }

  #proofOf(step: ActingStep): Checked<ApprovedStep> {
    const proof = this.#proofs.get(originKeyOfStep(step))?.proof
    if (proof === undefined) return refuse(changed(step))
    if (!proof.ok) return proof
    return isOf(proof.value, step) ? ok(proof.value) : refuse(changed(step))
  }
}

/** True if the proof is of a step with the same certificate or the same withdrawal as result. */
function isOf({ step: other }: ApprovedStep, step: ActingStep): boolean {
  if (step.kind === 'withdraw') return other.kind === 'withdraw' && other.because === step.because
  return other.kind !== 'withdraw' && other.effective === step.effective
}

function changed(step: ActingStep): Problem {
  return unplaced(
    'APPROVAL_FILE_MOVED',
    `${stepTarget(step).path} changed: it no longer requests what this run planned`,
    'nothing is done for it here; the run of the newest commit decides',
  )
}
