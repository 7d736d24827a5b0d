// countersign apply: shows the plan, asks once, carries it out, and prints one line for each request.
import { stepsResult } from '../exit-code.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { isNonEmpty, usageFailure } from '../../domain/problem.ts'
import { applyPlanned, isDue } from '../../workflows/issue/apply-at-terminal.ts'
import type { ApplyOptions } from '../../workflows/issue/apply-at-terminal.ts'
import type { Planned } from '../../workflows/plan/plan.ts'
import type { Person } from '../../ports/person.ts'
import { applyJson } from '../../output/json/results-json.ts'
import { outcomesText, outcomesVerdict } from '../../output/terminal/outcome-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import type { Paint } from '../../output/terminal/terminal-colours.ts'
import { inLines, visible } from '../../output/terminal/plural-words.ts'
import { didYouMean } from '../../lib/source/did-you-mean.ts'
import { nameFromPath } from '../../core/request/request-file-name.ts'
import { planOptions } from '../plan-options.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { wholeNumber } from '../flags/flag-values.ts'
import type { Switches, Texts } from '../flags/flag-values.ts'
import { progressOn } from '../live-progress.ts'
import { externalSinksAtTerminal } from '../external-sink-adapters.ts'
import { shownPlan, withPlan } from './plan-command.ts'

const WIDTH = 96

export async function apply(
  context: Context,
  names: readonly string[],
  { yes, maxIssue, requester }: Switches<'yes'> & Texts<'maxIssue' | 'requester'>,
): Promise<Answer> {
  const { isAutomation } = context
  const scope = { names, maxIssue: wholeNumber(maxIssue, 'max-issue') }
  const planning = planOptions(context, scope, requester)
  return withPlan(context, planning, planned =>
    carryOut(context, planned, { scope, yes, requester, isAutomation }),
  )
}

async function carryOut(context: Context, planned: Planned, asked: ApplyOptions): Promise<Answer> {
  const { terminal, paint, interrupted } = context
  const isText = context.options.output === 'text'
  const scope = { ...asked.scope, names: asked.scope.names.map(name => stepName(name, planned)) }
  const options = { ...asked, scope }
  // A request that asks to be withdrawn, and is, has no step.
  const names = [
    ...planned.plan.steps.map(step => stepTarget(step).name),
    ...planned.judgedRequests.requests.map(each => each.name),
  ]
  const unknown = options.scope.names.filter(name => !names.includes(name))
  if (isNonEmpty(unknown))
    throw usageFailure(
      `there is no request called ${unknown.map(visible).join(', ')}`,
      didYouMean(unknown[0], names, 'run: countersign plan'),
    )
  const { names: chosen } = options.scope
  const isChosen = (step: Step): boolean =>
    chosen.length === 0 || chosen.includes(stepTarget(step).name)
  const steps = planned.plan.steps.filter(isChosen)
  const shown = shownPlan(context, { ...planned.plan, steps }, planned, isChosen)
  if (isText) terminal.result(shown)
  // Whoever is asked must see what about; stdout is for the program.
  else if (!options.yes) terminal.talk(shown)
  const world = {
    ...context,
    person: personAt(context),
    progress: progressOn(context),
    externalSinks: externalSinksAtTerminal(context, true),
  }
  const outcome = await applyPlanned(planned, world, options, interrupted)
  const later = outcome.steps.filter(({ kind, step }) => kind === 'kept' && step.kind === 'renew')
  if (later.length > 0)
    terminal.talk(`${later.length} renewals are left for the next run (limits.maxRenew)`)
  if (isNonEmpty(outcome.warnings)) terminal.talk(problemsText(outcome.warnings, paint, 'warning'))
  const acted = outcome.steps.filter(({ kind, step }) => kind !== 'kept' && step.kind !== 'blocked')
  return {
    text: acted.length === 0 ? null : actedText(acted, paint),
    report: applyJson(outcome),
    ...stepsResult(outcome.steps, planned.failures.length),
    isInterrupted: interrupted.aborted,
  }
}

/** The name of a step as it was typed: a file that cannot be read has no other name than its path. */
function stepName(typed: string, { plan }: Planned): string {
  const targets = plan.steps.map(stepTarget)
  if (targets.some(({ name }) => name === typed)) return typed
  const file = targets.find(({ name, path }) => name === path && nameFromPath(path) === typed)
  return file?.name ?? typed
}

export function actedText(acted: readonly StepOutcome[], paint: Paint): string {
  return `\n${outcomesText(acted, paint)}\n${paint.strong(outcomesVerdict(acted))}`
}

function personAt(context: Context): Person {
  const { interrupted } = context
  return {
    osUser: context.osUser,
    async confirm(made) {
      if (interrupted.aborted) return false
      const due = made.steps.filter(step => isDue(step, context.clock.now()))
      const names = [...new Set(due.map(step => stepTarget(step).name))].map(visible)
      const lines = inLines(names, WIDTH)
      // A question of several lines would not fit where it is typed over.
      if (lines.length > 1) context.terminal.talk(`\n${lines.join('\n')}`)
      const these = `these ${due.length}`
      const list = names.length === 1 && due.length === 1 ? lines[0] : `${these} (${lines[0]})`
      const what = lines.length > 1 ? these : list
      const answer = await context.terminal.ask(`\nApply ${what}? Only yes is accepted: `)
      return answer.trim() === 'yes' && !interrupted.aborted
    },
  }
}
