// Results for programs: JSON or YAML on stdout; and the problems of a run that did nothing.
import { stringify } from 'yaml'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { unplaced } from '../../domain/problem.ts'
import { REPORT_VERSION } from '../../domain/version.ts'
import { problemJson, problemsJson } from '../../output/json/results-json.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import type { Context, GlobalOptions } from '../command-context.ts'
import type { Refusal, Report } from '../command-entry.ts'
import { exitCodeOf } from '../exit-code.ts'

export interface Printer extends Pick<Context, 'terminal'> {
  readonly options: Pick<GlobalOptions, 'output'>
}

/** Prints the members of a report in the format of --output, after its version. */
export function printReport(context: Printer, members: unknown): void {
  printData(context, Object.assign({ version: REPORT_VERSION }, members))
}

/** Prints a value in the format of --output (JSON where that is text). */
export function printData({ terminal, options }: Printer, value: unknown): void {
  const json = escaped(JSON.stringify(value, null, 2))
  const plainValue: unknown = JSON.parse(json)
  terminal.result(options.output === 'yaml' ? stringify(plainValue).trimEnd() : json)
}

/** Prints what a command answered, and returns its exit code. A refusal is one of a run that did nothing. */
export function printAnswer(context: Context, answer: Report | Refusal): ExitCode {
  const { terminal, options, paint } = context
  if ('problems' in answer) {
    if (options.output === 'text') terminal.result(problemsText(answer.problems, paint))
    else printData(context, problemsJson(answer.problems))
    return exitCodeOf({ hasRefusals: true })
  }
  const { text, report, failures = [], warnings = [] } = answer
  if (options.output === 'text') {
    if (failures.length > 0) terminal.talk(problemsText(failures, paint))
    if (warnings.length > 0) terminal.talk(problemsText(warnings, paint, 'warning'))
    if (text !== null) terminal.result(text)
  } else printReport(context, report)
  return exitCodeOf(answer)
}

/** Of a command whose question was not answered with yes. */
export function unconfirmed({ terminal, interrupted }: Pick<Context, 'terminal' | 'interrupted'>) {
  terminal.talk('nothing was done')
  const hint = 'answer yes at a terminal, or add --yes'
  const problem = unplaced('RUN_USAGE', 'nothing was done: nobody answered yes', hint)
  const report = { problems: [problemJson(problem)] }
  return { text: null, report, hasRefusals: true, isInterrupted: interrupted.aborted }
}

/** JSON may hold any character, and a terminal obeys some: those that cannot be seen are written as escapes. */
function escaped(json: string): string {
  return json.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character =>
    character === '\n' ? character : unicodeEscapes(character),
  )
}

function unicodeEscapes(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
