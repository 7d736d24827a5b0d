// Flags of the command line, from commander to what commands take.
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { textOrNull } from '../../domain/json-text.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { GlobalOptions, OutputFormat } from '../command-context.ts'
import type { CommandEntry } from '../command-entry.ts'
import { dashed, flagValues } from './flag-values.ts'
import type { Values } from './flag-values.ts'
import { FORMATS, GLOBAL_FLAGS } from './global-flags.ts'
import type { Flag } from './global-flags.ts'

export function optionOf({ name, short, value, text, isOptional }: Flag): Option {
  const dashes = short === undefined ? `--${name}` : `-${short}, --${name}`
  if (value === undefined) return new Option(dashes, text)
  const option = new Option(`${dashes} ${isOptional === true ? `[${value}]` : `<${value}>`}`, text)
  return option.argParser((given: string, before: unknown) => {
    if (before === undefined) return given
    // Only lists have a plural as value: NAMES, ACCESS.
    const advice = value.endsWith('S') ? 'Lists are separated by commas' : 'Keep one'
    throw new InvalidArgumentError(`--${name} is given twice. ${advice}`)
  })
}

/** The flags of a command, and the global ones wherever they were written. */
export function readFlags(command: Command, flags: readonly Flag[] = []): Values {
  return flagValues([...flags, ...GLOBAL_FLAGS], command.optsWithGlobals())
}

/** Throws RUN_USAGE for an empty argument or value, as an unset variable of a shell gives it. */
export function refuseEmpty(command: Command): void {
  const values: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  const empty = Object.keys(values).find(name => values[name] === '')
  if (empty !== undefined || command.args.includes(''))
    throw usageFailure(
      empty === undefined ? 'an argument is empty' : `--${dashed(empty)} is empty`,
      'give it a value, or leave it out',
    )
}

/** `all`: every command, for the formats of single ones. */
export function globalOptions(
  values: Values,
  entry: CommandEntry,
  all: readonly CommandEntry[],
): GlobalOptions {
  const text = (name: string): string | null => textOrNull(values[name])
  const format = text('output') ?? 'text'
  const owner = all.find(({ formats }) => formats?.includes(format) === true)
  if (owner !== undefined && owner !== entry)
    throw usageFailure(
      `--output ${format} is for ${owner.name}`,
      `use one of ${FORMATS.join(', ')}`,
    )
  const output = outputFormat(values, entry)
  const formats = [...FORMATS, ...(entry.formats ?? [])].join(', ')
  if (output === null) throw usageFailure(`--output ${format} is not one of ${formats}`)
  return {
    config: text('config'),
    requests: text('requests'),
    cluster: text('cluster'),
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    command: entry.name,
    output,
    format,
    verbose: values['verbose'] === true,
    color: values['noColor'] !== true,
  }
}

/** Null if --output names none. The formats of single commands are texts. */
export function outputFormat(values: Values, entry?: CommandEntry): OutputFormat | null {
  const said = values['output'] ?? 'text'
  if (typeof said === 'string' && entry?.formats?.includes(said) === true) return 'text'
  return FORMATS.find(format => format === said) ?? null
}
