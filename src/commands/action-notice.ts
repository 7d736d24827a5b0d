// After apply the one issue of the repository says what does not go on by itself; it is closed once nothing is left.
import type { ApplyOutcome, StepOutcome } from '../domain/outcome.ts'
import type { Problem } from '../domain/problem.ts'
import { keyReminder } from '../plan/key-age.ts'
import type { Verdicts } from '../plan/key-age.ts'
import { stepCluster, stepName } from '../report/plan-text.ts'
import { NOTICE_MARKER, noticeBody, noticeTitle } from '../report/notice.ts'
import type { NoticeEntry } from '../report/notice.ts'
import { tried } from './action-run.ts'
import type { ActionRun } from './action-run.ts'

/** Waits that end by themselves need nobody. */
const PASSES: ReadonlySet<Problem['code']> = new Set(['CLUSTER_CLAIMED', 'RUN_INTERRUPTED'])

export async function keepNotice(
  action: ActionRun,
  outcome: ApplyOutcome,
  verdicts: Verdicts,
): Promise<void> {
  const { clock, repository } = action
  const entries = outcome.steps.flatMap(each => noticeEntries(each, verdicts, clock.now()))
  const title = noticeTitle(entries)
  const { text } = noticeBody(entries, clock.now())
  const notices = repository.notices()
  await tried(action, 'the notice', () =>
    entries.length === 0
      ? notices.close(NOTICE_MARKER, title, text)
      : notices.keep(NOTICE_MARKER, title, text),
  )
}

/** One line a request: what is refused, failed or waits, with its first problem. */
export function noticeEntries(
  outcome: StepOutcome,
  verdicts: Verdicts,
  now: Date,
): readonly NoticeEntry[] {
  const { step } = outcome
  const problem = problemOf(outcome) ?? keyReminder(step, verdicts, now)
  if (problem === null || PASSES.has(problem.code)) return []
  const until = 'until' in step ? step.until : 'standsUntil' in step ? step.standsUntil : null
  return [{ name: stepName(step), cluster: stepCluster(step), until, problem }]
}

function problemOf(outcome: StepOutcome): Problem | undefined {
  switch (outcome.kind) {
    case 'refused':
    case 'failed':
      return outcome.problems[0]
    case 'waiting':
      return outcome.problem
    case 'withdrawn':
      return outcome.warnings[0]
    case 'issued':
    case 'kept':
      return undefined
  }
}
