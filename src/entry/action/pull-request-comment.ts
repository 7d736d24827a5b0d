// The plan of one pull request and its comment. The comment is only written: no code reads an approval from it.
import type { Plan } from '../../domain/cluster/plan-step.ts'
import type { Checked } from '../../domain/problem.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import { planPullRequest } from '../../workflows/plan/plan-pull-request.ts'
import type { PullRequestPlan } from '../../workflows/plan/plan-pull-request.ts'
import type { Page } from '../../output/comment/comment-size-limit.ts'
import {
  OWN_COMMENT,
  PLAN_MARKER,
  mergedComment,
  planComment,
} from '../../output/comment/plan-comment.ts'
import type { CommentFacts } from '../../output/comment/plan-comment.ts'
import { input, linksOf, tried } from './job-context.ts'
import type { ActionRun } from './job-context.ts'
import { factsOf } from './plan-report.ts'

export function planAt(
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

export function commentFacts(
  action: ActionRun,
  planned: PullRequestPlan,
  head: string,
  phase: CommentFacts['phase'],
): CommentFacts {
  const { opened, needs, configuration } = planned
  const { number } = opened.pull
  return {
    ...factsOf(action, planned, opened.repository),
    links: { ...linksOf(action), pull: number },
    author: opened.pull.author,
    head,
    needs,
    configuration: configuration.files,
    phase,
  }
}

/** Null if no comment is written: another run writes it, or nothing needs one. */
export async function commentOn(
  action: ActionRun,
  planned: PullRequestPlan,
  facts: CommentFacts,
  number: number,
): Promise<string | null> {
  const { plan, opened } = planned
  const { head } = facts
  if (!isOvertaken(opened.pull, head))
    return keepComment(action, number, planComment(plan, facts), isWorthSaying(plan, planned))
  action.runner.say(
    `#${number} has newer commits than ${head.slice(0, 7)}; the newest run writes its comment`,
  )
  return null
}

/** An existing comment is rewritten in any case: its text about older files would be wrong. There is no outcome before the merge. */
export async function keepComment(
  action: ActionRun,
  number: number,
  { text }: Page,
  isNeeded: boolean,
): Promise<string | null> {
  const comments = action.repository.comments()
  return tried(action, `the comment on #${number}`, async () => {
    const own = await comments.find(number, OWN_COMMENT)
    return isNeeded || own !== null ? comments.write(number, OWN_COMMENT, text) : null
  })
}

/** Changes the first line of a comment with a plan. One with an outcome knows more. */
export async function markMerged(action: ActionRun, number: number, commit: string): Promise<void> {
  const comments = action.repository.comments()
  await tried(action, `the comment on #${number}`, async () => {
    const own = await comments.find(number, OWN_COMMENT)
    if (own?.startsWith(PLAN_MARKER) === true)
      await comments.write(number, OWN_COMMENT, mergedComment(own, commit, linksOf(action)))
  })
}

/** A run that is started again, or comes late, is of a head that was pushed over. An answer that lags behind names no later one. */
function isOvertaken({ head: now, commits, forcePushes }: PullRequest, head: string): boolean {
  return (
    now.commit !== head &&
    (commits.some(({ id }) => id === head) || forcePushes.some(({ before }) => before === head))
  )
}

/** A pull request that does not concern certificates gets no comment. */
function isWorthSaying(
  { steps, problems, effects }: Plan,
  { opened, configuration }: PullRequestPlan,
): boolean {
  const told = steps.length + problems.length + effects.length + configuration.files.length
  return told > 0 || opened.fileOrigins.size > 0
}
