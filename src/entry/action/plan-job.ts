// The action on a pull request: says what a merge would do and which approvals are missing. Changes nothing but its comment.
import type { Event } from '../../adapters/github/actions/run-event.ts'
import type { ReviewState } from '../../adapters/github/events/review-state.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { planPullRequest } from '../../workflows/plan/plan-pull-request.ts'
import type { PullRequestPlan } from '../../workflows/plan/plan-pull-request.ts'
import { problemComment } from '../../output/comment/plan-comment.ts'
import { ON_GITHUB } from '../../core/sink/sink-capabilities.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import { changedFiles } from '../../workflows/plan/changed-files.ts'
import { planWithTree } from '../../workflows/plan/plan.ts'
import { WHOLE } from '../../workflows/plan/run-scope.ts'
import { input, linksOf, pagePorts } from './job-context.ts'
import type { ActionRun } from './job-context.ts'
import { reportRefusal, reportPlan } from './plan-report.ts'
import {
  commentFacts,
  commentOn,
  factsOf,
  keepComment,
  markMerged,
} from '../pull-request-comment.ts'
import { resultOfLastPlan } from './uncounted-review.ts'

type PullRequestEvent = Extract<Event, { readonly kind: 'pullRequest' }>

export async function actionPlan(action: ActionRun): Promise<number> {
  const { event } = action.run
  switch (event.kind) {
    case 'pullRequest':
      return (await resultOfLastPlan(action, event)) ?? planOpen(action, event)
    case 'mergeGroup':
      return planGroup(action, event)
    case 'branch':
      throw usageFailure(
        `there is no pull request to plan for on ${event.name}`,
        'leave the input command out',
      )
  }
}

function planAt(
  { repository, clock, runner, run }: ActionRun,
  number: number,
  head: string,
): Promise<Checked<PullRequestPlan>> {
  return planPullRequest(
    { repository, clock },
    {
      number,
      head,
      config: input(runner, 'config'),
      trustedConfig: input(runner, 'trusted-config') || null,
      trustedRequests: input(runner, 'trusted-requests') || null,
      workflow: run.workflow,
    },
  )
}

async function planOpen(
  action: ActionRun,
  { number, head, isFork }: PullRequestEvent,
): Promise<number> {
  // The token of a fork's run may not write, so its plan is in the summary.
  const mayComment = input(action.runner, 'comment') !== 'never' && !isFork
  const state = await action.repository.reviewState(number)
  // Compared with a branch that has it already, a merged pull request changes nothing.
  if (state.merged !== null) return afterMerge(action, number, state.merged, mayComment)
  const { planned, merged } = await planOfNewestReviews(action, number, head, state)
  if (merged !== null) return afterMerge(action, number, merged, mayComment)
  if (!planned.ok) {
    const page = problemComment(planned.problems, { head, links: linksOf(action) })
    const url = mayComment ? await keepComment(pagePorts(action), number, page, false) : null
    return reportRefusal(action, planned.problems, url)
  }
  const { plan, judgedRequests } = planned.value
  const facts = commentFacts(pagePorts(action), planned.value, head, { kind: 'open' })
  const url = mayComment ? await commentOn(pagePorts(action), planned.value, facts, number) : null
  return reportPlan(action, plan, judgedRequests.files, facts, url)
}

async function afterMerge(
  action: ActionRun,
  number: number,
  commit: string,
  mayComment: boolean,
): Promise<number> {
  action.runner.say(`#${number} is merged as ${commit.slice(0, 7)}; apply reports what was issued`)
  if (mayComment) await markMerged(pagePorts(action), number, commit)
  return 0
}

const MOST_PLANS = 3

/**
 * A review may come while the plan is made, and its run may end first. So the plan is made again until the reviews are the same.
 * `merged`: the merge commit if the merge came meanwhile.
 */
async function planOfNewestReviews(
  action: ActionRun,
  number: number,
  head: string,
  state: ReviewState,
): Promise<{ readonly planned: Checked<PullRequestPlan>; readonly merged: ObjectId | null }> {
  let before = state
  for (let plans = 1; ; plans++) {
    const planned = await planAt(action, number, head)
    const now = await action.repository.reviewState(number)
    const { merged } = now
    if (merged !== null || now.digest === before.digest || plans === MOST_PLANS)
      return { planned, merged }
    before = now
  }
}

// The action in a merge queue: several pull requests at once. Each was planned by itself, and together they must be sound too.

type MergeGroup = Extract<Event, { readonly kind: 'mergeGroup' }>

async function planGroup(action: ActionRun, group: MergeGroup): Promise<number> {
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
  if (!planned.ok) return reportRefusal(action, planned.problems)
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
    ...factsOf(pagePorts(action), planned.value, repositoryFacts),
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
  return pagePorts(action).attempt(`the comment on #${number}`, async () => {
    const { head, merged } = await action.repository.reviewState(number)
    if (merged !== null) return null
    const planned = await planAt(action, number, head)
    if (!planned.ok) return null
    const isRefused =
      group.problems.length > 0 || group.steps.some(({ kind }) => kind === 'blocked')
    const phase = { kind: 'queued', commit, isRefused } as const
    const facts = commentFacts(pagePorts(action), planned.value, head, phase)
    return commentOn(pagePorts(action), planned.value, facts, number)
  })
}
