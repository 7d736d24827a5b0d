// Explanation of a rule that denies or could not be decided: the compared values, or the field without a value and how to ask for it
// first.
import type { ASTNode, EvaluationError } from '@marcbachmann/cel-js'
import type { ExpressionValues } from '../../../domain/request/policy.ts'
import { shown } from '../../../lib/source/hidden-characters.ts'

/** Fields that have no value if the request has several (cel-variables.ts). */
const SINGLE = new Set(['commonName', 'serialNumber'])

/**
 * A sentence without a full stop: for a missing field or item its name and the check to write first, for any other error the message of
 * the CEL library.
 */
export function failureText(
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
export function comparedText(
  { op, args }: ASTNode,
  { variables }: Pick<ExpressionValues, 'variables'>,
): string | null {
  if (op !== '==') return null
  const [got, expected] = args.map(side => textAt(side, variables))
  return typeof got === 'string' && typeof expected === 'string'
    ? `got ${shown(got)}, expected ${shown(expected)}`
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
      : 'the requester is unknown'
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
