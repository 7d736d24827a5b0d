// What a plan leaves behind in its run: the log, annotations, the summary, outputs and the exit code.
import { exitCodeOf } from '../exit-code.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { annotations } from '../../output/comment/annotations.ts'
import { problemSummary, planSummary } from '../../output/comment/job-summary.ts'
import type { CommentFacts } from '../../output/comment/plan-comment.ts'
import { commentVerdict } from '../../output/comment/step-states.ts'
import { verdictJson } from '../../output/json/verdict-json.ts'
import { planJson, problemsJson } from '../../output/json/results-json.ts'
import { planText } from '../../output/terminal/plan-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { plain } from '../../output/terminal/terminal-colours.ts'
import { callsOf, ignoresRefusals, input, writeResult } from './job-context.ts'
import type { ActionRun } from './job-context.ts'

/** `url`: the comment with this plan, null if there is none. */
export async function reportPlan(
  action: ActionRun,
  plan: Plan,
  files: number,
  facts: CommentFacts,
  url: string | null,
): Promise<number> {
  const { runner } = action
  const refused = plan.steps.flatMap(step => (step.kind === 'blocked' ? step.problems : []))
  const problems = [...plan.problems, ...refused]
  const source = facts.head.slice(0, 7)
  const verdict = commentVerdict(plan, facts)
  runner.say(`countersign: ${verdict.words.markdown.replaceAll('`', '')}`)
  runner.say(planText(plan, { clusters: [], files, now: facts.now, source, paint: plain }))
  runner.annotate(
    annotations(
      problems,
      plan.steps.flatMap(step => ('warnings' in step ? step.warnings : [])),
    ),
  )
  await runner.summarize(planSummary(plan, facts, { githubCalls: callsOf(action) }).text)
  await writeResult(action, 'result-path', planJson(plan))
  runner.output('plan-json', JSON.stringify(verdictJson(plan, facts)))
  runner.output('comment-url', url ?? '')
  const count = (...kinds: readonly string[]): number =>
    plan.steps.filter(({ kind }) => kinds.includes(kind)).length
  runner.output('issued-count', count('issue', 'reissue'))
  runner.output('renewed-count', count('renew'))
  runner.output('blocked-count', count('blocked'))
  runner.output('failed-count', 0)
  const isWaiting =
    verdict.state === 'needs approval' &&
    facts.phase.kind !== 'group' &&
    input(runner, 'fail-on') === 'waiting'
  return exitCodeOf({
    hasRefusals: problems.length > 0 || isWaiting,
    ignoresRefusals: ignoresRefusals(action),
  })
}

/** Nothing could be planned. */
export async function reportRefusal(
  action: ActionRun,
  problems: readonly Problem[],
  url: string | null = null,
): Promise<number> {
  const { runner } = action
  runner.say(problemsText(problems, plain))
  runner.annotate(annotations(problems))
  await runner.summarize(problemSummary(problems, { githubCalls: callsOf(action) }).text)
  await writeResult(action, 'result-path', problemsJson(problems))
  runner.output('comment-url', url ?? '')
  return exitCodeOf({
    hasRefusals: problems.length > 0,
    ignoresRefusals: ignoresRefusals(action),
  })
}
