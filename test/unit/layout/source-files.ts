// Reads TypeScript as a syntax tree, so that comments and strings cannot be mistaken for code.
import { readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseSync } from '@swc/core'

export const ROOT = join(import.meta.dirname, '../../..')

export interface SourceFile {
  /** Below src, with forward slashes: `core/plan/plan-steps.ts`; of others `../test/unit/layout.test.ts`. */
  readonly path: string
  readonly lines: number
  /** As written: `./diff.ts`, `node:crypto`, `yaml`. Types, re-exports and `import()` count. */
  readonly imports: readonly string[]
  /** Those of them that are loaded with the file: neither types nor `import()`. */
  readonly loads: readonly string[]
  /** What the file does that a rule may forbid: `Date.now`, `new Date()`, `process`, `fetch`, `randomBytes`, … */
  readonly uses: ReadonlySet<string>
  /** The functions, classes and constants that others may import. */
  readonly exports: readonly string[]
  /** Every string literal of the file. */
  readonly strings: ReadonlySet<string>
  /** The string literals in `code: '…'`, and those that are the first argument of a function that makes a problem. */
  readonly codes: readonly string[]
}

export type Node = Readonly<Record<string, unknown>>

let source: readonly SourceFile[] | null = null

/** Every TypeScript file below src, read once for all test files of a worker. */
export function readSource(): readonly SourceFile[] {
  source ??= readFolder('')
  return source
}

/** Every file of the tests and the scripts. */
export function readUsers(): readonly SourceFile[] {
  return ['../test/', '../scripts/'].flatMap(readFolder)
}

function readFolder(folder: string): readonly SourceFile[] {
  return readdirSync(join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' })
    .map(name => folder + name.replaceAll('\\', '/'))
    .filter(path => /\.m?ts$|\.mjs$/.test(path))
    .sort()
    .map(path => parseSource(path, readFileSync(join(ROOT, 'src', path), 'utf8')))
}

export function parseSource(path: string, text: string): SourceFile {
  const imports: string[] = []
  const loads: string[] = []
  const uses = new Set<string>()
  const exports: string[] = []
  const strings = new Set<string>()
  const codes: string[] = []
  walk(parseSync(text, { syntax: 'typescript' }), node => {
    const from = importOf(node)
    if (from !== null) imports.push(from)
    if (from !== null && isLoaded(node)) loads.push(from)
    for (const use of usesOf(node)) uses.add(use)
    exports.push(...exportsOf(node))
    if (node['type'] === 'StringLiteral') strings.add(String(node['value']))
    const code = codeOf(node)
    if (code !== null) codes.push(code)
  })
  const lines = text.split('\n').length - 1
  return { path, lines, imports, loads, uses, exports, strings, codes }
}

/** The file below src that a relative import names. */
export function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/^\.\.\/src\//, '')
}

export function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) return value.forEach(item => walk(item, visit))
  if (!isNode(value)) return
  visit(value)
  // Every node has a span, which is half of all objects and says nothing but where the node is.
  for (const [key, child] of Object.entries(value)) if (key !== 'span') walk(child, visit)
}

function importOf(node: Node): string | null {
  switch (node['type']) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return literal(node['source'])
    case 'TsImportType':
      return literal(node['argument'])
    case 'CallExpression':
      return typeOf(node['callee']) === 'Import' ? literal(firstArgument(node)) : null
    default:
      return null
  }
}

function isLoaded(node: Node): boolean {
  const isStatement = /^(?:Import|ExportNamed|ExportAll)Declaration$/.test(String(node['type']))
  return isStatement && node['typeOnly'] !== true
}

function usesOf(node: Node): readonly string[] {
  switch (node['type']) {
    case 'Identifier':
      return [String(node['value'])]
    case 'MemberExpression':
      return [`${nameOf(node['object'])}.${nameOf(node['property'])}`]
    case 'NewExpression':
      return isEmpty(node['arguments']) ? [`new ${nameOf(node['callee'])}()`] : []
    default:
      return []
  }
}

function exportsOf(node: Node): readonly string[] {
  if (node['type'] !== 'ExportDeclaration' || !isNode(node['declaration'])) return []
  const { identifier, declarations } = node['declaration']
  switch (node['declaration']['type']) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return [nameOf(identifier)]
    case 'VariableDeclaration':
      return Array.isArray(declarations) ? declarations.map(each => nameOf(each['id'])) : []
    default:
      return []
  }
}

function codeOf(node: Node): string | null {
  if (node['type'] === 'CallExpression' && CODED.has(nameOf(node['callee'])))
    return literal(firstArgument(node))
  if (node['type'] !== 'KeyValueProperty' || nameOf(node['key']) !== 'code') return null
  return literal(node['value'])
}

/** Makers of problems and failures: the first argument is the code. */
const CODED: ReadonlySet<string> = new Set(['failure', 'refuseAs', 'unplaced'])

function literal(value: unknown): string | null {
  return isNode(value) && value['type'] === 'StringLiteral' ? String(value['value']) : null
}

function firstArgument(call: Node): unknown {
  const [first] = Array.isArray(call['arguments']) ? call['arguments'] : []
  return isNode(first) ? first['expression'] : null
}

export function nameOf(value: unknown): string {
  return isNode(value) && value['type'] === 'Identifier' ? String(value['value']) : ''
}

function typeOf(value: unknown): unknown {
  return isNode(value) ? value['type'] : null
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
