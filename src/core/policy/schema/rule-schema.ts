// Schema of rules in a policy: a CEL expression, and a message for when it is not true.
import { z } from 'zod'
import { orNull } from '../../../lib/schema/absent-members.ts'
import { fault } from '../../../lib/schema/check-schema.ts'
import { ONE_LINE, text } from '../../../lib/schema/text-rules.ts'
import { compileExpression, LONGEST_EXPRESSION } from '../cel/cel-environment.ts'

const MOST_RULES = 32

/**
 * Schema of a list of at most 32 rules, which compiles their expressions. Codes: POLICY_EXPRESSION, POLICY_EXPRESSION_UNSUPPORTED, and
 * FILE_FIELD_VALUE for a rule of several lines without a message. Only a `validation` has the variable `self`.
 */
export function ruleList(kind: 'validation' | 'rule') {
  const expression = z
    .string()
    .min(1)
    .transform((said, context) => {
      const compiled = compileExpression(said, kind)
      if (compiled.ok) return compiled.expression
      for (const found of compiled.faults) context.addIssue(fault(found))
      return z.NEVER
    })
    .meta({ maxLength: LONGEST_EXPRESSION })
  return z
    .array(
      z
        .strictObject({
          rule: expression.describe(ABOUT[kind]),
          message: orNull(text(ONE_LINE)).describe('Message if the rule is not true'),
        })
        .transform(({ rule, message }, context) => {
          // a rule of several lines cannot be its own message
          if (rule.text.trim().includes('\n') && message === null) {
            context.addIssue(fault(MESSAGE_MISSING))
          }
          return { expression: rule, message }
        }),
    )
    .max(MOST_RULES)
}

const ABOUT = {
  validation: 'CEL that must be true of each value: self, request, requester, path, cluster',
  rule: 'CEL that must be true of the request: request, requester, path, cluster',
} as const

const MESSAGE_MISSING = {
  message: 'a rule of several lines needs a message',
  hint: 'add message: what to say when the rule is not true',
} as const
