// Exceptions of countersign.yaml to built-in rules: by code, for some files, for some values, until a day.
import { dayOf } from '../../../lib/source/duration.ts'
import type { ExceptionConfig } from '../../../domain/request/config.ts'
import { WAIVABLE } from '../../../domain/request/policy.ts'
import { isLiveRole } from '../../../domain/request/access.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { EffectiveRequest } from '../../../domain/request/request.ts'
import { matchesGlob } from '../../../lib/source/glob.ts'
import type { BuiltInProblem } from './built-in-problem.ts'

const CODES: ReadonlySet<string> = new Set<string>(WAIVABLE)

/**
 * `problems`: those that no exception waives. `warnings`: POLICY_EXCEPTION_USED for each waived problem, POLICY_EXCEPTION_EXPIRED for
 * each exception that matches and has ended. `until` is the last day, in UTC. An exception without paths and values waives nothing.
 */
export function withoutExcepted(
  problems: readonly BuiltInProblem[],
  request: EffectiveRequest,
  exceptions: readonly ExceptionConfig[],
  today: Date,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const day = dayOf(today)
  const isPath = (pattern: string): boolean => matchesGlob(pattern, request.path)
  const left: Problem[] = []
  const warnings: Problem[] = []
  for (const problem of problems) {
    const matching = exceptions.filter(each => waives(each, problem, isPath))
    const { value: _, ...plain } = problem
    const standing = matching.find(({ until }) => until >= day)
    if (standing !== undefined) {
      warnings.push(waived(standing, plain))
      continue
    }
    left.push(plain)
    warnings.push(...matching.map(exception => expired(exception, plain)))
  }
  return { problems: left, warnings }
}

/** Whether an exception waives the refusal today in a file that matches `paths` (null: in any file). */
export function mayBeWaived(
  refused: Pick<BuiltInProblem, 'code' | 'value'>,
  paths: readonly string[] | null,
  exceptions: readonly ExceptionConfig[],
  today: Date,
): boolean {
  const fixed = (pattern: string): string => pattern.replace(/[*?].*/, '')
  const mayMeet = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a)
  const isPath = (pattern: string): boolean =>
    paths === null || paths.some(path => mayMeet(fixed(path), fixed(pattern)))
  return exceptions.some(each => each.until >= dayOf(today) && waives(each, refused, isPath))
}

function waives(
  { code, paths, values }: ExceptionConfig,
  refused: Pick<BuiltInProblem, 'code' | 'value'>,
  isPath: (pattern: string) => boolean,
): boolean {
  if (code !== refused.code || !CODES.has(refused.code)) return false
  // Screens name a binding to this role a live grant, and it gives its holder nothing.
  if (refused.code === 'POLICY_ACCESS_RESERVED' && isLiveRole(refused.value)) return false
  if (paths.length === 0 && values.length === 0) return false
  if (paths.length > 0 && !paths.some(isPath)) return false
  return values.length === 0 || values.some(value => isValue(value, refused.value))
}

/** The same value, or a prefix that ends in `*`. */
function isValue(pattern: string, value: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern
}

function expired({ code, until, reason }: ExceptionConfig, { at }: Problem): Problem {
  return {
    code: 'POLICY_EXCEPTION_EXPIRED',
    at,
    message: `the exception for ${code} ended on ${until} (${reason})`,
    hint: 'rename, or give the exception in countersign.yaml a later day',
  }
}

/** An exception that is used is shown to the reviewers of the request. */
function waived({ code, until, reason }: ExceptionConfig, { at, message }: Problem): Problem {
  return {
    code: 'POLICY_EXCEPTION_USED',
    at,
    message: `${code} is waived until ${until} (${reason}): ${message}`,
    hint: null,
  }
}
