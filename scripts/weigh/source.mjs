// What one TypeScript file imports, and the functions that it defines.
import { posix } from 'node:path'
import { parseSync } from '@swc/core'

/**
 * @typedef {object} Source
 * @property {number} lines
 * @property {readonly string[]} loads paths of the files that it names in `import` and `export … from`, types included
 * @property {readonly string[]} lazy paths of the files that it names in `import()`
 * @property {readonly { readonly name: string, readonly isExported: boolean }[]} functions at the top level
 */

/** A file that is the same in two commits is parsed once. */
const PARSED = new Map()

/** @param {string} path @param {string} text @returns {Source} */
export function readSource(path, text) {
  const key = `${path}\0${text}`
  const known = PARSED.get(key) ?? parse(path, text)
  PARSED.set(key, known)
  return known
}

/** @param {string} text */
export function linesOf(text) {
  return text.split('\n').length - 1
}

function parse(path, text) {
  const { body } = parseSync(text, { syntax: 'typescript', target: 'es2022' })
  const below = specifiers =>
    specifiers
      .filter(name => name.startsWith('.'))
      .map(name => posix.join(posix.dirname(path), name))
  return {
    lines: linesOf(text),
    loads: below(body.flatMap(({ source }) => (source ? [source.value] : []))),
    lazy: text.includes('import(') ? below(lazyImports(body)) : [],
    functions: body.flatMap(functionsOf),
  }
}

/** Of `import('x')` in code and in types. */
function lazyImports(value) {
  if (Array.isArray(value)) return value.flatMap(lazyImports)
  if (typeof value !== 'object' || value === null) return []
  const own =
    value.type === 'CallExpression' && value.callee.type === 'Import'
      ? [value.arguments[0]?.expression]
      : value.type === 'TsImportType'
        ? [value.argument]
        : []
  const names = own.flatMap(node => (node?.type === 'StringLiteral' ? [node.value] : []))
  const children = Object.entries(value).filter(([member]) => member !== 'span')
  return [...names, ...children.flatMap(([, child]) => lazyImports(child))]
}

function functionsOf(item) {
  const isExported = item.type === 'ExportDeclaration'
  const declaration = isExported ? item.declaration : item
  return namesOf(declaration).map(name => ({ name, isExported }))
}

const FUNCTIONS = new Set(['ArrowFunctionExpression', 'FunctionExpression'])

/** An overload has no body. */
function namesOf({ type, identifier, body, declarations }) {
  if (type === 'FunctionDeclaration') return body ? [identifier.value] : []
  if (type !== 'VariableDeclaration') return []
  return declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && FUNCTIONS.has(init?.type) ? [id.value] : [],
  )
}
