// Outcomes of a run, in words and as rows of a table.
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { code, joined, mark, tableHead, tableRow } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { stepCluster, stepName } from '../terminal/plan-text.ts'
import { minute } from '../terminal/plural-words.ts'

const WORDS = [
  ['issued', 'issued', 'issued'],
  ['withdrawn', 'withdrawn', 'withdrawn'],
  ['waiting', 'waits', 'wait'],
  ['refused', 'refused', 'refused'],
  ['failed', 'failed', 'failed'],
] as const
const MOST_SINKS = 3

export const OUTCOME_HEAD: Markdown = tableHead(['', 'request', 'on', 'what'])

/** `1 issued, 1 waits, 1 failed`. Unchanged requests are only counted if there are no others. */
export function outcomeStates(outcomes: readonly StepOutcome[]): Markdown {
  const told = WORDS.flatMap(([kind, one, many]) => {
    const count = outcomes.filter(outcome => outcome.kind === kind).length
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  })
  const rest =
    outcomes.length === 0 ? 'nothing to do' : `nothing to do, ${outcomes.length} unchanged`
  return { markdown: told.length === 0 ? rest : told.join(', ') }
}

export function outcomeRow(outcome: StepOutcome): Markdown {
  const { kind, step } = outcome
  const cluster = stepCluster(step)
  const where = cluster === null ? mark`` : mark`${cluster}`
  return tableRow([{ markdown: kind }, code(stepName(step)), where, what(outcome)])
}

function what(outcome: StepOutcome): Markdown {
  switch (outcome.kind) {
    case 'issued':
      return mark`until ${{ markdown: minute(outcome.notAfter) }}, SHA-256 ${outcome.sha256}${inSinks(outcome.stored)}`
    case 'withdrawn':
      return outcome.notAfter === null
        ? mark`emptied${inSinks(outcome.emptied)}`
        : mark`the certificate works until ${{ markdown: minute(outcome.notAfter) }}${inSinks(outcome.emptied)}`
    case 'kept':
      return mark`another run has just done it`
    case 'waiting':
      return mark`${outcome.problem.code}`
    case 'refused':
    case 'failed':
      return joined(
        [...new Set(outcome.problems.map(problem => problem.code))].map(name => code(name)),
        ', ',
      )
  }
}

function inSinks(sinks: readonly string[]): Markdown {
  const shown = sinks.slice(0, MOST_SINKS).map(sink => code(sink))
  const rest = sinks.length - shown.length
  const all = rest > 0 ? [...shown, mark`${rest} more`] : shown
  return all.length === 0 ? mark`` : mark`, ${joined(all, ', ')}`
}
