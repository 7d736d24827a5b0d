// Problems and failures: a refusal is a list of Problems (data), a failure is one Problem that is thrown.
import type { Code } from './problem-codes.ts'

/** A place in a file, counted from 1. `length` is in characters of that line, for the carets under it. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
  /** The whole line of the place, or null if there is no text to show (DER, a missing file). */
  readonly excerpt: string | null
}

/** One fault in the user's words. The first word of `code` names the module that found it. */
export interface Problem {
  readonly code: Code
  readonly at: Place | null
  readonly message: string
  /** What to do about it, or null if the message already says it. */
  readonly hint: string | null
}

/** A problem as GitHub shows it at a line of a file. */
export interface Annotation {
  readonly level: 'error' | 'warning'
  readonly title: string
  readonly message: string
  /** Null if the problem has no place in a file. */
  readonly at: Pick<Place, 'file' | 'line' | 'column'> | null
}

export type NonEmpty<T> = readonly [T, ...T[]]

/** A checked value: the value, or every reason why there is none. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: NonEmpty<Problem> }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function refuse(
  first: Problem,
  ...rest: readonly Problem[]
): { readonly ok: false; readonly problems: NonEmpty<Problem> } {
  return { ok: false, problems: [first, ...rest] }
}

export function isNonEmpty<T>(list: readonly T[]): list is NonEmpty<T> {
  return list.length > 0
}

/** The same number of values, so at least one. */
export function mapped<T, U>([first, ...rest]: NonEmpty<T>, each: (item: T) => U): NonEmpty<U> {
  return [each(first), ...rest.map(item => each(item))]
}

/** The value if there are no problems, otherwise every problem, in the order of the file. */
export function checked<T>(problems: readonly Problem[], value: () => T): Checked<T> {
  const sorted = sortProblems(problems)
  return isNonEmpty(sorted) ? { ok: false, problems: sorted } : ok(value())
}

/** Problems by file, line and column; those without a place come first. Stable. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) =>
      (a.at?.file ?? '').localeCompare(b.at?.file ?? '', 'en') ||
      (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  )
}

/** The same fault of one file is found for each of its clusters. */
export function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>()
  return problems.filter(({ code, at, message }) => {
    const id = JSON.stringify([code, at, message])
    return seen.has(id) ? false : seen.add(id)
  })
}

/** A problem that is at no place in a file. */
export function unplaced(code: Code, message: string, hint: string | null = null): Problem {
  return { code, at: null, message, hint }
}

/** A refusal with one problem that is at no place in a file. */
export function refuseAs(
  code: Code,
  message: string,
  hint: string | null = null,
): ReturnType<typeof refuse> {
  return refuse(unplaced(code, message, hint))
}

/** The same problem at a place that its finder did not know (a DER reader inside a YAML file). */
export function placed(problem: Problem, at: Place | null): Problem {
  return problem.at === null ? { ...problem, at } : problem
}

/**
 * A failure outside countersign (cluster, network, disk). Only adapters throw it, with a translated message. `cause` is for
 * --verbose, never for a comment.
 */
export class CountersignError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, cause?: unknown) {
    super(`${problem.code}: ${problem.message}`, { cause })
    this.name = 'CountersignError'
    this.problem = problem
  }
}

/** The problem of a failure that was caught. Every other error is a bug, and is thrown again. */
export function caughtProblem(cause: unknown): Problem {
  if (cause instanceof CountersignError) return cause.problem
  throw cause
}

/** The same for whom no error may end. `hint` is that of a bug. */
export function problemOrBug(cause: unknown, hint: string): Problem {
  if (cause instanceof CountersignError) return cause.problem
  return unplaced('RUN_BUG', cause instanceof Error ? cause.message : String(cause), hint)
}

/** Makes attempts that stop nothing: a failure is reported, and the answer is null. */
export function attempting(report: (what: string, problem: Problem) => void) {
  return async <T>(what: string, act: () => Promise<T>): Promise<T | null> => {
    try {
      return await act()
    } catch (cause) {
      report(what, caughtProblem(cause))
      return null
    }
  }
}

/** Short form for the most common failure: no place, a code, a message, perhaps a hint. */
export function failure(
  code: Code,
  message: string,
  hint: string | null = null,
  cause?: unknown,
): CountersignError {
  return new CountersignError(unplaced(code, message, hint), cause)
}

/** A flag, an argument or an input that cannot be used (RUN_USAGE). */
export function usageFailure(
  message: string,
  hint: string | null = null,
  cause?: unknown,
): CountersignError {
  return failure('RUN_USAGE', message, hint, cause)
}
