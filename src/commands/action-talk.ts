// After apply each pull request whose files were acted on learns what became of them, in one comment that is rewritten.
import type { ApprovalProof } from '../domain/approval.ts'
import type { ApplyOutcome, StepOutcome } from '../domain/outcome.ts'
import type { Step } from '../domain/plan.ts'
import type { Ready } from '../flow/apply-reviewed.ts'
import { keyOf } from '../flow/trails.ts'
import { ISSUED_MARKER, issuedComment } from '../report/issued-comment.ts'
import { tried } from './action-run.ts'
import type { ActionRun } from './action-run.ts'

export async function tellPullRequests(
  action: ActionRun,
  { reviewed, frame, commit }: Ready,
  outcome: ApplyOutcome,
): Promise<void> {
  const proofs = new Map<string, ApprovalProof>(
    reviewed.approved.map(({ step, proof }) => [keyOf(step), proof]),
  )
  const { visibility } = commit.history.repository
  const acted = outcome.steps.filter(({ kind }) => kind !== 'kept')
  const told = byPullRequest(acted, reviewed.pullRequests)
  const comments = action.repository.comments()
  await tried(action, 'a look at the comments', () => comments.lookAt([...told.keys()]))
  for (const [number, outcomes] of told) {
    const page = issuedComment(outcomes, {
      pullRequest: number,
      commit: frame.commit,
      visibility,
      proofs: byStep(outcomes, ({ step }) => proofs.get(keyOf(step))),
      certificates: byStep(outcomes, each =>
        each.kind === 'issued' && isOwnKey(each.step) ? each.certificate : undefined,
      ),
    })
    await tried(action, `the comment on #${number}`, () =>
      comments.write(number, ISSUED_MARKER, page.text),
    )
  }
}

function byPullRequest(
  outcomes: readonly StepOutcome[],
  pullRequests: ReadonlyMap<string, number>,
): ReadonlyMap<number, readonly StepOutcome[]> {
  const found = new Map<number, readonly StepOutcome[]>()
  for (const outcome of outcomes) {
    const number = pullRequests.get(keyOf(outcome.step))
    if (number !== undefined) found.set(number, [...(found.get(number) ?? []), outcome])
  }
  return found
}

function byStep<T>(
  outcomes: readonly StepOutcome[],
  valueOf: (outcome: StepOutcome) => T | undefined,
): ReadonlyMap<Step, T> {
  return new Map(
    outcomes.flatMap(outcome => {
      const value = valueOf(outcome)
      return value === undefined ? [] : [[outcome.step, value] as const]
    }),
  )
}

/** Whoever holds the key needs the certificate; where we made the key, the sinks have both. */
function isOwnKey(step: Step): boolean {
  return 'request' in step && step.request.key.kind === 'own'
}
