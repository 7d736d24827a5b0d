// The texts of the product: literals of src that people read, descriptions of the action, comments in YAML.
import { parseSync } from '@swc/core'
import { LineCounter, isScalar, parseDocument, visit } from 'yaml'

/**
 * @typedef {{ readonly text: string, readonly line: number }} Text
 * @typedef {Readonly<Record<string, unknown>>} Node
 */

/** Fewer words are a name, a value or a part of a format. */
const FEWEST_WORDS = 3
const BACKTICK = '`'.charCodeAt(0)
/** GraphQL, CEL, CSS, HTML, shell, YAML and regular expressions. */
const CODE =
  /[{};]\s*$|[{}=]\s*\n|^\s*(?:query|mutation|fragment|on|import|SELECT) |=>|&&|\|\||==|<\w+[ >]|\\[swd]|^--? ?\w+|^\w+\(|^(?:apiVersion|kind|name|uses|run):/

/**
 * The literals of a TypeScript file that read like prose; `${…}` becomes X, and parts joined with + become one text.
 * @param {string} source
 * @returns {readonly Text[]}
 */
export function textsOfSource(source) {
  // The parser counts bytes from the first token, so a known first token makes offsets absolute.
  const bytes = Buffer.from(`;${source.replace(/^#!/, '//')}`)
  const module = parseSync(bytes.toString(), { syntax: 'typescript' })
  /** @type {Text[]} */
  const texts = []
  collect(module, (text, start) => {
    if (CODE.test(text)) return
    const before = bytes.subarray(0, start - module.span.start)
    const first = before.toString().split('\n').length
    // Lines of one text are lines of the output, so each is a sentence of its own.
    const isTemplate = bytes[start - module.span.start] === BACKTICK
    for (const [index, part] of text.split('\n').entries()) {
      const plain = part.replaceAll(/\s+/g, ' ').trim()
      if (isProse(plain)) texts.push({ text: plain, line: first + (isTemplate ? index : 0) })
    }
  })
  return texts
}

/**
 * The values of some keys of a YAML file: descriptions of an action, or the words of a form.
 * @param {string} source @param {ReadonlySet<string>} keys
 * @returns {readonly Text[]}
 */
export function textsOfYaml(source, keys) {
  const counter = new LineCounter()
  /** @type {Text[]} */
  const texts = []
  visit(parseDocument(source, { lineCounter: counter }), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || !keys.has(String(key.value))) return
      if (typeof value.value !== 'string' || !isProse(value.value)) return
      texts.push({ text: value.value.trim(), line: counter.linePos(value.range?.[0] ?? 0).line })
    },
  })
  return texts
}

/**
 * The comments of a YAML file or a shell script, as a page with the same line numbers.
 * @param {string} source
 */
export function commentsOf(source) {
  const lines = source.split('\n').map(line => {
    const whole = /^\s*#(?!!) ?(.*)$/.exec(line)?.[1]
    // The next line may have a comment of its own, which is another sentence.
    return whole ?? / # (.*)$/.exec(line)?.[1]?.replace(/\w$/, '$&.') ?? ''
  })
  // A commented line of YAML is no prose.
  return lines.map(line => (/^\s*(?:- )?[\w.-]+:(?: |$)/.test(line) ? '' : line)).join('\n')
}

/** @param {string} text */
function isProse(text) {
  return (text.match(/(?<![\w/.-])[A-Za-z]{2,}(?![\w/-])/g) ?? []).length >= FEWEST_WORDS
}

/**
 * Visits every text below a node. A text inside another one is visited, too.
 * @param {unknown} value @param {(text: string, start: number) => void} found
 */
function collect(value, found) {
  if (Array.isArray(value)) return value.forEach(each => collect(each, found))
  if (!isNode(value)) return
  const text = textOf(value)
  if (text !== null) found(text, startOf(value))
  if (text === null) for (const child of childrenOf(value)) collect(child, found)
  else insertedIn(value).forEach(each => collect(each, found))
}

/** @param {Node} node @returns {string | null} */
function textOf(node) {
  switch (node['type']) {
    case 'StringLiteral':
      return String(node['value'])
    case 'TemplateLiteral':
      return listOf(node['quasis'])
        .map(quasi => String(quasi['cooked'] ?? quasi['raw']))
        .join('X')
    case 'BinaryExpression': {
      const [left, right] = sidesOf(node)
      return node['operator'] === '+' && (isText(left) || isText(right))
        ? `${textOrX(left)}${textOrX(right)}`
        : null
    }
    default:
      return null
  }
}

/** @param {unknown} node */
function isText(node) {
  return isNode(node) && textOf(node) !== null
}

/** @param {unknown} node */
function textOrX(node) {
  return (isNode(node) ? textOf(node) : null) ?? 'X'
}

/** What is inserted into a text. @param {Node} node @returns {readonly unknown[]} */
function insertedIn(node) {
  if (node['type'] === 'TemplateLiteral') return listOf(node['expressions'])
  if (node['type'] !== 'BinaryExpression') return []
  return sidesOf(node).flatMap(side =>
    isNode(side) && textOf(side) !== null ? insertedIn(side) : [side],
  )
}

/** @param {Node} node */
function childrenOf(node) {
  const isImport = /^(?:Import|ExportAll)Declaration$/.test(String(node['type']))
  return isImport
    ? []
    : Object.entries(node).flatMap(([key, child]) => (key === 'span' ? [] : child))
}

/** @param {Node} node @returns {number} */
function startOf(node) {
  const { span } = /** @type {{ span?: { start: number } }} */ (node)
  return span?.start ?? 0
}

/** @param {Node} node */
function sidesOf(node) {
  return [node['left'], node['right']]
}

/** @param {unknown} value @returns {readonly Node[]} */
function listOf(value) {
  return Array.isArray(value) ? value.filter(isNode) : []
}

/** @param {unknown} value @returns {value is Node} */
function isNode(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
