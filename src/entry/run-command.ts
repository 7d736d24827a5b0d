// Runs one command and turns whatever happened into one exit code. Never throws.
import { CountersignError, problemOrBug } from '../domain/problem.ts'
import type { Problem } from '../domain/problem.ts'
import type { ExitCode } from '../domain/cluster/outcome.ts'
import type { Terminal } from '../adapters/system/terminal-person.ts'
import type { OutputFormat } from './command-context.ts'
import { plain } from '../output/terminal/terminal-colours.ts'
import { problemText } from '../output/terminal/problem-text.ts'
import { visible } from '../output/terminal/plural-words.ts'

export interface RunSettings {
  readonly terminal: Terminal
  readonly output: OutputFormat
  /** Also tell the causes of a failure. */
  readonly verbose: boolean
}

const REPORT = 'run it again with --verbose and report the output; it contains no secrets'

export async function run(
  { terminal, output, verbose }: RunSettings,
  command: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await command()
  } catch (cause) {
    const problem = problemOrBug(cause, REPORT)
    // A program that was given its result already gets no second one.
    if (output === 'text' || terminal.hasResults) terminal.talk(problemText(problem, plain))
    else await printProblemReport(terminal, output, problem)
    if (verbose)
      for (const line of causes(cause)) terminal.talk(line.split('\n').map(visible).join('\n'))
    return 2
  }
}

async function printProblemReport(
  terminal: Terminal,
  output: OutputFormat,
  problem: Problem,
): Promise<void> {
  const { printData } = await import('./commands/print-results.ts')
  const { problemsJson } = await import('../output/json/results-json.ts')
  printData({ terminal, options: { output } }, problemsJson([problem]))
}

/** The chain of causes, innermost last. Stacks name our own files only and are for a bug report. */
function causes(error: unknown): readonly string[] {
  const lines: string[] = []
  for (let cause = error; cause instanceof Error && lines.length < 10; cause = cause.cause)
    lines.push(cause instanceof CountersignError ? cause.message : (cause.stack ?? cause.message))
  return lines
}
