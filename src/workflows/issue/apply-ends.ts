// Ends where the newest configuration is not trusted: what was approved to end before it ends all the same, and nothing else is done.
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { caughtProblem, ok, refuse } from '../../domain/problem.ts'
import type { Checked, NonEmpty, Problem } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { readHistory } from '../prove/applied-history.ts'
import type { ReviewFrame } from '../prove/applied-history.ts'
import { isToDo } from '../prove/review-stages.ts'
import { trustCommit } from '../prove/trusted-commit.ts'
import type { ReviewPorts } from '../prove/trusted-commit.ts'
import { endedBefore, endsUnread } from '../withdraw/approved-ends.ts'
import { applyReady, readyCommit } from './apply-reviewed.ts'
import type { ApplyReviewedPorts, Ready } from './apply-reviewed.ts'

/** Configurations below the newest that are tried. */
const MOST_STATES = 25

/**
 * The newest commit below the configuration of this one whose own is trusted. Null if there is none, and if the commit is not the newest
 * of its branch. APPROVAL_ENDS_UNREAD if not all could be tried.
 */
async function trustedBelow(
  ports: ReviewPorts,
  frame: ReviewFrame,
): Promise<Checked<ReviewFrame | null>> {
  // The folder and the clusters are those of a configuration that nobody trusts.
  const history = await readHistory(ports.repository, frame, { requests: 'requests', clusters: [] })
  if (!history.ok || history.value.newer.length > 0) return ok(null)
  const { states } = history.value
  for (const { before } of states.slice(-MOST_STATES).toReversed()) {
    if (before === null) return ok(null)
    const earlier = { ...frame, commit: before, isPast: true }
    if ((await trustCommit(ports, earlier)).ok) return ok(earlier)
  }
  return states.length > MOST_STATES ? refuse(endsUnread('approved ends')) : ok(null)
}

export interface EndsOptions {
  /** One cluster of the configuration; null for all. */
  readonly only: string | null
  readonly interrupted: AbortSignal
  /** The ports for acting on an earlier commit. */
  readonly portsAt?: (commit: ObjectId) => ApplyReviewedPorts
  /** The part of a run that may act; refused if none may. */
  readonly begin?: (ready: Ready) => Promise<Checked<Ready>>
}

/**
 * Takes the approved withdrawals of the newest trusted commit below an untrusted configuration, and removes bindings that nothing there
 * asks for. `untrusted`: why nothing else is done. Returns what ended and what failed. Nothing is thrown, so that the refusal is told in
 * any case.
 */
export async function applyEnds(
  ports: ApplyReviewedPorts,
  frame: ReviewFrame,
  untrusted: NonEmpty<Problem>,
  { only, interrupted, portsAt = () => ports, begin = async ready => ok(ready) }: EndsOptions,
): Promise<readonly Problem[]> {
  try {
    const below = await trustedBelow(ports, frame)
    if (!below.ok) return below.problems
    const earlier = below.value
    if (earlier === null) return []
    const acting = portsAt(earlier.commit)
    const found = await readyCommit(acting, earlier, only)
    if (!found.ok) return []
    try {
      const begun = await begin(endsOf(found.value, untrusted))
      if (!begun.ok) return begun.problems
      const { steps } = await applyReady(begun.value, acting, { interrupted, isByHand: false })
      return steps.flatMap(outcome => toldEnd(outcome, earlier))
    } finally {
      await Promise.all(found.value.observed.map(({ cluster }) => cluster.close()))
    }
  } catch (cause) {
    return [caughtProblem(cause)]
  }
}

/** Only withdrawals are left to do. The other steps count in the limits, and are refused. */
function endsOf(ready: Ready, untrusted: NonEmpty<Problem>): Ready {
  const { reviewed } = ready
  const others = reviewed.plan.steps.filter(isToDo).filter(({ kind }) => kind !== 'withdraw')
  return {
    ...ready,
    reviewed: {
      ...reviewed,
      approved: reviewed.approved.filter(({ step }) => step.kind === 'withdraw'),
      refused: [...reviewed.refused, ...others.map(step => ({ step, problems: untrusted }))],
      keepProofs: [],
    },
  }
}

function toldEnd(outcome: StepOutcome, { commit }: ReviewFrame): readonly Problem[] {
  const { step } = outcome
  if (step.kind !== 'withdraw') return []
  if (outcome.kind === 'withdrawn') return [endedBefore(step, commit, null)]
  return outcome.kind === 'failed' ? outcome.problems : []
}
