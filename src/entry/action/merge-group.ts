// The action in a merge queue: several pull requests at once. Each was planned by itself, and together they must be sound too.
import type { Event } from '../../adapters/github/actions/run-event.ts'
import { ON_GITHUB } from '../../core/sink/sink-capabilities.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import { changedFiles } from '../../workflows/plan/changed-files.ts'
import { planWithTree } from '../../workflows/plan/plan.ts'
import { WHOLE } from '../../workflows/plan/run-scope.ts'
import { input, tried } from './job-context.ts'
import type { ActionRun } from './job-context.ts'
import { commentOn, planAt, pullRequestFacts } from './pull-request-plan.ts'
import { factsOf, refuse, reportPlan } from './plan-report.ts'

type MergeGroup = Extract<Event, { readonly kind: 'mergeGroup' }>

export async function planGroup(action: ActionRun, group: MergeGroup): Promise<number> {
  const { repository, clock, runner } = action
  const { head, base } = group
  const repositoryFacts = await repository.facts()
  const options = {
    config: input(runner, 'config'),
    requestFolder: null,
    cluster: null,
    scope: WHOLE,
    requester: null,
    isOfSeveral: true,
    isPublic: repositoryFacts.visibility === 'public',
    capabilities: ON_GITHUB,
    fallback: null,
  }
  const [files, before] = [repository.filesAt(head), repository.filesAt(base)]
  const planned = await planWithTree(files, before, options, clock.now())
  if (!planned.ok) return refuse(action, planned.problems)
  const { rules, judgedRequests } = planned.value
  const changed = await changedFiles(files, before, rules.config.requests)
  // A file that the group leaves as it is may be refused, and stops nobody's merge.
  const steps = planned.value.plan.steps.filter(
    step => step.kind !== 'blocked' || changed.has(step.path),
  )
  const plan = { ...planned.value.plan, steps }
  const url =
    input(runner, 'comment') === 'never' ? null : await commentInQueue(action, group, plan)
  const facts = {
    ...factsOf(action, planned.value, repositoryFacts),
    author: null,
    head,
    needs: new Map(),
    configuration: [],
    phase: { kind: 'group' } as const,
  }
  return reportPlan(action, plan, judgedRequests.files, facts, url)
}

/** The comment of the pull request that the group ends with: its own plan, and what the queue made of it. */
async function commentInQueue(
  action: ActionRun,
  { head: commit, number }: MergeGroup,
  group: Plan,
): Promise<string | null> {
  if (number === null) return null
  return tried(action, `the comment on #${number}`, async () => {
    const { head, merged } = await action.repository.reviewState(number)
    if (merged !== null) return null
    const planned = await planAt(action, number, head)
    if (!planned.ok) return null
    const isRefused =
      group.problems.length > 0 || group.steps.some(({ kind }) => kind === 'blocked')
    const phase = { kind: 'queued', commit, isRefused } as const
    const facts = pullRequestFacts(action, planned.value, head, phase)
    return commentOn(action, planned.value, facts, number)
  })
}
