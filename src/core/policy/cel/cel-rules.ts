// CEL rules of policies: compiled and type-checked when the policy is read, bounded when they are evaluated.
// Language: cel-spec, with regular expressions of RE2. Anything else is refused when the policy is read, never at judgement.
import { EvaluationError, ParseError, TypeError } from '@marcbachmann/cel-js'
import type { ParseResult } from '@marcbachmann/cel-js'
import type { Answer, Expression, ExpressionValues } from '../../../domain/request/policy.ts'
import { comparedText, failureText } from './cel-failure.ts'
import { addTextFunctions } from './cel-functions.ts'
import { shapeOf, SUPPORTED } from './allowed-cel.ts'
import type { Shape } from './allowed-cel.ts'
import { typedEnvironment } from './cel-environment.ts'
import type { RE2JS } from 're2js'

export interface ExpressionFault {
  readonly code: 'POLICY_EXPRESSION' | 'POLICY_EXPRESSION_UNSUPPORTED'
  readonly message: string
  readonly hint: string | null
}

export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly faults: readonly ExpressionFault[] }

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
    return { ok: false, faults: [wrong(`the rule is not CEL: ${summaryOf(error)}`)] }
  }
}

function shapeFaults({ unsupported, wrong: mistakes }: Shape): readonly ExpressionFault[] {
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
): readonly ExpressionFault[] {
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

function wrong(message: string): ExpressionFault {
  return { code: 'POLICY_EXPRESSION', message, hint: null }
}

function ask(program: ParseResult, shape: Shape, about: ExpressionValues): Answer {
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
