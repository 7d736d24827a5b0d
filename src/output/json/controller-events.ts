// The Events of a pass: one for each request whose outcome is news.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import type { TurnReport } from '../../domain/cluster/pending-request.ts'
import type { PassReport, ControllerEvent } from '../../domain/cluster/pass-report.ts'
import { outcomeLine, OUTCOMES, outcomeWord, problemsOf } from '../terminal/outcome-text.ts'

/** `seen`: request → its last outcome, which this changes: an outcome that stays the same makes no second Event. */
export function eventsOf(
  { steps, at, isOffline }: PassReport,
  seen: Map<string, string>,
): readonly ControllerEvent[] {
  const names = new Set(steps.map(({ step }) => stepTarget(step).name))
  // A request that is gone needs no memory.
  for (const name of seen.keys()) if (!isOffline && !names.has(name)) seen.delete(name)
  return steps.flatMap(outcome => {
    const request = stepTarget(outcome.step).name
    const message = messageOf(outcome)
    const isNews = outcome.kind !== 'kept' && seen.get(request) !== message
    if (outcome.kind === 'kept') seen.delete(request)
    else seen.set(request, message)
    if (!isNews) return []
    const word = outcomeWord(outcome)
    const reason = `${word.charAt(0).toUpperCase()}${word.slice(1)}`
    const regarding = { kind: 'record', request } as const
    const type = OUTCOMES[outcome.kind].tone === 'good' ? 'Normal' : 'Warning'
    return [{ regarding, type, reason, message, at } as const]
  })
}

/**
 * One Event for each reason why requests stay pending, by its code: what is wrong with a request is in the log, and what is wrong with a
 * policy or an inventory is here for as long as it lasts. `seen`: code → the last commit, so that a flood makes no second Event.
 */
export function pendingEventsOf(
  { decided, commit, at }: TurnReport,
  lease: string,
  seen: Map<string, string>,
): readonly ControllerEvent[] {
  const left = decided.filter(({ decision }) => decision === 'left')
  return left.flatMap(({ name, problems }) =>
    problems.flatMap(({ code, message }): readonly ControllerEvent[] => {
      if (seen.get(code) === commit) return []
      seen.set(code, commit)
      const regarding = { kind: 'lease', name: lease } as const
      const said = `${name} stays pending: ${code} ${message}`
      return [{ regarding, type: 'Warning', reason: 'Left', message: said, at }]
    }),
  )
}

function messageOf(outcome: StepOutcome): string {
  const problems = problemsOf(outcome).map(({ code, message }) => `${code} ${message}`)
  return outcome.kind === 'issued' || outcome.kind === 'withdrawn' || problems.length === 0
    ? outcomeLine(outcome)
    : problems.join('; ')
}
