// The command line: argv → one command → exit code. A command is loaded when it runs, so that help and version need little.
import { Command, CommanderError } from 'commander'
import type { Argument } from 'commander'
import { Terminal } from '../adapters/system/terminal-person.ts'
import type { ExitCode } from '../domain/cluster/outcome.ts'
import { VERSION } from '../domain/version.ts'
import { COMMAND_GROUPS, commandEntries } from './command-catalogue.ts'
import type { CommandEntry } from './command-entry.ts'
import type { LoadSandbox } from './commands/sandbox-command.ts'
import {
  globalOptions,
  optionOf,
  outputFormat,
  readFlags,
  refuseEmpty,
} from './flags/flag-parsing.ts'
import { COMMAND_FLAGS, HIDDEN_COMMANDS } from './flags/flag-table.ts'
import { GLOBAL_FLAGS } from './flags/global-flags.ts'
import { onInterrupt } from './interrupts.ts'
import { run } from './run-command.ts'
import { usageError } from './usage-error.ts'

const EXAMPLES = [
  'countersign validate                 every problem in requests/, at line and column',
  'countersign plan                     what would be issued, and what the signer will really sign',
  'countersign apply                    shows the plan, asks once, issues and stores',
  'countersign status --expiring 7d     who has access until when',
  'countersign sandbox                  a cluster on this machine, to try it all',
]

/** Runs what the arguments of the process say. `interrupted` is aborted by the first Ctrl-C. */
export async function runCommandLine(
  interrupted: AbortController,
  loadSandbox: LoadSandbox,
): Promise<ExitCode> {
  const { stdin, stdout, stderr } = process
  const isDumb = process.env['TERM'] === 'dumb'
  const terminal = new Terminal({ stdin, stdout, stderr, isDumb }, () => interrupted.abort())
  let running: CommandEntry | null = null
  onInterrupt(
    interrupted,
    () => running?.whenInterrupted,
    text => terminal.talk(text),
  )
  let exitCode: ExitCode = 0
  const program = newProgram(terminal)
  for (const entry of commandEntries(interrupted.signal, loadSandbox))
    register(program, entry, terminal, {
      started: () => (running = entry),
      ended: code => (exitCode = code),
    })
  try {
    await program.parseAsync()
    return exitCode
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause
    if (cause.exitCode === 0) return 0
    // The help of a group, printed because no command of it was named.
    if (cause.code === 'commander.help') return 2
    const output = outputFormat(readFlags(program)) ?? 'text'
    const args = process.argv.slice(2)
    return run({ terminal, output, verbose: false }, () => Promise.reject(usageError(cause, args)))
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

interface RunEvents {
  readonly started: () => void
  readonly ended: (code: ExitCode) => void
}

function register(
  program: Command,
  { name, args, text, examples, run: action }: CommandEntry,
  terminal: Terminal,
  { started, ended }: RunEvents,
): void {
  const [first = '', second] = name.split(' ')
  const parent = second === undefined ? program : groupOf(program, first)
  const isNamed = process.argv.includes(first)
  // The help of the program lists a group only; the flags of other commands are never needed.
  if (second !== undefined && !isNamed) return
  const usage = `${second ?? first} ${args}`.trim()
  const sub = parent.command(usage, { hidden: HIDDEN_COMMANDS.has(name) }).description(text)
  if (isNamed) {
    for (const flag of COMMAND_FLAGS[name]) sub.addOption(optionOf(flag))
    sub.addHelpText('after', examplesText(examples))
  }
  sub.action(async () => {
    started()
    const given = readFlags(sub)
    const output = outputFormat(given, name) ?? 'text'
    const code = await run({ terminal, output, verbose: given.isSet('verbose') }, async () => {
      refuseEmpty(sub)
      const options = globalOptions(given, name)
      const { openContext } = await import('./command-context.ts')
      const context = openContext(options, terminal, process.env, process.cwd())
      return action(context, sub.args, given)
    })
    ended(code)
  })
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
