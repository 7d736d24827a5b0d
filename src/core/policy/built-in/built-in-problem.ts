// A refusal by a built-in rule.
import type { Problem } from '../../../domain/problem.ts'

/** `value`: what is refused; an exception may name it. */
export interface BuiltInProblem extends Problem {
  readonly value: string
}
