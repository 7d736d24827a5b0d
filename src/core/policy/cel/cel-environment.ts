// CEL rules of policies: compiled and type-checked when the policy is read, bounded when they are evaluated.
// Language: cel-spec, with regular expressions of RE2. Anything else is refused when the policy is read, never at judgement.
import type { Problem } from '../../../domain/problem.ts'
import { Environment, EvaluationError, ParseError, TypeError } from '@marcbachmann/cel-js'
import type { ASTNode, ParseResult } from '@marcbachmann/cel-js'
import type { RE2JS } from 're2js'
import type { RuleAnswer, Expression, ExpressionValues } from '../../../domain/request/policy.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { addTextFunctions } from './cel-functions.ts'
import { shapeOf, SUPPORTED } from './allowed-cel.ts'
import type { Shape } from './allowed-cel.ts'
import {
  ACCESS_FIELDS,
  AccessView,
  REQUESTER_FIELDS,
  REQUEST_FIELDS,
  RequestView,
  RequesterView,
  SINK_FIELDS,
  SinkView,
} from './cel-variables.ts'

export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly faults: readonly Omit<Problem, 'at'>[] }

/** Characters (UTF-16 units). */
export const LONGEST_EXPRESSION = 2048
const LIMITS = { maxAstNodes: 256, maxDepth: 32 }
/** Steps, like the cost limit of approver-policy. An expression that may take more is not evaluated. */
const MOST_WORK = 1_000_000
/** Characters that cost as much as one step. */
const CHARACTERS_A_STEP = 64

/**
 * The compiled expression, or every fault: POLICY_EXPRESSION or POLICY_EXPRESSION_UNSUPPORTED. Never throws. A `validation` has the
 * variable `self` and is asked for each value; a `rule` is asked once for the request.
 */
export function compileExpression(text: string, kind: 'validation' | 'rule'): Compiled {
  if (text.length > LONGEST_EXPRESSION) {
    const message = `the rule has ${text.length} characters; ${LONGEST_EXPRESSION} are the most`
    return { ok: false, faults: [{ code: 'POLICY_EXPRESSION', message, hint: null }] }
  }
  const patterns = new Map<string, RE2JS>()
  const environment = typedEnvironment(LIMITS)
  if (kind === 'validation') environment.registerVariable('self', 'string')
  addTextFunctions(environment, patterns)
  try {
    const program = environment.parse(text)
    const shape = shapeOf(program.ast)
    for (const [pattern, compiled] of shape.patterns) patterns.set(pattern, compiled)
    const faults = [...shapeFaults(shape), ...typeFaults(program, shape, kind)]
    if (faults.length > 0) return { ok: false, faults }
    const expression: Expression = {
      text,
      ask: about => ask(program, shape, about),
      compared: about => comparedText(program.ast, about),
    }
    return { ok: true, expression }
  } catch (error) {
    const summary = summaryOf(error)
    const hint = summary === 'Unexpected character: =' ? { hint: 'to compare, write ==' } : {}
    return { ok: false, faults: [{ ...wrong(`the rule is not CEL: ${summary}`), ...hint }] }
  }
}

function shapeFaults({ unsupported, wrong: mistakes }: Shape): readonly Omit<Problem, 'at'>[] {
  return [
    ...[...unsupported].map(message => ({
      code: 'POLICY_EXPRESSION_UNSUPPORTED' as const,
      message,
      hint: `rules may use ${SUPPORTED}`,
    })),
    ...[...mistakes].map(([message, hint]) => ({ ...wrong(message), hint })),
  ]
}

/** Empty if the shape has faults: the type checker would report the same again. */
function typeFaults(
  program: ParseResult,
  shape: Shape,
  kind: 'validation' | 'rule',
): readonly Omit<Problem, 'at'>[] {
  if (shape.unsupported.size > 0 || shape.wrong.size > 0) return []
  const { valid, type, error } = program.check()
  if (!valid) return [{ ...wrong(summaryOf(error)), hint: variableHint(summaryOf(error), kind) }]
  if (type === 'bool') return []
  return [wrong(`the rule gives ${type ?? 'nothing'}, and must give true or false`)]
}

function variableHint(summary: string, kind: 'validation' | 'rule'): string | null {
  if (!summary.startsWith('Unknown variable')) return null
  const self = kind === 'validation' ? 'self, ' : ''
  return `there are ${self}request, requester, path and cluster`
}

function wrong(message: string): Omit<Problem, 'at'> {
  return { code: 'POLICY_EXPRESSION', message, hint: null }
}

function ask(program: ParseResult, shape: Shape, about: ExpressionValues): RuleAnswer {
  const work = workOf(shape, about)
  if (work > MOST_WORK)
    return { failed: 'the request has too many or too long names for this rule' }
  try {
    const answer: unknown = program(about.variables)
    return typeof answer === 'boolean' ? answer : { failed: 'the rule gave neither true nor false' }
  } catch (error) {
    if (error instanceof EvaluationError) return { failed: failureText(error, about) }
    return { failed: summaryOf(error) }
  }
}

