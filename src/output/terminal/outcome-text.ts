// Outcomes of a run for a person: one line per request, its problems below, the count last.
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Paint } from './terminal-colours.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { problemText } from './problem-text.ts'
import { table } from './text-table.ts'
import { bindingWords, minute, shortHex, visible } from './plural-words.ts'

const MARKS: Readonly<Record<StepOutcome['kind'], string>> = {
  issued: '✓',
  withdrawn: '✓',
  kept: '=',
  waiting: '…',
  refused: '✗',
  failed: '✗',
}

/** Steps that the plan marked as unchanged (`kept`) are only counted. */
export function outcomesText(outcomes: readonly StepOutcome[], paint: Paint): string {
  const acted = outcomes.filter(outcome => outcome.kind !== 'kept')
  const lines = table(acted.map(outcome => row(outcome, paint))).map(line => `  ${line}`)
  const told = outcomes.flatMap(problemsOf).map(problem => problemText(problem, paint))
  const problems = [...new Set(told)]
  return [lines.join('\n'), problems.join('\n')].filter(part => part !== '').join('\n\n')
}

/** One line of one outcome, shown when its request is done. */
export function outcomeLine(outcome: StepOutcome): string {
  switch (outcome.kind) {
    case 'issued': {
      const login =
        outcome.logsInAs === null
          ? ''
          : `, logs in as ${visible(outcome.logsInAs.username)}${groupsOf(outcome.logsInAs.groups)}`
      return `serial ${shortHex(outcome.serial)}  until ${minute(outcome.notAfter)}  stored in ${outcome.stored.join(', ')}, read back${login}`
    }
    case 'withdrawn':
      return `${outcome.emptied.length === 0 ? 'nothing to empty' : `emptied ${outcome.emptied.join(', ')}`}${worksUntil(outcome)}`
    case 'kept':
      return 'another run has just done it'
    case 'waiting':
      return outcome.problem.code
    case 'refused':
    case 'failed':
      return outcome.problems.map(({ code }) => code).join(', ')
  }
}

/** `4 of 4 · 3 done · 1 waiting`. */
export function outcomesVerdict(outcomes: readonly StepOutcome[]): string {
  const count = (...kinds: readonly StepOutcome['kind'][]): number =>
    outcomes.filter(({ kind }) => kinds.includes(kind)).length
  const parts = [
    [count('issued', 'withdrawn', 'kept'), 'done'],
    [count('waiting'), 'waiting'],
    [count('refused'), 'refused'],
    [count('failed'), 'failed'],
  ] as const
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`)
  return [`${outcomes.length} of ${outcomes.length}`, ...told].join(' · ')
}

function row(outcome: StepOutcome, paint: Paint): readonly string[] {
  const colour =
    outcome.kind === 'failed' || outcome.kind === 'refused'
      ? paint.bad
      : outcome.kind === 'waiting'
        ? paint.warn
        : paint.good
  return [
    colour(MARKS[outcome.kind]),
    visible(stepTarget(outcome.step).name),
    outcome.kind,
    outcomeLine(outcome),
  ]
}

function worksUntil({ notAfter, bindings }: Extract<StepOutcome, { kind: 'withdrawn' }>): string {
  if (notAfter === null) return ''
  return `; the certificate works until ${minute(notAfter)}${bindingWords(bindings)}`
}

/** Problems that stop a step, or that remain after it. */
export function problemsOf(outcome: StepOutcome): readonly Problem[] {
  if (outcome.kind === 'waiting') return [outcome.problem]
  if ('warnings' in outcome) return outcome.warnings
  return 'problems' in outcome ? outcome.problems : []
}

/** The groups that the certificate gives, without system:authenticated, which every user has. */
function groupsOf(groups: readonly string[]): string {
  const own = groups.filter(group => group !== 'system:authenticated')
  return own.length === 0 ? '' : ` (${visible(own.join(', '))})`
}
