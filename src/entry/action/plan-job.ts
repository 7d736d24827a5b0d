// The action on a pull request or a merge group: says what a merge would do and what it lacks. Changes nothing but a comment.
import { exitCodeOf } from '../exit-code.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import { planWithTree } from '../../workflows/plan/plan.ts'
import { WHOLE } from '../../workflows/plan/run-scope.ts'
import { changedFiles } from '../../workflows/plan/open-pull-request.ts'
import { planPullRequest } from '../../workflows/plan/plan-pull-request.ts'
import type { PullRequestPlan } from '../../workflows/plan/plan-pull-request.ts'
import { annotations } from '../../output/comment/annotations.ts'
import { planJson, problemsJson } from '../../output/json/results-json.ts'
import { plain } from '../../output/terminal/terminal-colours.ts'
import type { Page } from '../../output/comment/comment-size-limit.ts'
import { PLAN_MARKER, planComment, problemComment } from '../../output/comment/plan-comment.ts'
import type { CommentFacts } from '../../output/comment/plan-comment.ts'
import { planText } from '../../output/terminal/plan-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { planSummary, problemSummary } from '../../output/comment/job-summary.ts'
import { ON_GITHUB } from '../../core/sink/sink-capabilities.ts'
import { callsOf, ignoresRefusals, input, tried, writeResult } from './job-context.ts'
import type { ActionRun } from './job-context.ts'

export async function actionPlan(action: ActionRun): Promise<number> {
  const { event } = action.run
  switch (event.kind) {
    case 'pullRequest':
      return planOpen(action, event)
    case 'mergeGroup':
      return planGroup(action, event)
    case 'branch':
      throw usageFailure(
        `there is no pull request to plan for on ${event.name}`,
        'leave the input command out',
      )
  }
}

async function planOpen(
  action: ActionRun,
  {
    number,
    head,
    isFork,
  }: { readonly number: number; readonly head: string; readonly isFork: boolean },
): Promise<number> {
  const { clock, repository, runner } = action
  const config = input(runner, 'config')
  const { workflow } = action.run
  const frame = {
    number,
    head,
    config,
    trustedConfig: input(runner, 'trusted-config') || null,
    trustedRequests: input(runner, 'trusted-requests') || null,
    workflow,
  }
  const planned = await planPullRequest({ repository, clock }, frame)
  // The token of a fork's run may not write; its plan stands in the summary.
  const mayComment = input(runner, 'comment') !== 'never' && !isFork
  if (!planned.ok) {
    if (mayComment) await keepComment(action, number, problemComment(planned.problems, head), false)
    return refuse(action, planned.problems)
  }
  const { plan, judgedRequests, opened, needs, configuration } = planned.value
  const facts = {
    ...factsOf(planned.value, opened.repository),
    author: opened.pull.author,
    head,
    needs,
    configuration: configuration.files,
    now: clock.now(),
  }
  if (isOvertaken(opened.pull, head))
    runner.say(
      `#${number} has newer commits than ${head.slice(0, 7)}; the newest run writes its comment`,
    )
  else if (mayComment)
    await keepComment(action, number, planComment(plan, facts), isWorthSaying(plan, planned.value))
  return tell(action, plan, judgedRequests.files, facts)
}

/** A comment that is there is rewritten whatever there is to say: what it says of older files would be wrong by now. */
async function keepComment(
  action: ActionRun,
  number: number,
  { text }: Page,
  isNeeded: boolean,
): Promise<void> {
  const comments = action.repository.comments()
  await tried(action, `the comment on #${number}`, async () => {
    if (isNeeded || (await comments.find(number, PLAN_MARKER)) !== null)
      await comments.write(number, PLAN_MARKER, text)
  })
}

/** A run that is started again, or comes late, is of a head that was pushed over. An answer that lags behind names no later one. */
function isOvertaken({ head: now, commits, forcePushes }: PullRequest, head: string): boolean {
  return (
    now.commit !== head &&
    (commits.some(({ id }) => id === head) || forcePushes.some(({ before }) => before === head))
  )
}

/** A pull request that is not about certificates gets no comment. */
function isWorthSaying(
  { steps, problems, effects }: Plan,
  { opened, configuration }: PullRequestPlan,
): boolean {
  const told = steps.length + problems.length + effects.length + configuration.files.length
  return told > 0 || opened.fileOrigins.size > 0
}

/** The facts that a pull request and a merge group share. */
function factsOf(
  { rules: { config }, judgedRequests }: Pick<PullRequestPlan, 'rules' | 'judgedRequests'>,
  { defaultBranch, visibility }: RepositoryFacts,
) {
  const maxAgeSeconds = config.approval.maxAgeSeconds
  const { verdicts } = judgedRequests
  return { people: config.people, base: defaultBranch, visibility, maxAgeSeconds, verdicts }
}

/** A group is several pull requests at once; each was planned by itself, and what they are together must be sound too. */
async function planGroup(
  action: ActionRun,
  { head, base }: { readonly head: string; readonly base: string },
): Promise<number> {
  const { repository, clock, runner } = action
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
  // A file that the group leaves as it is may be refused, and holds up nobody's merge.
  const steps = planned.value.plan.steps.filter(
    step => step.kind !== 'blocked' || changed.has(step.path),
  )
  const plan = { ...planned.value.plan, steps }
  return tell(action, plan, judgedRequests.files, {
    ...factsOf(planned.value, repositoryFacts),
    author: null,
    head,
    needs: new Map(),
    configuration: [],
    now: clock.now(),
  })
}

async function tell(
  action: ActionRun,
  plan: Plan,
  files: number,
  facts: CommentFacts,
): Promise<number> {
  const { runner } = action
  const refused = plan.steps.flatMap(step => (step.kind === 'blocked' ? step.problems : []))
  const problems = [...plan.problems, ...refused]
  const source = facts.head.slice(0, 7)
  runner.say(planText(plan, { clusters: [], files, now: facts.now, source, paint: plain }))
  runner.annotate(
    annotations(
      problems,
      plan.steps.flatMap(step => ('warnings' in step ? step.warnings : [])),
    ),
  )
  await runner.summarize(planSummary(plan, facts, { githubCalls: callsOf(action) }).text)
  await writeResult(action, 'result-path', planJson(plan))
  const count = (...kinds: readonly string[]): number =>
    plan.steps.filter(({ kind }) => kinds.includes(kind)).length
  runner.output('issued-count', count('issue', 'reissue'))
  runner.output('renewed-count', count('renew'))
  runner.output('blocked-count', count('blocked'))
  runner.output('failed-count', 0)
  return exitCodeOf({
    hasRefusals: problems.length > 0,
    ignoresRefusals: ignoresRefusals(action),
  })
}

/** Nothing could be planned. */
export async function refuse(action: ActionRun, problems: readonly Problem[]): Promise<number> {
  const { runner } = action
  runner.say(problemsText(problems, plain))
  runner.annotate(annotations(problems))
  await runner.summarize(problemSummary(problems, { githubCalls: callsOf(action) }).text)
  await writeResult(action, 'result-path', problemsJson(problems))
  return exitCodeOf({
    hasRefusals: problems.length > 0,
    ignoresRefusals: ignoresRefusals(action),
  })
}
