// Reader of YAML 1.2 (core schema) and JSON text: plain values, each member with its place. It accepts one document without
// anchors, aliases, tags, merge keys, directives or duplicate keys, so that a reviewer reads exactly what is meant.
import { Composer, isMap, isNode, isScalar, isSeq, Parser } from 'yaml'
import type { Node, YAMLError, YAMLMap, YAMLSeq } from 'yaml'
import type { Checked, Problem } from '../../domain/problem.ts'
import { checked, refuse } from '../../domain/problem.ts'
import type { SourceText } from './text-position.ts'
import { placeAt, wholeFile } from './text-position.ts'
import type { Located, Range, YamlTree } from './located-values.ts'
import { readText } from './utf8-text.ts'
import { allowedLexemes, MAX_DEPTH, tooDeep } from './yaml-syntax.ts'
import { characterName, hiddenOffsets, quoted } from './hidden-characters.ts'
import { misplacedLine } from './misplaced-line.ts'

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

/** Reads one document. Every fault is FILE_YAML. `howToSplit` is the hint if there are more. */
export function readYaml(
  source: SourceText,
  howToSplit = 'put it into a file of its own',
): Checked<YamlTree> {
  const lexemes = allowedLexemes(source)
  if (!lexemes.ok) return lexemes
  const [first, second] = [...new Composer(OPTIONS).compose(tokens(lexemes.value))]
  if (first === undefined || first.contents === null) return refuse(emptyFile(source))
  const template = templateIn(source, first.errors[0]?.pos[0] ?? null)
  if (template !== null) return refuse(template)
  // After a broken place the parser guesses: further faults say nothing about the file.
  const broken = first.errors.find(({ code }) => code !== 'DUPLICATE_KEY')
  if (broken !== undefined) return refuse(sayYamlError(source, broken))
  const problems: Problem[] = [...first.errors, ...first.warnings].map(error =>
    sayYamlError(source, error),
  )
  // kubectl accepts an empty document at the end.
  const hasSecond = second !== undefined && !/^---\s*$/.test(source.text.slice(second.range[0]))
  if (hasSecond) problems.push(secondDocument(source, second.range[0], howToSplit))
  const { root, problems: refused } = locate(source, first.contents)
  return checked([...problems, ...refused], () => ({ source, root }))
}

