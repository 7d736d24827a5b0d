// The values of flags as commands take them: `--trusted-config` is trustedConfig.
import { usageFailure } from '../../domain/problem.ts'
import { parseDuration } from '../../lib/source/duration.ts'
import type { Flag } from './global-flags.ts'

/** A switch is true or false. A value that was not given is null; false where the flag may be given without one. */
export type Values = Readonly<Record<string, string | boolean | null>>

/** The values of these flags. */
export type Given<F extends readonly Flag[]> = {
  readonly [Each in F[number] as Camel<Each['name']>]: ValueOf<Each>
}

type ValueOf<F extends Flag> = F extends { readonly isOptional: true }
  ? string | boolean
  : F extends { readonly value: string }
    ? string | null
    : boolean

type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name

/** Flags with a value, null if they were not given. */
export type Texts<Name extends string> = Readonly<Record<Name, string | null>>
export type Switches<Name extends string> = Readonly<Record<Name, boolean>>

/** The repository at GitHub, and the variable that holds the token. */
export type GithubFlags = Texts<'repository' | 'tokenEnv'>

/** What commander read, by name: null or false for what was not given. */
export function flagValues(
  flags: readonly Flag[],
  read: Readonly<Record<string, unknown>>,
): Values {
  return Object.fromEntries(
    flags.map(({ name, value, isOptional }) => {
      const said = name.startsWith('no-') ? read[name.slice(3)] === false : read[camel(name)]
      const isText = value !== undefined && isOptional !== true
      return [camel(name), typeof said === 'string' || said === true ? said : isText ? null : false]
    }),
  )
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The flag as it is typed, without dashes in front. */
export function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** `flag`: whose value it is. */
export function seconds(text: string | null, flag = 'expiring'): number | null {
  if (text === null) return null
  const read = parseDuration(text, { days: true })
  if (!read.ok) throw usageFailure(`--${flag} ${text} ${read.fault}`, 'for example 90m, 48h or 7d')
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

/** The users of --approvers. Throws RUN_USAGE for a space in a name, since the guard would let nobody approve. */
export function approversOf(text: string | null): readonly string[] {
  const names = listOf(text)
  if (names.some(name => /\s/.test(name)))
    throw usageFailure(`--approvers "${text}" has a space`, 'separate the names by commas')
  return names
}

/** `a, b` is two; nothing is none. */
export function listOf(text: string | null): readonly string[] {
  const parts = (text ?? '').split(',').map(part => part.trim())
  return parts.filter(part => part !== '')
}
