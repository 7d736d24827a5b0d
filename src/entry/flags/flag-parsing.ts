// Flags of the command line, from commander to what commands take.
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { usageFailure } from '../../domain/problem.ts'
import type { Flag } from './global-flags.ts'
import { parseDuration } from '../../lib/source/duration.ts'
import type { GlobalOptions, OutputFormat } from '../command-context.ts'

const FORMATS: readonly OutputFormat[] = ['text', 'json', 'yaml']
/** Formats that one command has in addition. */
const OWN_FORMATS: Readonly<Record<string, readonly string[]>> = {
  audit: ['table', 'csv'],
  prove: ['intoto'],
  status: ['wide'],
}

/** What commander read for one command. */
export interface Flags {
  text(name: string): string | null
  isSet(name: string): boolean
}

export function optionOf({ name, short, value, text, isOptional }: Flag): Option {
  const dashes = short === undefined ? `--${name}` : `-${short}, --${name}`
  if (value === undefined) return new Option(dashes, text)
  const option = new Option(`${dashes} ${isOptional === true ? `[${value}]` : `<${value}>`}`, text)
  return option.argParser((given: string, before: unknown) => {
    if (before === undefined) return given
    throw new InvalidArgumentError(`--${name} is given twice. Lists are separated by commas`)
  })
}

/** The flags of a command, and the global ones wherever they were written. */
export function readFlags(command: Command): Flags {
  const values: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  const read = (name: string): unknown => values[camel(name.replace(/^no-/, ''))]
  return {
    text: name => {
      const value = read(name)
      return typeof value === 'string' ? value : null
    },
    isSet: name => (name.startsWith('no-') ? read(name) === false : read(name) === true),
  }
}

/** Throws RUN_USAGE for an empty argument or value, as an unset variable of a shell gives it. */
export function refuseEmpty(command: Command): void {
  const values: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  const empty = Object.keys(values).find(name => values[name] === '')
  const flag = empty?.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  if (flag !== undefined || command.args.includes(''))
    throw usageFailure(
      flag === undefined ? 'an argument is empty' : `--${flag} is empty`,
      'give it a value, or leave it out',
    )
}

export function globalOptions(flags: Flags, command = ''): GlobalOptions {
  const said = flags.text('output') ?? 'text'
  const owner = Object.entries(OWN_FORMATS).find(([, formats]) => formats.includes(said))?.[0]
  if (owner !== undefined && owner !== command)
    throw usageFailure(`--output ${said} is for ${owner}`, `use one of ${FORMATS.join(', ')}`)
  const output = outputFormat(flags, command)
  if (output === null)
    throw usageFailure(`--output ${flags.text('output')} is not one of ${FORMATS.join(', ')}`)
  return {
    config: flags.text('config'),
    requests: flags.text('requests'),
    cluster: flags.text('cluster'),
    kubeconfig: flags.text('kubeconfig'),
    context: flags.text('context'),
    output,
    isWide: said === 'wide',
    verbose: flags.isSet('verbose'),
    color: !flags.isSet('no-color'),
  }
}

/** Null if --output names none. The formats of single commands are texts. */
export function outputFormat(flags: Flags, command = ''): OutputFormat | null {
  const said = flags.text('output') ?? 'text'
  if (OWN_FORMATS[command]?.includes(said) === true) return 'text'
  return FORMATS.find(format => format === said) ?? null
}

/** `flag`: whose value it is. */
export function seconds(text: string | null, flag = 'expiring'): number | null {
  if (text === null) return null
  const read = parseDuration(text, { days: true })
  if (!read.ok) throw usageFailure(`--${flag} ${text} is not a duration`, 'for example 7d or 48h')
  return read.seconds
}

/** `flag`: whose value it is. */
export function wholeNumber(text: string | null, flag: string): number | null {
  if (text === null) return null
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw usageFailure(
      `--${flag} must be a whole number from 1 to 999999 (got "${text}")`,
      `for example --${flag} 100`,
    )
  return Number(text)
}

/** `a, b` is two; nothing is none. */
export function listOf(text: string | null): readonly string[] {
  const parts = (text ?? '').split(',').map(part => part.trim())
  return parts.filter(part => part !== '')
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
