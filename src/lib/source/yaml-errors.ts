// Conversion of the yaml package's errors into problems in plain words.
import type { YAMLError } from 'yaml'
import type { Problem } from '../../domain/problem.ts'
import type { SourceText } from './text-position.ts'
import { placeAt } from './text-position.ts'
import { shown } from './hidden-characters.ts'

const SENTENCES: ReadonlyMap<string, readonly [message: string, hint: string | null]> = new Map([
  ['NON_STRING_KEY', ['a key must be plain text', null]],
  ['TAB_AS_INDENT', ['tabs cannot indent YAML', 'use spaces']],
  ['BAD_SCALAR_START', ['plain text cannot begin with this character', 'put it in quotes']],
  ['BAD_DQ_ESCAPE', ['there is no such escape in double quotes', 'write \\\\ for a backslash']],
  ['MULTILINE_IMPLICIT_KEY', ['a key must be on one line', null]],
  ['KEY_OVER_1024_CHARS', ['a key is longer than 1024 characters', null]],
  ['RESOURCE_EXHAUSTION', ['the file is too deeply nested to be read', null]],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    [
      'a mapping cannot begin inside a value',
      'quote text that holds ": ", or move it to a new line',
    ],
  ],
  ['BLOCK_IN_FLOW', ['a block cannot be inside [ ] or { }', null]],
])

/** The problem at the error's place. An error without a sentence of ours keeps the first line of the package's message. */
export function sayYamlError(source: SourceText, error: YAMLError): Problem {
  const [start, end] = error.pos
  if (error.code === 'DUPLICATE_KEY') return duplicate(source, start)
  const [message, hint] = SENTENCES.get(error.code) ?? [firstLine(error.message), null]
  // errors at the end of the file are shown at its last content
  const last = source.text.trimEnd().length - 1
  const at = start > last ? placeAt(source, last) : placeAt(source, start, end)
  return { code: 'FILE_YAML', at, message, hint }
}

const KEY = /"[^"\n]*"|'[^'\n]*'|[^:\n]+/y

function duplicate(source: SourceText, start: number): Problem {
  KEY.lastIndex = start
  const key = KEY.exec(source.text)?.[0].trimEnd() ?? ''
  const at = placeAt(source, start, start + key.length)
  const message = `${shown(key.replaceAll(/^["']|["']$/g, ''))} is given twice in one mapping`
  return { code: 'FILE_YAML', at, message, hint: 'keep one of them' }
}

/** "Flow sequence in block collection must be sufficiently indented and end with a ]" */
function firstLine(text: string): string {
  const closing = /^Flow .* end with an? ([\]}])/.exec(text)?.[1]
  if (closing !== undefined) return `${closing} is missing, or the text before it is not indented`
  const line = text.split('\n')[0] ?? ''
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`.replace(/[:.]?$/, '')
}