/** Upper bound of the steps: every node once for every turn of every loop around it, and more for long texts. */
function workOf(shape: Shape, about: ExpressionValues): number {
  const longest = Math.max(about.longestList, shape.longestList, 1) * (1 + shape.additions)
  const turns = longest ** shape.loops
  return shape.nodes * turns * (1 + about.longestText / CHARACTERS_A_STEP)
}

/** The library's message without the drawing of the source below it. */
function summaryOf(error: unknown): string {
  if (error instanceof EvaluationError || error instanceof TypeError) return error.summary
  if (error instanceof ParseError) return error.summary
  return error instanceof Error ? error.message : 'unknown fault'
}

// The types and the variables that expressions are checked against. Judging a request needs no CEL library, reading a policy does.

/** An environment that knows the variables of rules and validations, and nothing else. */
function typedEnvironment(limits: {
  readonly maxAstNodes: number
  readonly maxDepth: number
}): Environment {
  return new Environment({ limits: { ...limits, maxListElements: 256, maxMapEntries: 64 } })
    .registerType('Sink', { ctor: SinkView, fields: SINK_FIELDS })
    .registerType('Access', { ctor: AccessView, fields: ACCESS_FIELDS })
    .registerType('Request', { ctor: RequestView, fields: REQUEST_FIELDS })
    .registerType('Requester', { ctor: RequesterView, fields: REQUESTER_FIELDS })
    .registerVariable('request', 'Request')
    .registerVariable('requester', 'Requester')
    .registerVariable('path', 'string')
    .registerVariable('cluster', 'string')
}

// Explanation of a rule that denies or could not be decided: the compared values, or the field without a value and how to ask for it
// first.

/** Fields that have no value if the request has several (cel-variables.ts). */
const SINGLE = new Set(['commonName', 'serialNumber'])

/**
 * A sentence without a full stop: for a missing field or item its name and the check to write first, for any other error the message of
 * the CEL library.
 */
function failureText(
  { code, summary, node }: EvaluationError,
  { variables }: ExpressionValues,
): string {
  if (code === 'index_out_of_bounds') return missingItem(summary, node)
  if (code !== 'no_such_key' || node?.op !== '.') return summary
  const [owner, field] = node.args
  const text = `${pathOf(owner) ?? 'item'}.${field}`
  return `${reason(owner, field, variables)}, so ${text} has no value; to deny such requests in words of the rule, write has(${text}) && …`
}

/** `got "user-jane", expected "jane"` for a rule that compares two texts by ==; null for any other rule. */
function comparedText(
  { op, args }: ASTNode,
  { variables }: Pick<ExpressionValues, 'variables'>,
): string | null {
  if (op !== '==') return null
  const [got, expected] = args.map(side => textAt(side, variables))
  return typeof got === 'string' && typeof expected === 'string'
    ? `got ${quoted(got)}, expected ${quoted(expected)}`
    : null
}

/** The value of a literal, a variable or a field of one. */
function textAt(node: ASTNode, variables: Variables): unknown {
  if (node.op === 'value') return node.args
  if (node.op === 'id') return variables[node.args]
  if (node.op !== '.') return null
  const owner = textAt(node.args[0], variables)
  return owner instanceof Map ? owner.get(node.args[1]) : null
}

function reason(owner: ASTNode, field: string, { requester }: Variables): string {
  if (owner.op !== 'id') return `this item of the list has no ${field}`
  if (owner.args === 'requester')
    return requester instanceof Map && requester.size > 0
      ? `the requester has no ${field} under people in countersign.yaml`
      : 'the requester is unknown (at a terminal, add --requester LOGIN)'
  if (owner.args === 'request')
    return SINGLE.has(field)
      ? `the request has not exactly one ${field}`
      : `the request has no ${field}`
  return `this item of the list has no ${field}`
}

type Variables = ExpressionValues['variables']

function missingItem(summary: string, node: ASTNode | undefined): string {
  const [, index] = /, index (\d+) >= size/.exec(summary) ?? []
  const list = node?.op === '[]' ? pathOf(node.args[0]) : null
  if (index === undefined || list === null)
    return 'the rule reads an item that its list does not have'
  return `${list}[${index}] has no value, because the list is shorter; to deny such requests in words of the rule, write ${list}.size() > ${index} && …`
}

/** As the rule writes it; null for anything but a variable and its fields. */
function pathOf(node: ASTNode): string | null {
  if (node.op === 'id') return node.args
  if (node.op !== '.') return null
  const owner = pathOf(node.args[0])
  return owner === null ? null : `${owner}.${node.args[1]}`
}
