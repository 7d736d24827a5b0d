#!/usr/bin/env node
// Door: argv → run → stdout, exit code. Reads the arguments, nothing else.
import { Command, CommanderError } from 'commander'
import { failure } from './domain/problem.ts'
import { visible } from './output/terminal/plural-words.ts'
import type { ExitCode } from './domain/cluster/outcome.ts'
import { Terminal } from './adapters/system/terminal-person.ts'
import { openContext } from './entry/command-context.ts'
import { commandEntries } from './entry/command-catalogue.ts'
import type { CommandEntry } from './entry/command-entry.ts'
import { globalOptions, optionOf, outputFormat, readFlags } from './entry/flag-parsing.ts'
import { COMMAND_FLAGS, GLOBAL_FLAGS } from './entry/flag-table.ts'
import { EXIT_SIGPIPE } from './entry/exit-code.ts'
import { run } from './entry/run-command.ts'
import { VERSION } from './domain/version.ts'

const terminal = new Terminal(
  { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  () => interrupted.abort(),
)
const interrupted = new AbortController()
let exitCode: ExitCode = 0

for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly)
process.on('SIGINT', stop)
process.on('SIGTERM', () => interrupted.abort())

const program = new Command('countersign')
  .description('Kubernetes certificates by pull request: plan, approve, issue, store, rotate.')
  .version(VERSION)
  .exitOverride()
  .configureOutput({ writeErr: text => terminal.talk(text.trimEnd()) })
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Examples:
  countersign validate                 every problem in requests/, at line and column
  countersign plan                     what would be issued, and what the signer will really sign
  countersign apply                    shows the plan, asks once, issues and stores
  countersign status --expiring 7d     who has access until when
  countersign sandbox                  a cluster to try it all on, without a cluster`,
  )

/** The only door to the sandbox: nothing else of countersign may know it. */
const sandbox: CommandEntry = {
  usage: 'sandbox',
  text: 'serve a cluster for trying things out, on loopback',
  flags: COMMAND_FLAGS.sandbox,
  run: async (_context, _names, flags) => {
    const { serveSandbox } = await import('./sandbox/serve-sandbox.ts')
    const asked = flags.text('port') ?? '0'
    const port = Number(asked)
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw failure('RUN_USAGE', `--port ${visible(asked)} is not a port`, 'a number up to 65535')
    const kubeconfig = flags.text('write-kubeconfig')
    const say = (text: string): void => terminal.result(text)
    await serveSandbox({ port, kubeconfig }, say, interrupted.signal)
    return 0
  },
}

for (const entry of [...commandEntries(interrupted.signal), sandbox]) register(entry)

async function main(): Promise<ExitCode> {
  try {
    await program.parseAsync()
    return exitCode
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause
    return cause.exitCode === 0 ? 0 : 2
  }
}

function register({ usage, text, flags, run: action }: CommandEntry): void {
  const sub = program.command(usage).description(text).exitOverride()
  for (const flag of [...flags, ...GLOBAL_FLAGS]) sub.addOption(optionOf(flag))
  sub.action(async () => {
    const given = readFlags(sub)
    const output = outputFormat(given) ?? 'text'
    exitCode = await run({ terminal, output, verbose: given.isSet('verbose') }, async () => {
      const context = openContext(globalOptions(given), terminal, process.env, process.cwd())
      return action(context, sub.args, given)
    })
  })
}

/** First Ctrl-C: nothing new is begun, what is under way is finished. Second: out at once. */
function stop(): void {
  if (interrupted.signal.aborted) process.exit(130)
  interrupted.abort()
  terminal.talk('finishing what is under way; Ctrl-C again to leave at once')
}

/** A reader like head ended early: nothing new is begun, and the exit code is that of SIGPIPE, as with kubectl and gh. */
function endQuietly(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EPIPE') throw cause
  process.exitCode = EXIT_SIGPIPE
  interrupted.abort()
}

const exit = await main()
process.exitCode ??= exit
