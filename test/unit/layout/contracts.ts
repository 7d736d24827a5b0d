// Contracts in source text: exported functions, and methods of ports, that have no doc comment right above them.
import { parseSync } from '@swc/core'
import { isNode, nameOf, walk } from './source-files.ts'
import type { Node } from './source-files.ts'

/** Folders below src in which every exported function has to state its contract. */
export const DOCUMENTED_FOLDERS = [
  'core/approval/',
  'core/cluster/',
  'core/certificate/',
  'core/sink/',
  'core/policy/',
  'lib/x509/',
  'lib/kubernetes/',
]

/** Names of the exported functions without a doc comment, in the order of the file. Constants that are functions count. */
export function undocumentedFunctions(text: string): readonly string[] {
  const names: string[] = []
  visit(text, node => names.push(...exportedFunctions(node)))
  return names.filter(
    name => !isDocumented(text, String.raw`export (async )?(function\*?|const) ${name}\b`),
  )
}

/** `Interface.method` of the methods without a doc comment, in the order of the file. Members with a function type count. */
export function undocumentedMethods(text: string): readonly string[] {
  const missing: string[] = []
  visit(text, node => {
    if (node['type'] !== 'TsInterfaceDeclaration' || !isNode(node['body'])) return
    const owner = nameOf(node['id'])
    const head = String.raw`interface ${owner}\b[^{]*\{`
    const body = new RegExp(head + String.raw`[^]*?^\}`, 'm').exec(text)?.[0] ?? ''
    for (const method of methodsOf(node['body']['body']))
      if (!isDocumented(body, String.raw`(readonly )?${method}\??[:(<]`))
        missing.push(`${owner}.${method}`)
  })
  return missing
}

function visit(text: string, see: (node: Node) => void): void {
  walk(parseSync(text, { syntax: 'typescript' }), see)
}

function exportedFunctions(node: Node): readonly string[] {
  if (node['type'] !== 'ExportDeclaration' || !isNode(node['declaration'])) return []
  const { type, identifier, declarations } = node['declaration']
  if (type === 'FunctionDeclaration') return [nameOf(identifier)]
  if (type !== 'VariableDeclaration' || !Array.isArray(declarations)) return []
  return declarations
    .filter(isNode)
    .filter(isFunction)
    .map(each => nameOf(each['id']))
}

function isFunction({ init }: Node): boolean {
  if (!isNode(init)) return false
  return init['type'] === 'ArrowFunctionExpression' || init['type'] === 'FunctionExpression'
}

function methodsOf(members: unknown): readonly string[] {
  if (!Array.isArray(members)) return []
  return members
    .filter(isNode)
    .filter(isMethod)
    .map(({ key }) => nameOf(key))
}

function isMethod({ type, typeAnnotation }: Node): boolean {
  if (type === 'TsMethodSignature') return true
  const annotation = isNode(typeAnnotation) ? typeAnnotation['typeAnnotation'] : null
  return isNode(annotation) && annotation['type'] === 'TsFunctionType'
}

/** True if a doc comment ends on the line above the first line that begins like this. */
function isDocumented(text: string, beginning: string): boolean {
  const above = text.slice(0, text.search(new RegExp(`^ *${beginning}`, 'm')))
  return /\/\*\*(?:(?!\*\/)[^])*\*\/\n$/.test(above)
}
