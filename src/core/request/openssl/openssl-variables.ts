// Variables of an OpenSSL configuration: $name, ${name}, $(name), $section::name. A variable gives an earlier value of the file,
// from the named section or this one, otherwise from `default`. The environment is not read.
import { shown } from '../../../lib/source/hidden-characters.ts'
import type { Sections } from './openssl-sections.ts'

/** The position of a value, which decides what its variables mean. */
export interface Scope {
  readonly section: string
  readonly sections: Sections
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['(', ')'],
])
const NAME = /(?:(?:([A-Za-z0-9_]*)::)?([A-Za-z0-9_]*))/y

export type Variable =
  | { readonly text: string; readonly end: number }
  | { readonly fault: readonly [message: string, hint: string | null] }

/** The value of the variable at the dollar sign, and where the variable ends. */
export function readVariable(text: string, dollar: number, { section, sections }: Scope): Variable {
  const closing = CLOSING.get(text[dollar + 1] ?? '')
  NAME.lastIndex = dollar + (closing === undefined ? 1 : 2)
  const [whole = '', named = section, name = ''] = NAME.exec(text) ?? []
  const start = dollar + (closing === undefined ? 1 : 2)
  const end = start + whole.length + (closing === undefined ? 0 : 1)
  if (closing !== undefined && text[end - 1] !== closing) return { fault: UNCLOSED }
  if (named === 'ENV') return { fault: ENVIRONMENT }
  const found = name === '' ? null : sections.find(named, name)
  if (found !== null) return { text: found.value.text, end }
  const message = `no line before this one sets ${shown(text.slice(dollar, end))}`
  return { fault: [message, '\\$ is a dollar sign'] }
}

const UNCLOSED = ['the bracket of this variable is never closed', null] as const
const ENVIRONMENT = [
  'the environment ($ENV::) is not read: one request is one file',
  'write the value out',
] as const
