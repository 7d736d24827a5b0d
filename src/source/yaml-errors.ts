// Errors of the yaml package in, problems in plain words out.
import type { YAMLError } from 'yaml'
import type { Code } from '../domain/codes.ts'
import type { Problem } from '../domain/problem.ts'
import type { SourceText } from './position.ts'
import { placeAt } from './position.ts'

const SENTENCES: ReadonlyMap<string, readonly [message: string, hint: string | null]> = new Map([
  ['DUPLICATE_KEY', ['this field stands twice in one mapping', 'keep one of them']],
  ['NON_STRING_KEY', ['a key must be plain text', null]],
  ['TAB_AS_INDENT', ['tabs cannot indent YAML', 'use spaces']],
  ['BAD_SCALAR_START', ['plain text cannot begin with this character', 'put it in quotes']],
  ['BAD_DQ_ESCAPE', ['there is no such escape in double quotes', 'write \\\\ for a backslash']],
  ['MULTILINE_IMPLICIT_KEY', ['a key must stand on one line', null]],
  ['KEY_OVER_1024_CHARS', ['a key is longer than 1024 characters', null]],
  ['RESOURCE_EXHAUSTION', ['the file is too deeply nested to be read', null]],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    [
      'a mapping cannot begin inside a value',
      'quote text that holds ": ", or move it to a new line',
    ],
  ],
  ['BLOCK_IN_FLOW', ['a block cannot stand inside [ ] or { }', null]],
])

/** The problem at the error's place. Errors without a sentence of ours keep the first line of the package's. */
export function sayYamlError(source: SourceText, code: Code, error: YAMLError): Problem {
  const [start, end] = error.pos
  const [message, hint] = SENTENCES.get(error.code) ?? [firstLine(error.message), null]
  return { code, at: placeAt(source, start, end), message, hint }
}

function firstLine(text: string): string {
  const line = text.split('\n')[0] ?? ''
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`.replace(/[:.]?$/, '')
}
