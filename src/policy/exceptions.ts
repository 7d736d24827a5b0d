// Exceptions of countersign.yaml against what the house refuses: by code, for some files, for some values, until a day.
import type { ExceptionConfig } from '../domain/config.ts'
import type { Code } from '../domain/codes.ts'
import type { Problem } from '../domain/problem.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import { matchesAnyGlob } from '../source/glob.ts'
import type { HouseProblem } from './house-rules.ts'

/** The only refusals that can be waived. */
const WAIVABLE: ReadonlySet<Code> = new Set<Code>([
  'POLICY_NAME_RESERVED',
  'POLICY_GROUP_RESERVED',
  'POLICY_NAME_LOOKALIKE',
  'POLICY_NAME_FORM',
  'POLICY_NAME_SCRIPTS',
  'POLICY_CA_USAGE',
  'POLICY_KEY_REUSED',
])

/**
 * The problems that no exception waives, and a warning for each exception that would have, were it not past. `until` is the
 * last day, in UTC. An exception names paths or values, or both; one that names neither waives nothing.
 */
export function withoutExcepted(
  problems: readonly HouseProblem[],
  request: EffectiveRequest,
  exceptions: readonly ExceptionConfig[],
  today: Date,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const day = today.toISOString().slice(0, 10)
  const left: Problem[] = []
  const warnings: Problem[] = []
  for (const problem of problems) {
    const matching = exceptions.filter(exception => waives(exception, problem, request))
    if (matching.some(({ until }) => until >= day)) continue
    const { value: _, ...plain } = problem
    left.push(plain)
    warnings.push(...matching.map(exception => expired(exception, plain)))
  }
  return { problems: left, warnings }
}

function waives(
  { code, paths, values }: ExceptionConfig,
  problem: HouseProblem,
  { path }: EffectiveRequest,
): boolean {
  if (code !== problem.code || !WAIVABLE.has(problem.code)) return false
  if (paths.length === 0 && values.length === 0) return false
  const isPath = paths.length === 0 || matchesAnyGlob(paths, path)
  return isPath && (values.length === 0 || values.some(value => isValue(value, problem.value)))
}

/** Itself, or a beginning that ends in `*`. */
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
