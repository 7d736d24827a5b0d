// Limits of expressions, checked in the syntax tree before any evaluation: known functions, known fields, literal patterns, and so
// few nested loops that the work can be predicted.
import type { ASTNode } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import { didYouMean } from '../../../lib/source/did-you-mean.ts'
import { OWN_METHODS } from './cel-functions.ts'
import { REQUESTER_FIELDS, REQUEST_FIELDS } from './cel-variables.ts'

/** Size of an expression, and its faults. */
export interface Shape {
  readonly nodes: number
  /** Deepest nesting of the loops: all, exists, exists_one, map and filter. */
  readonly loops: number
  /** Number of `+`: each can make a list longer by the longest of the others. */
  readonly additions: number
  /** Items of the longest list that the expression contains or split() may make. */
  readonly longestList: number
  readonly patterns: ReadonlyMap<string, RE2JS>
  /** Unsupported parts, as sentences without a full stop. */
  readonly unsupported: ReadonlySet<string>
  /** Mistakes, as sentences without a full stop, each with a hint or null. */
  readonly wrong: ReadonlyMap<string, string | null>
}

const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
const MOST_LOOPS = 2
const LONGEST_PATTERN = 512
const PLAIN_METHODS = new Set(['startsWith', 'endsWith', 'contains', 'size'])
const FUNCTIONS = new Set(['size', 'has', 'string'])
/** Names of the supported functions, for the hint. */
export const SUPPORTED = [...FUNCTIONS, ...PLAIN_METHODS, ...OWN_METHODS.keys(), ...LOOPS].join(
  ', ',
)

const VARIABLES = new Set(['self', 'request', 'requester', 'path', 'cluster'])
const FIELDS: ReadonlyMap<string, object> = new Map<string, object>([
  ['request', REQUEST_FIELDS],
  ['requester', REQUESTER_FIELDS],
])

/**
 * Size and faults of the expression; both lists of faults are empty for a supported one. Changes the tree: methods that countersign
 * implements itself get the names they are registered under (cel-functions.ts).
 */
export function shapeOf(root: ASTNode): Shape {
  const walk = new Walk()
  walk.visit(root, 0)
  return walk
}

class Walk implements Shape {
  nodes = 0
  loops = 0
  additions = 0
  longestList = 0
  readonly patterns = new Map<string, RE2JS>()
  readonly unsupported = new Set<string>()
  readonly wrong = new Map<string, string | null>()

  visit(node: ASTNode, depth: number): void {
    this.nodes++
    switch (node.op) {
      case 'value':
      case 'id':
        return
      case 'call':
        return this.#call(node.args, depth)
      case 'rcall':
        return this.#method(node.args, depth)
      case '.':
        this.#field(node.args[0], node.args[1])
        return this.visit(node.args[0], depth)
      case '[]':
        this.#index(node.args[0])
        return this.#all(node.args, depth)
      case 'list':
        this.longestList = Math.max(this.longestList, node.args.length)
        return this.#all(node.args, depth)
      case 'map':
        return node.args.forEach(entry => this.#all(entry, depth))
      case '!_':
      case '-_':
        return this.visit(node.args, depth)
      case '.?':
      case '[?]':
        this.unsupported.add('optional fields (.?) are not supported')
        return
      case '+':
        this.additions++
        return this.#all(node.args, depth)
      default:
        return this.#all(node.args, depth)
    }
  }

  #all(nodes: readonly ASTNode[], depth: number): void {
    for (const node of nodes) this.visit(node, depth)
  }

  #call([name, args]: readonly [string, readonly ASTNode[]], depth: number): void {
    if (!FUNCTIONS.has(name)) this.unsupported.add(`the function ${name}() is not supported`)
    this.#all(args, depth)
  }

  #method(parts: [string, ASTNode, ASTNode[]], depth: number): void {
    const [name, receiver, args] = parts
    this.visit(receiver, depth)
    if (LOOPS.has(name)) return this.#loop(args, depth + 1)
    const own = OWN_METHODS.get(name)
    if (own !== undefined) parts[0] = own
    else if (!PLAIN_METHODS.has(name)) {
      this.unsupported.add(`the function ${name}() is not supported`)
    }
    if (name === 'matches') this.#pattern(args[0])
    if (name === 'split') this.longestList = Math.max(this.longestList, 256)
    this.#all(args, depth)
  }

  #loop([variable, ...bodies]: readonly ASTNode[], depth: number): void {
    this.loops = Math.max(this.loops, depth)
    if (depth === MOST_LOOPS + 1) {
      this.unsupported.add(`loops may be nested ${MOST_LOOPS} deep, not deeper`)
    }
    if (variable?.op === 'id' && VARIABLES.has(variable.args)) {
      this.wrong.set(
        `the variable ${variable.args} of a loop hides the one of that name`,
        'give it another name',
      )
    }
    this.#all(bodies, depth)
  }

  /** RE2 takes linear time. Compiled now, since a computed pattern could be anything. */
  #pattern(argument: ASTNode | undefined): void {
    const text: unknown = argument?.op === 'value' ? argument.args : null
    if (typeof text !== 'string') {
      this.unsupported.add(
        'matches() takes a pattern that is written out, not one that is computed',
      )
    } else if (text.length > LONGEST_PATTERN) {
      this.unsupported.add(`a pattern may have ${LONGEST_PATTERN} characters, not ${text.length}`)
    } else {
      try {
        this.patterns.set(text, RE2JS.compile(text))
      } catch {
        this.unsupported.add(`the pattern "${text}" is not one of RE2`)
      }
    }
  }

  /** has() is false for a field that cannot exist, so the type checker alone would accept a misspelt one. */
  #field(owner: ASTNode, field: string): void {
    const known = owner.op === 'id' ? FIELDS.get(owner.args) : undefined
    if (known === undefined || Object.hasOwn(known, field)) return
    const name = owner.op === 'id' ? owner.args : ''
    const fields = Object.keys(known)
    const hint = didYouMean(field, fields, `it has ${fields.join(', ')}`)
    this.wrong.set(`${name} has no field ${field}`, hint)
  }

  #index(owner: ASTNode): void {
    if (owner.op === 'id' && FIELDS.has(owner.args)) {
      this.wrong.set(`fields of ${owner.args} are read with a dot`, `${owner.args}.name`)
    }
  }
}
