// A refusal by a built-in rule.
import type { Problem } from '../../../domain/problem.ts'

/** `value` is the refused value, which an exception may name. */
export interface BuiltInProblem extends Problem {
  readonly value: string
}
