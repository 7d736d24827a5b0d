// The command line: argv → one command → exit code. A command is loaded when it runs, so that help and version need little.
import { Command, CommanderError } from 'commander'
import { Terminal } from '../adapters/system/terminal-person.ts'
import type { ExitCode } from '../domain/cluster/outcome.ts'
import { VERSION } from '../domain/version.ts'
import { commandEntries } from './command-catalogue.ts'
import type { CommandEntry } from './command-entry.ts'
import type { LoadSandbox } from './commands/sandbox-command.ts'
import { globalOptions, optionOf, outputFormat, readFlags } from './flag-parsing.ts'
import { GLOBAL_FLAGS } from './flag-table.ts'
import { onInterrupt } from './interrupts.ts'
import { run } from './run-command.ts'

const EXAMPLES = `
Examples:
  countersign validate                 every problem in requests/, at line and column
  countersign plan                     what would be issued, and what the signer will really sign
  countersign apply                    shows the plan, asks once, issues and stores
  countersign status --expiring 7d     who has access until when
  countersign sandbox                  a cluster to try it all on, without a cluster`

/** Runs what the arguments of the process say. `interrupted` is aborted by the first Ctrl-C. */
export async function runCommandLine(
  interrupted: AbortController,
  loadSandbox: LoadSandbox,
): Promise<ExitCode> {
  const { stdin, stdout, stderr } = process
  const terminal = new Terminal({ stdin, stdout, stderr }, () => interrupted.abort())
  onInterrupt(interrupted, text => terminal.talk(text))
  let exitCode: ExitCode = 0
  const program = new Command('countersign')
    .description('Kubernetes certificates by pull request: plan, approve, issue, store, rotate.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeErr: text => terminal.talk(text.trimEnd()) })
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES)
  for (const entry of commandEntries(interrupted.signal, loadSandbox))
    register(program, entry, terminal, code => (exitCode = code))
  try {
    await program.parseAsync()
    return exitCode
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause
    return cause.exitCode === 0 ? 0 : 2
  }
}

function register(
  program: Command,
  { usage, text, flags, run: action }: CommandEntry,
  terminal: Terminal,
  ended: (code: ExitCode) => void,
): void {
  const sub = program.command(usage).description(text).exitOverride()
  // Of a command that nobody named the help of the program tells no more than that it has options.
  const isNamed = process.argv.includes(sub.name())
  const known = isNamed ? [...flags, ...GLOBAL_FLAGS] : GLOBAL_FLAGS.slice(0, 1)
  for (const flag of known) sub.addOption(optionOf(flag))
  sub.action(async () => {
    const given = readFlags(sub)
    const output = outputFormat(given) ?? 'text'
    const code = await run({ terminal, output, verbose: given.isSet('verbose') }, async () => {
      const options = globalOptions(given)
      const { openContext } = await import('./command-context.ts')
      const context = openContext(options, terminal, process.env, process.cwd())
      return action(context, sub.args, given)
    })
    ended(code)
  })
}
