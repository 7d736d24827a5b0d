// Reader of YAML 1.2 (core schema) and JSON text: plain values, each member with its place. It accepts one document without
// anchors, aliases, tags, merge keys, directives or duplicate keys, so that a reviewer reads exactly what is meant.
import { Composer, Parser } from 'yaml'
import type { Code } from '../../domain/problem-codes.ts'
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

/** Reads the document of a file that has at most `maxBytes`. Every fault carries `code`. */
export function readYamlFile(
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  maxBytes: number,
  code: Code,
): Checked<YamlTree> {
  const source = readText(path, bytes, { maxBytes, tooLarge: code, encoding: code })
  return source.ok ? readYaml(source.value, code) : source
}

/** Reads one document. Every fault carries `code`. */
export function readYaml(source: SourceText, code: Code): Checked<YamlTree> {
  const lexemes = allowedLexemes(source, code)
  if (!lexemes.ok) return lexemes
  const [first, second] = compose(lexemes.value)
  if (first === undefined || first.contents === null) return refuse(emptyFile(source, code))
  const problems: Problem[] = [...first.errors, ...first.warnings].map(error =>
    sayYamlError(source, code, error),
  )
  if (second !== undefined) problems.push(secondDocument(source, code, second.range[0]))
  const { root, problems: refused } = locate(source, code, first.contents)
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

function emptyFile(source: SourceText, code: Code): Problem {
  return { code, at: wholeFile(source), message: 'the file has no content', hint: null }
}

function secondDocument(source: SourceText, code: Code, offset: number): Problem {
  return {
    code,
    at: placeAt(source, offset),
    message: 'a second document begins here; one file holds one document',
    hint: 'put it into a file of its own',
  }
}