/** A placeholder in the line of the first fault causes the other faults too. */
function templateIn(source: SourceText, fault: number | null): Problem | null {
  if (fault === null) return null
  const at = placeAt(source, fault)
  if (!/\{\{|\$\{/.test(at.excerpt ?? '')) return null
  const message = 'this looks like a placeholder of a template, which is not YAML'
  return { code: 'FILE_YAML', at, message, hint: 'put it in quotes, or render the template first' }
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

function secondDocument(source: SourceText, offset: number, hint: string): Problem {
  return {
    code: 'FILE_YAML',
    at: placeAt(source, offset),
    message: 'a second document begins here; one file holds one document',
    hint,
  }
}

// Conversion of the yaml package's errors into problems in plain words.

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

const OF_COLUMNS = /^(?:BLOCK_AS_IMPLICIT_KEY|BAD_INDENT|MISSING_CHAR|MULTILINE_IMPLICIT_KEY)$/

/** The problem at the error's place. An error without a sentence of ours keeps the first line of the package's message. */
function sayYamlError(source: SourceText, error: YAMLError): Problem {
  const [start, end] = error.pos
  if (error.code === 'DUPLICATE_KEY') return duplicate(source, start)
  const misplaced = OF_COLUMNS.test(error.code) ? misplacedLine(source, start) : null
  if (misplaced !== null) return misplaced
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
  const message = `${quoted(key.replaceAll(/^["']|["']$/g, ''))} is given twice in one mapping`
  return { code: 'FILE_YAML', at, message, hint: 'keep one of them' }
}

/** "Flow sequence in block collection must be sufficiently indented and end with a ]" */
function firstLine(text: string): string {
  const closing = /^Flow .* end with an? ([\]}])/.exec(text)?.[1]
  if (closing !== undefined) return `${closing} is missing, or the text before it is not indented`
  if (text.includes('block-seq-ind')) return 'a list begins on the line below its key'
  const line = text.split('\n')[0] ?? ''
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`.replace(/[:.]?$/, '')
}

// Conversion of the yaml package's nodes into located plain values. Faults that only values can show are refused here.

/** The values below a node. Members keep the order of the file. */
function locate(
  source: SourceText,
  node: Node,
): { readonly root: Located; readonly problems: readonly Problem[] } {
  const locator = new Locator(source)
  return { root: locator.node(node, null, 0), problems: locator.problems }
}

class Locator {
  readonly problems: Problem[] = []
  readonly #source: SourceText

  constructor(source: SourceText) {
    this.#source = source
  }

  node(node: Node, key: Range | null, depth: number): Located {
    if (depth > MAX_DEPTH) this.problems.push(tooDeep(this.#source, rangeOf(node).start))
    else if (isMap(node)) return this.#mapping(node, key, depth)
    else if (isSeq(node)) return this.#list(node, key, depth)
    return this.#scalar(node, key)
  }

  #scalar(node: Node, key: Range | null): Located {
    const range = rangeOf(node)
    const value: unknown = isScalar(node) ? node.value : null
    if (typeof value === 'string') this.#checkText(value, range)
    // A list item that is indented too far continues the text above it.
    const isPlain = isScalar(node) && node.type === 'PLAIN' && this.problems.length === 0
    const item = isPlain ? this.#source.text.slice(range.start, range.end).search(/\n\s*- /) : -1
    const found = item === -1 ? null : misplacedLine(this.#source, range.start + item + 1)
    if (found !== null) this.problems.push(found)
    const isBlock =
      isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
    const isInline = !isBlock && range.end > range.start
    return leaf(value, key, isInline ? range : (key ?? range))
  }

  #mapping(node: YAMLMap, key: Range | null, depth: number): Located {
    const children = new Map<string, Located>()
    for (const { key: name, value } of node.items) {
      if (!isScalar(name) || typeof name.value !== 'string') continue // stringKeys has refused it
      const at = rangeOf(name)
      this.#checkKey(name.value, at)
      children.set(name.value, isNode(value) ? this.node(value, at, depth + 1) : leaf(null, at, at))
    }
    const members = [...children].map(([name, child]) => [name, child.value] as const)
    const value: unknown = Object.fromEntries(members)
    return { value, key, place: collectionPlace(node, key), children }
  }

  #list(node: YAMLSeq, key: Range | null, depth: number): Located {
    const place = collectionPlace(node, key)
    const items = node.items.map(item =>
      isNode(item) ? this.node(item, null, depth + 1) : leaf(null, null, place),
    )
    const children = new Map(items.map((item, index) => [index, item] as const))
    return { value: items.map(item => item.value), key, place, children }
  }

  #checkKey(name: string, at: Range): void {
    this.#checkText(name, at)
    if (name === '<<') this.#refuse(at, 'merge keys are not read', 'write the fields out')
    if (name === '__proto__') this.#refuse(at, '"__proto__" cannot be a key', null)
  }

  /** Escapes can produce characters that the text of the file must not contain: "\\u202e". */
  #checkText(value: string, at: Range): void {
    const [offset] = hiddenOffsets(value)
    if (offset === undefined) return
    const name = characterName(value, offset)
    this.#refuse(at, `${quoted(value)} holds ${name}, a character that cannot be seen`, 'remove it')
  }

  #refuse(at: Range, message: string, hint: string | null): void {
    const place = placeAt(this.#source, at.start, at.end)
    this.problems.push({ code: 'FILE_YAML', at: place, message, hint })
  }
}

function leaf(value: unknown, key: Range | null, place: Range): Located {
  return { value, key, place, children: new Map() }
}

/** The place of `[a, b]` is the list itself; the place of a block of lines is its key, or its first line. */
function collectionPlace(node: YAMLMap | YAMLSeq, key: Range | null): Range {
  return node.flow === true || key === null ? rangeOf(node) : key
}

/** Start and end of the value itself, without the comment after it. */
function rangeOf(node: unknown): Range {
  if (!isNode(node) || !node.range) return { start: 0, end: 0 }
  const [start, end] = node.range
  return { start, end }
}
