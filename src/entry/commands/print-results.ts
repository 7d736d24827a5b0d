// Results for programs: JSON or YAML on stdout; and the problems of a run that did nothing.
import { stringify } from 'yaml'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import type { Problem } from '../../domain/problem.ts'
import { REPORT_VERSION } from '../../domain/version.ts'
import { problemsJson } from '../../output/json/results-json.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import type { Context, GlobalOptions } from '../command-context.ts'
import { exitCodeOf } from '../exit-code.ts'

export interface Printer extends Pick<Context, 'terminal'> {
  readonly options: Pick<GlobalOptions, 'output'>
}

/** Prints the members of a report in the format of --output, after its version. */
export function printReport(context: Printer, members: object): void {
  printData(context, { version: REPORT_VERSION, ...members })
}

/** Prints a value in the format of --output (JSON where that is text). */
export function printData({ terminal, options }: Printer, value: unknown): void {
  const json = escaped(JSON.stringify(value, null, 2))
  const plainValue: unknown = JSON.parse(json)
  terminal.result(options.output === 'yaml' ? stringify(plainValue).trimEnd() : json)
}

/** Prints the problems of a run that did nothing because of them. */
export function refusedAll(context: Context, problems: readonly Problem[]): ExitCode {
  if (context.options.output === 'text')
    context.terminal.result(problemsText(problems, context.paint))
  else printData(context, problemsJson(problems))
  return exitCodeOf({ hasRefusals: true })
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
