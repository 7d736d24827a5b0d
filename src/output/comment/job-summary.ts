// The job summary: a whole plan or a whole run, on the page of the run itself. Runs of forks and bots have it too.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { ApplyOutcome, StepOutcome } from '../../domain/cluster/outcome.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { VERSION } from '../../domain/version.ts'
import { joined, mark, NOTHING } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { OUTCOME_HEAD, outcomeRow, outcomeStates } from './outcome-markdown.ts'
import { problemsOf } from '../terminal/outcome-text.ts'
import { fitPage, SUMMARY } from './comment-size-limit.ts'
import type { Page, Section } from './comment-size-limit.ts'
import { planPage } from './plan-comment.ts'
import type { CommentFacts } from './step-states.ts'
import { stepCluster, stepName } from '../terminal/plan-text.ts'
import { problemList, problemMarkdown } from './problem-markdown.ts'

/** Facts of the run itself. */
export interface RunFacts {
  /** Requests that GitHub's API answered, null if it was not asked. */
  readonly githubCalls: number | null
}

/** At most 1 MiB of UTF-8. */
export function planSummary(plan: Plan, facts: CommentFacts, run: RunFacts): Page {
  return planPage(plan, facts, { above: NOTHING, below: calls(run), limit: SUMMARY })
}

export interface ApplyFacts extends RunFacts {
  readonly head: ObjectId
  /** Failures of clusters; the plan lists them among its problems. */
  readonly failures: readonly Problem[]
}

/** At most 1 MiB of UTF-8. */
export function applySummary({ plan, steps, warnings }: ApplyOutcome, facts: ApplyFacts): Page {
  const told = steps.filter(({ kind }) => kind !== 'kept')
  const { failures } = facts
  const states = outcomeStates(told.length === 0 ? steps : told)
  // A run that fails only because of a cluster must not say that there was nothing to do.
  const beside =
    failures.length === 0
      ? NOTHING
      : mark`${{ markdown: problemCount(failures.length) }} beside the requests, `
  const verdict = mark`### countersign: ${beside}${states}`
  const top = (isWhole: boolean): Markdown =>
    isWhole
      ? verdict
      : mark`${verdict}\n\n**Not everything fits here; the log of the run has it all.**`
  const last = mark`<sub>applied from commit ${facts.head.slice(0, 7)} · countersign ${{ markdown: VERSION }}</sub>`
  const sections = [
    problemsSection([...plan.problems, ...warnings]),
    rowsSection(told),
    ...listedProblems(told),
  ]
  const bottom = joined(
    [calls(facts), last].filter(({ markdown }) => markdown !== ''),
    '\n\n',
  )
  return fitPage(top, sections, bottom, SUMMARY)
}

/** The summary if there is no plan: the configuration cannot be read, or the cluster cannot be reached. */
export function problemSummary(problems: readonly Problem[], run: RunFacts): Page {
  const verdict = mark`### countersign: ${{ markdown: problemCount(problems.length) }}`
  return fitPage(() => verdict, [problemsSection(problems)], calls(run), SUMMARY)
}

function problemCount(count: number): string {
  return count === 1 ? '1 problem' : `${count} problems`
}

function problemsSection(problems: readonly Problem[]): Section {
  return {
    above: NOTHING,
    between: '\n',
    items: problems.map(problem => mark`- ${problemMarkdown(problem)}`),
    left: count => mark`*${count} more problems*`,
    share: 0.2,
  }
}

function rowsSection(outcomes: readonly StepOutcome[]): Section {
  return {
    above: OUTCOME_HEAD,
    between: '\n',
    items: outcomes.map(outcomeRow),
    left: count => mark`*${count} more requests*`,
    share: 0.5,
  }
}

function listedProblems(outcomes: readonly StepOutcome[]): readonly Section[] {
  const items = outcomes.flatMap(outcome => {
    const problems = problemsOf(outcome)
    const cluster = stepCluster(outcome.step)
    const where = cluster === null ? NOTHING : mark` on ${cluster}`
    const head = mark`**${stepName(outcome.step)}**${where}:`
    return problems.length === 0 ? [] : [problemList(head, problems)]
  })
  const left = (count: number): Markdown => mark`*problems of ${count} more requests*`
  return [{ above: NOTHING, between: '\n\n', items, left, share: 0.3 }]
}

function calls({ githubCalls }: RunFacts): Markdown {
  if (githubCalls === null) return NOTHING
  return githubCalls === 1
    ? mark`GitHub was asked once.`
    : mark`GitHub was asked ${githubCalls} times.`
}
