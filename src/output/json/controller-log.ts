// The log of a controller: one line of JSON for each fact, with time, level and message first. No line has a certificate or a key.
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { countedOutcomes } from '../../domain/cluster/pass-report.ts'
import type { PassReport } from '../../domain/cluster/pass-report.ts'
import type { TurnReport } from '../../domain/cluster/pending-request.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { OUTCOMES, outcomeWord, problemsOf } from '../terminal/outcome-text.ts'
import { problemJson } from './results-json.ts'

type Level = 'info' | 'warning' | 'error'

/** One line, without its end. */
export function logLine(at: Date, level: Level, message: string, more: object = {}): string {
  return JSON.stringify({ time: at.toISOString(), level, message, ...more })
}

export function problemLines(
  problems: readonly Problem[],
  at: Date,
  level: Level = 'error',
): readonly string[] {
  return problems.map(each => logLine(at, level, each.message, { problem: problemJson(each) }))
}

/** What changed or went wrong, and a summary. */
export function passLines(report: PassReport): readonly string[] {
  const { because, commit, isOffline, calls, milliseconds, dueAt, at } = report
  const acted = report.steps.filter(({ kind }) => kind !== 'kept')
  const about = { because, commit, isOffline, calls, milliseconds, dueAt }
  return [
    ...acted.map(outcome => stepLine(outcome, at)),
    ...problemLines(report.warnings, at, 'warning'),
    ...problemLines(report.problems, at),
    logLine(at, 'info', 'pass finished', { ...about, steps: countedOutcomes(report) }),
  ]
}

/** Decisions on pending requests, and news of those that stay pending. */
export function turnLines({ signerName, commit, decided, at }: TurnReport): readonly string[] {
  return decided.map(({ name, username, decision, policy, problems }) =>
    logLine(at, decision === 'approved' ? 'info' : 'warning', `${name}: ${decision}`, {
      signingRequest: { name, username, signerName },
      policy,
      commit,
      ...(problems.length > 0 && { problems: problems.map(problemJson) }),
    }),
  )
}

const LEVELS = { good: 'info', warn: 'warning', bad: 'error' } as const

function stepLine(outcome: StepOutcome, at: Date): string {
  const { name, cluster, path } = stepTarget(outcome.step)
  const problems = problemsOf(outcome)
  return logLine(at, LEVELS[OUTCOMES[outcome.kind].tone], `${name}: ${outcomeWord(outcome)}`, {
    request: { name, cluster, path },
    ...('serial' in outcome && {
      certificate: { serial: outcome.serial, sha256: outcome.sha256, notAfter: outcome.notAfter },
    }),
    ...(problems.length > 0 && { problems: problems.map(problemJson) }),
  })
}
