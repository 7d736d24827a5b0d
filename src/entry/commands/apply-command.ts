// countersign apply: shows the plan, asks once, carries it out, and prints one line for each request.
import { stepsResult } from '../exit-code.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { applyPlanned, isDue } from '../../workflows/issue/apply-at-terminal.ts'
import type { ApplyOptions } from '../../workflows/issue/apply-at-terminal.ts'
import type { Planned } from '../../workflows/plan/plan.ts'
import type { Person } from '../../ports/person.ts'
import { applyJson } from '../../output/json/results-json.ts'
import { outcomesText, outcomesVerdict } from '../../output/terminal/outcome-text.ts'
import { FEW } from '../../output/terminal/row-groups.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import type { Paint } from '../../output/terminal/terminal-colours.ts'
import { planOptions } from '../plan-options.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { wholeNumber } from '../flags/flag-values.ts'
import type { Switches, Texts } from '../flags/flag-values.ts'
import { progressOn } from '../live-progress.ts'
import { externalSinksAtTerminal } from '../external-sink-adapters.ts'
import { namedSteps } from './named-requests.ts'
import { shownPlan, withPlan } from './plan-command.ts'

const WIDTH = 96

export async function apply(
  context: Context,
  names: readonly string[],
  { yes, maxIssue, requester }: Switches<'yes'> & Texts<'maxIssue' | 'requester'>,
): Promise<Answer> {
  const { isAutomation } = context
  const scope = { names, maxIssue: wholeNumber(maxIssue, 'max-issue') }
  const options = planOptions(context, scope, requester)
  const planning = { ...options, isOfSeveral: false, rehearses: 'apply' } as const
  return withPlan(context, planning, planned =>
    carryOut(context, planned, { scope, yes, requester, isAutomation }),
  )
}

async function carryOut(context: Context, planned: Planned, asked: ApplyOptions): Promise<Answer> {
  const { terminal, paint, interrupted } = context
  const isText = context.options.output === 'text'
  const { plan, names } = namedSteps(planned, asked.scope.names)
  const options = { ...asked, scope: { ...asked.scope, names } }
  const shown = shownPlan(context, plan, planned, true)
  if (isText) terminal.result(shown)
  // Whoever is asked must see what about; stdout is for the program.
  else if (!options.yes) terminal.talk(shown)
  const ports = {
    ...context,
    person: personAt(context),
    progress: progressOn(context),
    externalSinks: externalSinksAtTerminal(context, true),
  }
  const outcome = await applyPlanned(planned, ports, options, interrupted)
  const later = outcome.steps.filter(({ kind, step }) => kind === 'kept' && step.kind === 'renew')
  if (later.length > 0)
    terminal.talk(`${later.length} renewals are left for the next run (limits.maxRenew)`)
  if (isNonEmpty(outcome.warnings)) terminal.talk(problemsText(outcome.warnings, paint, 'warning'))
  const acted = outcome.steps.filter(({ kind, step }) => kind !== 'kept' && step.kind !== 'blocked')
  return {
    text: acted.length === 0 ? null : actedText(acted, paint, outcome.steps),
    report: applyJson(outcome),
    ...stepsResult(outcome.steps, planned.failures.length),
    isInterrupted: interrupted.aborted,
  }
}

/** `all`: also the steps that were refused before. */
export function actedText(
  acted: readonly StepOutcome[],
  paint: Paint,
  all: readonly StepOutcome[] = acted,
): string {
  const blocked = all.filter(({ step }) => step.kind === 'blocked').length
  const refused = blocked === 0 ? '' : ` (${blocked} refused)`
  const next =
    acted.length > FEW ? `\nnext, for what each request has${refused}: countersign status` : ''
  return `\n${outcomesText(acted, paint)}\n${paint.strong(outcomesVerdict(acted))}${next}`
}

function personAt(context: Context): Person {
  const { interrupted } = context
  return {
    osUser: context.osUser,
    async confirm(made) {
      if (interrupted.aborted) return false
      const due = made.steps.filter(step => isDue(step, context.clock.now()))
      const names = [...new Set(due.map(step => visible(stepTarget(step).name)))].join(', ')
      // The plan above has all names. A question of several lines would not fit where it is typed over.
      const list = names.length > WIDTH ? '' : ` (${names})`
      const what = due.length === 1 ? names : `these ${due.length}${list}`
      const answer = await context.terminal.ask(`\nApply ${what}? Only yes is accepted: `)
      return answer.trim() === 'yes' && !interrupted.aborted
    },
  }
}
