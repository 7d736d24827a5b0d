// Records of the old rule, when an approval covered lines that were not shown: an upgrade does not stop their renewals at once.
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Question } from '../../core/approval/proof-facts.ts'
import type { TrustedConfiguration } from '../../core/approval/trust-root.ts'
import type { ConfigurationFiles } from '../../core/approval/configuration-digest.ts'
import { isByRuleOfToday } from './request-origins.ts'

/** A record of the old rule is renewed for this many days after its first renewal by this version. */
const OLD_RULE_DAYS = 90

/**
 * When the old rule ends for this renewal; null if it does not apply. After the first such renewal, a configuration that only the old
 * rule trusts has to be the same as in the renewal before.
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

/** The warning of such a renewal, with the problem by today's rule. */
export function byOldRule({ path }: Question, until: Date, { message }: Problem): Problem {
  return {
    code: 'APPROVAL_OLD_RULE',
    at: null,
    message: `${path}: renewed by the old rule until ${until.toISOString().slice(0, 10)}; by today's rule: ${message}`,
    hint: 'have the file approved again before that day, or set trusted-requests; see docs/how-to/upgrade-old-approvals.md',
  }
}
