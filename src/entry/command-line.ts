// The command line: argv → one command → exit code. A command is loaded when it runs, so that help and version need little.
import { Command, CommanderError } from 'commander'
import type { Argument } from 'commander'
import { Terminal } from '../adapters/system/terminal-person.ts'
import type { ExitCode } from '../domain/cluster/outcome.ts'
import { VERSION } from '../domain/version.ts'
import { CountersignError, problemOrBug } from '../domain/problem.ts'
import type { Problem } from '../domain/problem.ts'
import { visible } from '../lib/source/hidden-characters.ts'
import { plain } from '../output/terminal/terminal-colours.ts'
import { problemText } from '../output/terminal/problem-text.ts'
import type { Context, LoadSandbox, OutputFormat } from './command-context.ts'
import type { CommandEntry } from './command-entry.ts'
import {
  globalOptions,
  optionOf,
  outputFormat,
  readFlags,
  refuseEmpty,
} from './flags/flag-parsing.ts'
import type { Values } from './flags/flag-values.ts'
import { GLOBAL_FLAGS } from './flags/global-flags.ts'
import { onInterrupt } from './interrupts.ts'
import { COMMAND_GROUPS, COMMANDS } from './table/command-table.ts'

const EXAMPLES = [
  'countersign validate                 every problem in requests/, at line and column',
  'countersign plan                     what would be issued, and what the signer will really sign',
  'countersign apply                    shows the plan, asks once, issues and stores',
  'countersign status --expiring 7d     who has access until when',
  'countersign sandbox                  a cluster on this machine, to try it all',
]

/** Runs what the arguments of the process say. `interrupted` is aborted by the first Ctrl-C. */
export async function runProgram(
  interrupted: AbortController,
  loadSandbox: LoadSandbox,
): Promise<ExitCode> {
  const { stdin, stdout, stderr } = process
  const isDumb = process.env['TERM'] === 'dumb'
  const terminal = new Terminal({ stdin, stdout, stderr, isDumb }, () => interrupted.abort())
  let running: CommandEntry | null = null
  const phase = { isReading: false }
  onInterrupt(
    interrupted,
    () => {
      const isAtWork = typeof running?.whenInterrupted === 'string'
      if (isAtWork && phase.isReading) terminal.talk('interrupted: nothing was started')
      return isAtWork && phase.isReading ? undefined : running?.whenInterrupted
    },
    text => terminal.talk(text),
  )
  let exitCode: ExitCode = 0
  const program = newProgram(terminal)
  for (const entry of COMMANDS)
    register(program, entry, async command => {
      running = entry
      const given = readFlags(command, entry.flags)
      const output = outputFormat(given, entry) ?? 'text'
      exitCode = await run({ terminal, output, verbose: given['verbose'] === true }, async () => {
        refuseEmpty(command)
        const options = globalOptions(given, entry, COMMANDS)
        const { openContext } = await import('./command-context.ts')
        const context = openContext(options, {
          terminal,
          environment: process.env,
          folder: process.cwd(),
          phase,
          interrupted: interrupted.signal,
          loadSandbox,
        })
        const show = () => answered(context, entry, command.args, given)
        return given['watch'] === true ? watch(context, show) : show()
      })
    })
  try {
    const [word, ...asked] = process.argv.slice(2)
    const isKnown = program.commands.some(command => command.name() === asked[0])
    // For an unknown command commander prints the help of all.
    if (word === 'help' && asked[0]?.startsWith('-') === false && !isKnown)
      await program.parseAsync(asked, { from: 'user' })
    else await program.parseAsync()
    return exitCode
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause
    if (cause.exitCode === 0) return 0
    // The help of a group, printed because no command of it was named.
    if (cause.code === 'commander.help') return 2
    const output = outputFormat(readFlags(program)) ?? 'text'
    return run({ terminal, output, verbose: false }, async () => {
      const { usageError } = await import('./usage-error.ts')
      throw usageError(cause, process.argv.slice(2))
    })
  }
}

function newProgram(terminal: Terminal): Command {
  const program: Command = new Command('countersign')
  program
    .description('Kubernetes certificates by pull request: plan, approve, issue, store, rotate.')
    .usage('<command> [flags]')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeErr: text => terminal.talk(text.trimEnd()),
      outputError: () => undefined,
    })
    .configureHelp({
      subcommandTerm: command =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
      showGlobalOptions: true,
      visibleGlobalOptions: command =>
        command.parent === null ? [] : program.options.filter(({ long }) => long !== '--version'),
    })
    .addHelpText('after', examplesText(EXAMPLES))
  for (const flag of GLOBAL_FLAGS) program.addOption(optionOf(flag))
  return program
}

function register(
  program: Command,
  { name, args, text, flags, isHidden = false, examples }: CommandEntry,
  action: (command: Command) => Promise<void>,
): void {
  const [first = '', second] = name.split(' ')
  const parent = second === undefined ? program : groupOf(program, first)
  const isNamed = process.argv.includes(first)
  // The help of the program lists a group only; the flags of other commands are never needed.
  if (second !== undefined && !isNamed) return
  const usage = `${second ?? first} ${args}`.trim()
  const sub = parent.command(usage, { hidden: isHidden }).description(text)
  if (isNamed) {
    for (const flag of flags) sub.addOption(optionOf(flag))
    sub.addHelpText('after', examplesText(examples))
  }
  sub.action(() => action(sub))
}

/** Runs the command and prints its answer. */
async function answered(
  context: Context,
  { run }: CommandEntry,
  args: readonly string[],
  given: Values,
): Promise<ExitCode> {
  const answer = await run(context, args, given)
  if (typeof answer === 'number') return answer
  const { printAnswer } = await import('./commands/print-results.ts')
  return printAnswer(context, answer)
}

/** The command that holds the subcommands of `name`, made with the first of them. */
function groupOf(program: Command, name: string): Command {
  const found = program.commands.find(command => command.name() === name)
  const text = COMMAND_GROUPS.find(group => group.name === name)?.text ?? ''
  return found ?? program.command(name).description(text).usage('<command> [flags]')
}

function argumentTerm(argument: Argument): string {
  const shown = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${shown}>` : `[${shown}]`
}

function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map(line => `  ${line}`).join('\n')}`
}

// --watch: shows a command again and again.

const PAUSE_MS = 5000

/** Shows until `interrupted` aborts; on a terminal each round replaces the one before. Returns the exit code of the last round. */
export async function watch(
  { terminal, clock, interrupted }: Pick<Context, 'terminal' | 'clock' | 'interrupted'>,
  show: () => Promise<ExitCode>,
): Promise<ExitCode> {
  for (;;) {
    terminal.startFrame()
    const code = await show()
    if (interrupted.aborted) return code
    await clock.sleep(PAUSE_MS)
    if (interrupted.aborted) return code
  }
}

// Runs one command and turns whatever happened into one exit code. Never throws.

interface RunSettings {
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
