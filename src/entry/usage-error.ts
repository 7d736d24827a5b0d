// A mistake in the arguments that commander found, as a problem of ours.
import type { CommanderError } from 'commander'
import { usageFailure } from '../domain/problem.ts'
import type { CountersignError } from '../domain/problem.ts'
import { COMMANDS } from './table/command-table.ts'

const SUGGESTION = /\n\((Did you mean .*)\)$/

/** RUN_USAGE with what commander says; the hint is its suggestion, otherwise the help of the named command. */
export function usageError(cause: CommanderError, args: readonly string[]): CountersignError {
  const text = cause.message.replace(/^error: /, '')
  const said = SUGGESTION.exec(text)?.[1]
  const isVersion = args[0] === 'version'
  const hint = isVersion
    ? 'run: countersign --version'
    : said === undefined
      ? helpHint(args)
      : `d${said.slice(1)}`
  return usageFailure(text.replace(SUGGESTION, ''), hint)
}

/** `run countersign csr approve --help`, with as much of the command as can be recognized. */
function helpHint(args: readonly string[]): string {
  const words = args.filter(word => !word.startsWith('-'))
  const known = COMMANDS.map(({ name }) => name)
  const named =
    known.find(name => ` ${words.join(' ')} `.includes(` ${name} `)) ??
    words.find(word => known.some(name => name.startsWith(`${word} `)))
  return `run: countersign ${named === undefined ? '' : `${named} `}--help`
}
