// countersign plan: what apply would do, and why. Changes nothing.
import { planResult } from '../exit-code.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import { failure } from '../../domain/problem.ts'
import { commitFiles } from '../../adapters/system/work-tree-files.ts'
import { oldCheckout } from '../../workflows/plan/old-checkout.ts'
import { planWithClusters, planWithTree } from '../../workflows/plan/plan.ts'
import type { Planned, PlanOptions } from '../../workflows/plan/plan.ts'
import { asksRequester, OPEN_RULES } from '../../core/policy/any-requester.ts'
import { planJson } from '../../output/json/results-json.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import { planText } from '../../output/terminal/plan-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { planOptions } from '../plan-options.ts'
import { WHOLE } from '../../workflows/plan/run-scope.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import type { Texts } from '../flags/flag-values.ts'
import { whileShown } from '../slow-work.ts'
import { namedSteps } from './named-requests.ts'

export async function plan(
  context: Context,
  names: readonly string[],
  { base, requester }: Texts<'base' | 'requester'>,
): Promise<Answer> {
  const options = planOptions(context, { ...WHOLE, names }, requester)
  if (base !== null) return planAgainst(context, base, options)
  return withPlan(context, { ...options, rehearses: 'plan' }, async planned =>
    answer(context, planned, options, planned.failures.length),
  )
}

/** Plans with the clusters, and closes them after `use`. */
export async function withPlan(
  context: Context,
  options: PlanOptions,
  use: (planned: Planned) => Promise<Answer>,
): Promise<Answer> {
  context.phase.isReading = true
  const planned = await whileShown(context, 'reading files and clusters', () =>
    planWithClusters(context, options),
  )
  context.phase.isReading = false
  if (!planned.ok) return planned
  try {
    const { git, terminal, paint } = context
    const holds = async (commit: string) => {
      const isUnknown = (await git.resolve('HEAD')) === null || (await git.isShallow())
      return isUnknown ? null : (await git.mergeBase(commit, 'HEAD')) === commit
    }
    const branch = (await git.defaultBranch()) ?? 'HEAD'
    const old = await oldCheckout(planned.value.observed, holds, branch)
    if (old !== null) terminal.talk(problemsText([old], paint, 'warning'))
    return await use(planned.value)
  } finally {
    await closeAll(planned.value)
  }
}

async function planAgainst(context: Context, base: string, options: PlanOptions): Promise<Answer> {
  const commit = await context.git.resolve(base)
  if (commit === null && !context.isRepository)
    throw failure(
      'RUN_GIT',
      `--base compares with a commit, and ${context.root} is in no git repository`,
      'run it in a clone of your repository, or leave out --base',
    )
  if (commit === null) {
    const { git } = context
    const branch = (await git.defaultBranch()) ?? 'HEAD'
    const remote = (await git.resolve(`origin/${branch}`)) === null ? '' : 'origin/'
    const hint = `fetch it, or name another revision: countersign plan --base ${remote}${shellWord(branch)}`
    throw failure('RUN_GIT', `there is no commit ${base} in this checkout`, hint)
  }
  const before = commitFiles(context.git, commit)
  const planned = await planWithTree(context.files, before, options, context.clock.now())
  if (!planned.ok) return planned
  return answer(context, { ...planned.value, observed: [] }, options, 0)
}

/** The plan as the person sees it. `isWhole`: with each step in full. `source`: where the files are from. */
export function shownPlan(
  context: Context,
  made: Plan,
  planned: Pick<Planned, 'judgedRequests' | 'observed'>,
  isWhole: boolean,
  source: string = context.files.description,
): string {
  const { paint, clock, isAutomation } = context
  const clusters = planned.observed.map(({ cluster, version }) => ({
    name: cluster.name,
    version,
    // Logs of CI may be public.
    server: isAutomation ? null : cluster.server,
  }))
  const { files: count } = planned.judgedRequests
  return planText(made, { clusters, files: count, now: clock.now(), source, paint, isWhole })
}

export async function closeAll(planned: Planned): Promise<void> {
  await Promise.all(planned.observed.map(({ cluster }) => cluster.close()))
}

function answer(
  context: Context,
  planned: Pick<Planned, 'plan' | 'rules' | 'judgedRequests' | 'observed'>,
  { scope, requester }: PlanOptions,
  failures: number,
): Answer {
  const { plan } = namedSteps(planned, scope.names)
  if (requester === null && planned.rules.policies?.policies.some(asksRequester) === true)
    context.terminal.talk(OPEN_RULES)
  const text = shownPlan(context, plan, planned, true)
  return { text, report: planJson(plan), ...planResult(plan, failures) }
}
