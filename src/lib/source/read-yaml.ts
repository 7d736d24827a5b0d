// Reader of YAML 1.2 (core schema) and JSON text: plain values, each member with its place. It accepts one document without
// anchors, aliases, tags, merge keys, directives or duplicate keys, so that a reviewer reads exactly what is meant.
import { Composer, Parser } from 'yaml'
import type { Checked, Problem } from '../../domain/problem.ts'
import { checked, refuse } from '../../domain/problem.ts'
import type { SourceText } from './text-position.ts'
import { placeAt, wholeFile } from './text-position.ts'
import type { YamlTree } from './located-values.ts'
import { readText } from './utf8-text.ts'
import { sayYamlError } from './yaml-errors.ts'
import { allowedLexemes } from './yaml-syntax.ts'
import { locate } from './yaml-values.ts'

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: true,
  strict: true,
  stringKeys: true,
  prettyErrors: false,
} as const

/** Reads the document of a file that has at most `maxBytes`. Every fault is FILE_YAML. */
export function readYamlFile(
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  maxBytes: number,
): Checked<YamlTree> {
  const source = readText(path, bytes, { maxBytes, tooLarge: 'FILE_YAML', encoding: 'FILE_YAML' })
  return source.ok ? readYaml(source.value) : source
}

/** Reads one document. Every fault is FILE_YAML. */
export function readYaml(source: SourceText): Checked<YamlTree> {
  const lexemes = allowedLexemes(source)
  if (!lexemes.ok) return lexemes
  const [first, second] = compose(lexemes.value)
  if (first === undefined || first.contents === null) return refuse(emptyFile(source))
  const problems: Problem[] = [...first.errors, ...first.warnings].map(error =>
    sayYamlError(source, error),
  )
  if (second !== undefined) problems.push(secondDocument(source, second.range[0]))
  const { root, problems: refused } = locate(source, first.contents)
  return checked([...problems, ...refused], () => ({ source, root }))
}

function compose(lexemes: readonly string[]) {
  return [...new Composer(OPTIONS).compose(tokens(lexemes))]
}

function* tokens(lexemes: readonly string[]) {
  const parser = new Parser()
  for (const lexeme of lexemes) yield* parser.next(lexeme)
  yield* parser.end()
}

function emptyFile(source: SourceText): Problem {
  return {
    code: 'FILE_YAML',
    at: wholeFile(source),
    message: 'the file has no content',
    hint: null,
  }
}

function secondDocument(source: SourceText, offset: number): Problem {
  return {
    code: 'FILE_YAML',
    at: placeAt(source, offset),
    message: 'a second document begins here; one file holds one document',
    hint: 'put it into a file of its own',
  }
}
