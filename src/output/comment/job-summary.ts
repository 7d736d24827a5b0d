// The job summary: a whole plan or a whole run, on the page of the run itself. Runs of forks and bots have it too.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { ApplyOutcome, StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { joinMarkdown, mark, NOTHING, onCluster } from './safe-markdown.ts'
import { code, prose, tableHead, tableRow } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import {
  appliedFrom,
  OUTCOME_HEAD,
  outcomeRow,
  outcomeVerdict,
  rolesSection,
} from './outcome-markdown.ts'
import { openFirst, problemsOf } from '../terminal/outcome-text.ts'
import { counted, minute } from '../terminal/plural-words.ts'
import { statusRows, stepsLeft } from '../terminal/status-rows.ts'
import { blocks, fitPage, rows, SUMMARY } from './comment-size-limit.ts'
import type { Page, Block } from './comment-size-limit.ts'
import { oncePerText } from './plan-rows.ts'
import { planPage } from './plan-comment.ts'
import type { CommentFacts } from './step-states.ts'
import { problemCountMarkdown, problemList, problemsSection } from './problem-markdown.ts'

const SOON_MS = 7 * 24 * 3_600_000
const MOST_ENDING = 20

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
  readonly now: Date
}

/** At most 1 MiB of UTF-8. */
export function applySummary({ plan, steps, warnings }: ApplyOutcome, facts: ApplyFacts): Page {
  const told = openFirst(steps.filter(({ kind }) => kind !== 'kept'))
  const { failures } = facts
  // A run that fails only because of a cluster must not say that there was nothing to do.
  const beside =
    failures.length === 0
      ? NOTHING
      : mark`${problemCountMarkdown(failures.length)} outside the requests, `
  const top = (isWhole: boolean): Markdown =>
    outcomeVerdict(told.length === 0 ? steps : told, isWhole, beside)
  const sections = [
    problemsSection([...plan.problems, ...warnings], 0.2),
    rows(OUTCOME_HEAD, told.map(outcomeRow), '# more requests', 0.4),
    rolesSection(told),
    endingSection(steps, facts.now),
    listedProblems(told),
  ]
  const bottom = joinMarkdown(
    [calls(facts), appliedFrom(facts.head)].filter(({ markdown }) => markdown !== ''),
    '\n\n',
  )
  return fitPage(top, sections, bottom, SUMMARY)
}

/** The summary if there is no plan: the configuration cannot be read, or the cluster cannot be reached. */
export function problemSummary(problems: readonly Problem[], run: RunFacts): Page {
  const verdict = mark`### countersign: ${problemCountMarkdown(problems.length)}`
  return fitPage(() => verdict, [problemsSection(problems, 0.2)], calls(run), SUMMARY)
}

/** Certificates in use that this run did not make. What renews by itself is no news, however soon it ends. */
function endingSection(outcomes: readonly StepOutcome[], now: Date): Block {
  const soon = new Date(now.getTime() + SOON_MS)
  const ending = statusRows({ steps: stepsLeft(outcomes) }, now, null).filter(
    ({ until, renewAt, endsAsAsked = false, needsAttention }) =>
      until !== null &&
      (needsAttention || (renewAt === null && !endsAsAsked && (!until || until <= soon))),
  )
  const items = ending.slice(0, MOST_ENDING).map(({ name, cluster, until, next }) => {
    const end = until ? mark`${{ markdown: minute(until) }}` : mark`unknown`
    return tableRow([code(name), cluster === null ? NOTHING : code(cluster), end, prose(next)])
  })
  const above = mark`**Certificates that need attention, or expire within 7 days without renewal: ${ending.length}**\n\n${tableHead(['request', 'on', 'expires', 'next'])}`
  return rows(above, items, '# more', 0.1)
}

function listedProblems(outcomes: readonly StepOutcome[]): Block {
  const items = outcomes.flatMap(outcome => {
    const problems = problemsOf(outcome)
    const { name, cluster } = stepTarget(outcome.step)
    const head = mark`**${name}**${onCluster(cluster)}:`
    return problems.length === 0 ? [] : [{ name, text: problemList(head, problems) }]
  })
  return blocks(oncePerText(items), 'problems of # more requests', 0.3)
}

function calls({ githubCalls }: RunFacts): Markdown {
  return githubCalls === null ? NOTHING : { markdown: `${counted(githubCalls, 'call')} to GitHub.` }
}
