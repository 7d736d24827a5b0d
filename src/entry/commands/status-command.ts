// countersign status: what is stored, for whom, until when.
import { resolve } from 'node:path'
import { writePublicFile } from '../../adapters/system/edited-file.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { asksRequester, OPEN_RULES } from '../../core/policy/any-requester.ts'
import { retiringAuthorities } from '../../core/plan/retiring-authority.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { endedCertificates } from '../../workflows/plan/revoked-records.ts'
import { workingCertificates } from '../../workflows/plan/working-certificates.ts'
import { missingRecords } from '../../workflows/plan/observe-clusters.ts'
import type { Observed } from '../../workflows/plan/observe-clusters.ts'
import { denyOrphans } from '../../workflows/withdraw/deny-orphans.ts'
import type { Planned, PlanOptions } from '../../workflows/plan/plan.ts'
import { problemJson } from '../../output/json/results-json.ts'
import type { PageFacts } from '../../output/html/status-page.ts'
import { statusRows, stepsLeft } from '../../output/terminal/status-rows.ts'
import type { StatusRow } from '../../output/terminal/status-rows.ts'
import { stepProblems } from '../../output/terminal/plan-text.ts'
import { statusText } from '../../output/terminal/status-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { heldBack } from '../../workflows/issue/apply-at-terminal.ts'
import { limitedSteps, WHOLE } from '../../workflows/plan/run-scope.ts'
import { planOptions } from '../plan-options.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { seconds } from '../flags/flag-values.ts'
import type { Texts } from '../flags/flag-values.ts'
import { namedSteps } from './named-requests.ts'
import { withPlan } from './plan-command.ts'

/** --html is the path of the page to write, `-` for stdout. */
export async function status(
  context: Context,
  names: readonly string[],
  { expiring, html: page }: Texts<'expiring' | 'html'>,
): Promise<Answer> {
  const within = seconds(expiring)
  const isPart = within !== null || names.length > 0
  if (page !== null && (isPart || context.options.output !== 'text'))
    throw usageFailure(
      '--html writes every certificate',
      'leave names, --expiring and --output out',
    )
  const options = planOptions(context)
  return withPlan(context, options, planned =>
    answer(context, planned, options, names, within, page),
  )
}

async function answer(
  context: Context,
  planned: Planned,
  options: PlanOptions,
  names: readonly string[],
  within: number | null,
  page: string | null,
): Promise<Answer> {
  const { failures, rules, observed, judgedRequests } = planned
  const orphans = await denyOrphans(judgedRequests, observed, rules.config, false)
  const now = context.clock.now()
  const { ended, roles, unread } = await endedCertificates(observed, rules.config.owner, now)
  const lost = await missingRecords(observed, rules.config)
  // Records that are gone with their namespace may be of that CA.
  const retiring =
    lost.length > 0 ? [] : observed.flatMap(each => retiringAuthorities(each.settings, each, now))
  const working = workingCertificates(planned, options, now)
  const limited = limitedSteps(planned.plan, rules.config, WHOLE, { now, isHeld: () => false })
  // What a limit stops is refused: no row may say that the next apply makes it.
  const allowed = { ...planned.plan, steps: [...limited.allowed, ...stepsLeft(heldBack(limited))] }
  const atLimit = limited.stopped.map(({ problem }) => problem)
  const { plan, isNamed } = namedSteps({ judgedRequests, plan: allowed, failures }, names, working)
  const unsure = plan.steps.flatMap(withUnreadSinks)
  const unknown = [...new Set(unsure.flatMap(({ warnings }) => warnings))]
  const merged = await branchPaths(context, options.requestFolder ?? rules.config.requests)
  const paced = new Set(limited.later.map(({ request }) => `${request.cluster}/${request.name}`))
  const next = 'made by a later apply (limits.maxRenew)'
  const rows = statusRows(plan, now, within, ended, merged).map(row => ({
    ...row,
    roles: roles.get(row.sha256 ?? '') ?? row.roles,
    ...(row.next.startsWith('made by') && paced.has(`${row.cluster}/${row.name}`) && { next }),
  }))
  const until = within === null ? null : new Date(now.getTime() + within * 1000)
  const earlier = working.filter(
    ({ name, notAfter }) => isNamed(name) && (until === null || notAfter <= until),
  )
  const { owner } = rules.config
  const frame = { owner, lastApply: lastApplyOf(observed), earlier, unreachable: failures.length }
  if (context.options.output === 'text') {
    if (rules.policies?.policies.some(asksRequester) === true) context.terminal.talk(OPEN_RULES)
    const warnings = [...atLimit, ...lost, ...retiring, ...unread, ...orphans]
    const ofSinks = [...new Set(stepProblems(unsure, context.paint))]
    if (failures.length > 0) context.terminal.talk(problemsText(failures, context.paint))
    if (ofSinks.length > 0) context.terminal.talk(ofSinks.join('\n'))
    if (warnings.length > 0) context.terminal.talk(problemsText(warnings, context.paint, 'warning'))
  }
  const all = statusRows(plan, now, null).length
  const isWide = context.options.format === 'wide'
  const form = isWide ? 'wide' : names.length > 0 ? 'each' : 'grouped'
  const text = statusText(rows, all, now, frame, form)
  return {
    text: page === null ? text : await writtenPage(context, page, rows, { ...frame, now }),
    report: {
      ...frame,
      certificates: rows,
      orphans: orphans.map(problemJson),
      problems: [...failures, ...atLimit, ...lost, ...retiring, ...unknown, ...unread].map(
        problemJson,
      ),
    },
    hasFailed: failures.length > 0,
  }
}

/** Paths of the request files on the default branch, as this checkout knows it; null if it knows none. */
async function branchPaths({ git }: Context, folder: string): Promise<ReadonlySet<string> | null> {
  const name = (await git.defaultBranch()) ?? 'HEAD'
  const commit = (await git.resolve(`origin/${name}`)) ?? (await git.resolve(name))
  return commit === null ? null : new Set((await git.tree(commit, folder)).map(({ path }) => path))
}

/** The page for stdout, null if it was written to a file. */
async function writtenPage(
  { environment, folder, terminal }: Context,
  path: string,
  rows: readonly StatusRow[],
  frame: Omit<PageFacts, 'server'>,
): Promise<string | null> {
  const { statusPage } = await import('../../output/html/status-page.ts')
  const server = environment['GITHUB_SERVER_URL'] ?? 'https://github.com'
  const text = statusPage(rows, { ...frame, server })
  if (path === '-') return text.trimEnd()
  await writePublicFile(resolve(folder, path), text)
  terminal.talk(`wrote ${visible(path)}`)
  return null
}

/** With warnings of Secrets that may not be read: their content, and so the next step, is unknown. And of namespaces that are deleted. */
function withUnreadSinks(step: Step) {
  const isUnread = ({ code }: Problem) =>
    /^(SINK_UNKNOWN|CLUSTER_NOT_SET_UP|CLUSTER_TERMINATING)$/.test(code)
  return 'warnings' in step ? [{ ...step, warnings: step.warnings.filter(isUnread) }] : []
}

/** Of all that records tell: when something was issued, withdrawn, or failed last. */
function lastApplyOf(observed: readonly Observed[]): Date | null {
  const times = observed.flatMap(({ records }) =>
    records.flatMap(({ issued, withdrawnAt, failures }) =>
      [issued?.issuedAt, withdrawnAt, failures?.lastAt].flatMap(date => date?.getTime() ?? []),
    ),
  )
  return times.length === 0 ? null : new Date(times.reduce((a, b) => Math.max(a, b)))
}
