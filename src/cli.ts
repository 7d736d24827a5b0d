#!/usr/bin/env node
// Door: argv → run → stdout, exit code. Reads the arguments, nothing else.
import { posix } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { failure } from './domain/problem.ts'
import type { ExitCode } from './domain/outcome.ts'
import { Terminal } from './adapters/terminal.ts'
import { openContext } from './commands/context.ts'
import type { Context, GlobalOptions } from './commands/context.ts'
import { apply } from './commands/apply.ts'
import { manifestsRbac } from './commands/manifests.ts'
import { plan } from './commands/plan.ts'
import { policyExplain, policyTest } from './commands/policy.ts'
import { prove, proveOffline } from './commands/prove.ts'
import { status } from './commands/status.ts'
import { validate } from './commands/validate.ts'
import { COMMAND_FLAGS, GLOBAL_FLAGS } from './inputs.ts'
import type { Flag } from './inputs.ts'
import { run } from './run.ts'
import { parseDuration } from './source/duration.ts'
import { VERSION } from './domain/version.ts'

const terminal = new Terminal(
  { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  () => interrupted.abort(),
)
const interrupted = new AbortController()
let exitCode: ExitCode = 0

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

command(
  'validate [folder]',
  'find every problem in the request files and the configuration',
  COMMAND_FLAGS.validate,
  (context, [folder]) => validate(context, folder ?? null),
)
command(
  'plan',
  'show what apply would do, and why; changes nothing',
  COMMAND_FLAGS.plan,
  (context, _names, flags) => plan(context, flags.text('base')),
)
command(
  'apply [names...]',
  'show the plan, ask once, issue and store',
  COMMAND_FLAGS.apply,
  (context, names, flags) =>
    apply(
      context,
      {
        scope: { names, maxIssue: wholeNumber(flags.text('max-issue')) },
        yes: flags.isSet('yes'),
        requester: flags.text('requester'),
      },
      interrupted.signal,
    ),
)
command(
  'status',
  'show who has access until when',
  COMMAND_FLAGS.status,
  (context, _names, flags) => status(context, seconds(flags.text('expiring'))),
)
command(
  'policy <what> [file]',
  'explain FILE: what each policy says of a request; test: run the tests beside the policies',
  COMMAND_FLAGS.policy,
  (context, [what, file], flags) => {
    if (what === 'test') return policyTest(context)
    if (what === 'explain' && file !== undefined)
      return policyExplain(context, file, flags.text('requester'))
    throw failure(
      'RUN_USAGE',
      'that is no policy command',
      'there are: policy explain FILE, policy test',
    )
  },
)
command(
  'prove [path]',
  'tell who approved which bytes of a file, and by which rule; changes nothing',
  COMMAND_FLAGS.prove,
  (context, [path], flags) => {
    const evidence = flags.text('evidence')
    if (evidence !== null) return proveOffline(context, evidence)
    if (path === undefined)
      throw failure('RUN_USAGE', 'prove needs the path of a file', 'or --evidence FILE')
    return prove(context, path, {
      repository: flags.text('repository'),
      commit: flags.text('commit'),
      trustedConfig: flags.text('trusted-config'),
      tokenEnv: flags.text('token-env'),
    })
  },
)
command(
  'sandbox',
  'serve a cluster for trying things out, on loopback',
  COMMAND_FLAGS.sandbox,
  async (_context, _names, flags) => {
    const { serveSandbox } = await import('./sandbox/serve.ts')
    const port = Number(flags.text('port') ?? 0)
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw failure('RUN_USAGE', `--port ${port} is not a port`, 'a number up to 65535')
    const kubeconfig = flags.text('write-kubeconfig')
    const say = (text: string): void => terminal.result(text)
    await serveSandbox({ port, kubeconfig }, say, interrupted.signal)
    return 0
  },
)
command(
  'manifests <what>',
  'print manifests to apply; what: rbac',
  COMMAND_FLAGS.manifests,
  (context, [what], flags) => {
    if (what !== 'rbac')
      throw failure('RUN_USAGE', `there are no manifests called "${what ?? ''}"`, 'there is: rbac')
    const group = flags.text('group')
    return manifestsRbac(
      context,
      group === null
        ? { kind: 'User', name: flags.text('user') ?? 'countersign' }
        : { kind: 'Group', name: group },
    )
  },
)

async function main(): Promise<ExitCode> {
  try {
    await program.parseAsync()
    return exitCode
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause
    return cause.exitCode === 0 ? 0 : 2
  }
}

/** What commander read for one command. */
interface Flags {
  text(name: string): string | null
  isSet(name: string): boolean
}

function command(
  usage: string,
  text: string,
  own: readonly Flag[],
  action: (context: Context, names: readonly string[], flags: Flags) => Promise<ExitCode>,
): void {
  const sub = program.command(usage).description(text).exitOverride()
  for (const flag of [...own, ...GLOBAL_FLAGS]) sub.addOption(option(flag))
  sub.action(async () => {
    const flags = reader(sub)
    exitCode = await run({ terminal, verbose: flags.isSet('verbose') }, async () => {
      const context = openContext(globalOptions(flags), terminal, process.env, process.cwd())
      return action(context, sub.args, flags)
    })
  })
}

function option({ name, short, value, text }: Flag): Option {
  const dashes = short === undefined ? `--${name}` : `-${short}, --${name}`
  return new Option(value === undefined ? dashes : `${dashes} <${value}>`, text)
}

function reader(sub: Command): Flags {
  const read = (name: string): unknown => sub.getOptionValue(camel(name.replace(/^no-/, '')))
  return {
    text: name => {
      const value = read(name)
      return typeof value === 'string' ? value : null
    },
    isSet: name => (name.startsWith('no-') ? read(name) === false : read(name) === true),
  }
}

function globalOptions(flags: Flags): GlobalOptions {
  const output = flags.text('output') ?? 'text'
  if (output !== 'text' && output !== 'json' && output !== 'yaml')
    throw failure('RUN_USAGE', `--output ${output} is not one of text, json, yaml`)
  return {
    config: flags.text('config') ?? 'countersign.yaml',
    isConfigNamed: flags.text('config') !== null,
    requests: folderName(flags.text('requests')),
    cluster: flags.text('cluster'),
    kubeconfig: flags.text('kubeconfig'),
    context: flags.text('context'),
    output,
    verbose: flags.isSet('verbose'),
    color: !flags.isSet('no-color'),
  }
}

function seconds(text: string | null): number | null {
  if (text === null) return null
  const read = parseDuration(text, { days: true })
  if (!read.ok)
    throw failure('RUN_USAGE', `--expiring ${text} is not a duration`, 'for example 7d or 48h')
  return read.seconds
}

function wholeNumber(text: string | null): number | null {
  if (text === null) return null
  if (!/^\d{1,6}$/.test(text))
    throw failure('RUN_USAGE', `--max-issue ${text} is not a number`, 'for example 100')
  return Number(text)
}

/** `./requests/` is `requests`. */
function folderName(text: string | null): string | null {
  return text === null ? null : posix.normalize(text).replace(/\/+$/, '')
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** First Ctrl-C: nothing new is begun, what is under way is finished. Second: out at once. */
function stop(): void {
  if (interrupted.signal.aborted) process.exit(130)
  interrupted.abort()
  terminal.talk('finishing what is under way; Ctrl-C again to leave at once')
}

process.exitCode = await main()
