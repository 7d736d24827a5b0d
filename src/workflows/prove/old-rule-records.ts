// Records that were proved before approvals had to cover what was shown: an upgrade stops none of their renewals on its first day.
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Question } from '../../core/approval/proof-facts.ts'
import type { ConfigurationFiles, TrustedConfiguration } from '../../core/approval/trust-root.ts'
import { isByRuleOfToday } from './request-origins.ts'

/** A record that was proved by the old rule is renewed for so long after its first renewal by today's version. */
const OLD_RULE_DAYS = 90

/**
 * Until when the old rule carries this renewal; null where it does not. A configuration that only the old rule trusts has to be the
 * one of the renewal before, once there was one.
 */
export function oldRuleUntil(
  { purpose, earlier }: Question,
  { oldRule }: Pick<TrustedConfiguration, 'oldRule'>,
  configuration: ConfigurationFiles,
  now: Date,
): Date | null {
  if (purpose !== 'renewal' || earlier === null || isByRuleOfToday(earlier)) return null
  const isMarked = earlier.oldRuleUntil !== undefined
  if (isMarked && oldRule !== null && !isSame(earlier.configuration, configuration)) return null
  const until =
    earlier.oldRuleUntil === undefined
      ? new Date(now.getTime() + OLD_RULE_DAYS * 86_400_000)
      : new Date(earlier.oldRuleUntil)
  return now < until ? until : null
}

function isSame(then: Evidence['configuration'], now: ConfigurationFiles): boolean {
  return (
    Object.keys(then).length === now.size && [...now].every(([path, blob]) => then[path] === blob)
  )
}

/** The warning of such a renewal, with what today's rule says. */
export function byOldRule({ path }: Question, until: Date, { message }: Problem): Problem {
  return {
    code: 'APPROVAL_OLD_RULE',
    at: null,
    message: `${path}: renewed by the old rule until ${until.toISOString().slice(0, 10)}; by today's rule: ${message}`,
    hint: 'have the file approved again before that day, or set trusted-requests; docs/operations.md, "Upgrade from the old rule"',
  }
}
