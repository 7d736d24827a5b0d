// Conversion of the yaml package's nodes into located plain values. Faults that only values can show are refused here.
import type { Node, YAMLMap, YAMLSeq } from 'yaml'
import { isMap, isNode, isScalar, isSeq } from 'yaml'
import type { Problem } from '../../domain/problem.ts'
import { characterName, hiddenOffsets, shown } from './hidden-characters.ts'
import type { SourceText } from './text-position.ts'
import { placeAt } from './text-position.ts'
import type { Located, Range } from './located-values.ts'
import { MAX_DEPTH, tooDeep } from './yaml-syntax.ts'

/** The values below a node. Members keep the order of the file. */
export function locate(
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
    this.#refuse(at, `${shown(value)} holds ${name}, a character that cannot be seen`, 'remove it')
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
