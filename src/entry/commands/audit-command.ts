// countersign audit: who has or had which access, who used it, and what no approval covers.
import { logLines } from '../../adapters/system/log-lines.ts'
import { concerns, validAt } from '../../core/audit/recorded-access.ts'
import { unplaced, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { auditCsv, auditText } from '../../output/terminal/audit-text.ts'
import { minute } from '../../output/terminal/plural-words.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { audit } from '../../workflows/audit/audit.ts'
import { closingOnError } from '../../workflows/plan/observe-clusters.ts'
import { planWithClusters } from '../../workflows/plan/plan.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import type { Texts } from '../flags/flag-values.ts'
import { planOptions } from '../plan-options.ts'
import { closeAll } from './plan-command.ts'
import { printAnswer } from './print-results.ts'

/** 1 for findings and alarms, 2 if something could not be found out. */
export async function auditAccess(
  context: Context,
  _args: readonly string[],
  { who, log: name, ...flags }: Texts<'at' | 'who' | 'log'>,
): Promise<Answer> {
  const at = moment(flags.at)
  const { terminal, paint, folder, clock, options } = context
  const planned = await planWithClusters(context, planOptions(context))
  if (!planned.ok) {
    printAnswer(context, planned)
    // Exit code 1 is for findings: here nothing was looked at.
    return 2
  }
  const { observed, rules } = planned.value
  const lines = name === null ? null : logLines(folder, name)
  const work = () => audit(planned.value, lines, options.cluster, clock.now())
  const found = await closingOnError(observed, work)
  await closeAll(planned.value)
  const { findings, problems, credentials } = found
  const { people } = rules.config
  const all = found.certificates.filter(each => who === null || concerns(each, who, people))
  const certificates = all.filter(each => at === null || validAt(each, at))
  const histories = found.histories.filter(({ begins }) => at !== null && at < begins)
  const report = { ...found, certificates, histories }
  const alarms = credentials.flatMap(({ alarm }) => alarm ?? [])
  if (who !== null && all.length === 0)
    terminal.talk(problemsText([noneWarning(who)], paint, 'warning'))
  if (at !== null)
    terminal.talk(
      `certificates valid at ${minute(at)}, also those whose roles had ended; STATE and roles are as of now`,
    )
  const isCsv = options.format === 'csv'
  const told = isCsv ? [...problems, ...findings, ...alarms] : problems
  return {
    failures: told,
    text: isCsv ? auditCsv(report) : auditText(report, paint),
    report,
    hasFailed: problems.length > 0,
    hasRefusals: findings.length + alarms.length > 0,
  }
}

function noneWarning(who: string): Problem {
  const message = `no certificate was requested or approved by the GitHub login ${visible(who)}, and no request or user of a certificate has this name`
  return unplaced('REQUEST_NONE', message, 'countersign audit lists all')
}

/** A date is its first moment in UTC. */
function moment(text: string | null): Date | null {
  if (text === null) return null
  const [at, day] = [new Date(text), new Date(text.slice(0, 10))]
  const isWhole = /^\d{4}-\d\d-\d\d(?:T.+(?:Z|[+-]\d\d:\d\d))?$/.test(text)
  if (isWhole && !Number.isNaN(at.getTime()) && day.toISOString().startsWith(text.slice(0, 10)))
    return at
  const hint = 'for example --at 2026-11-20 or --at 2026-11-20T15:00Z'
  throw usageFailure(`--at ${text} is not a date, or a time without zone`, hint)
}
