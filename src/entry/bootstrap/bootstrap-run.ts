// The steps of bootstrap, one after another, with one line for each that is done.
import type { SetupStep, SetupTask } from '../../domain/cluster/setup-step.ts'
import { caughtProblem } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { problemJson } from '../../output/json/results-json.ts'
import type { Context } from '../command-context.ts'
import { whileShown } from '../slow-work.ts'

/** `outcome` is null for a step that does nothing. */
export interface Done extends SetupTask {
  readonly outcome: 'done' | 'failed' | 'not started' | null
  readonly result: string | null
  readonly problem: Problem | null
}

/** Stops at the first failure: later steps need the earlier ones. */
export async function runAll(
  context: Context,
  tasks: readonly SetupTask[],
  isStopped: () => boolean,
): Promise<readonly Done[]> {
  const done: Done[] = []
  let hasFailed = false
  for (const task of tasks) {
    const { run } = task
    const none = { ...task, result: null, problem: null }
    if (run === null) done.push({ ...none, outcome: null })
    else if (hasFailed || isStopped()) done.push({ ...none, outcome: 'not started' })
    else
      try {
        const result = await whileShown(context, task.what, run)
        done.push({ ...none, outcome: 'done', result })
        progress(context, task, result)
      } catch (cause) {
        hasFailed = true
        done.push({ ...none, outcome: 'failed', problem: caughtProblem(cause) })
      }
  }
  return done
}

const PAST = { create: 'created', change: 'changed', delete: 'deleted', unchanged: '', blocked: '' }

function progress({ terminal, options, paint }: Context, step: SetupStep, result: string | null) {
  const line = `  ${paint.good('✓')} ${visible(step.what)} ${PAST[step.state]}${result === null ? '' : `: ${visible(result)}`}`
  if (options.output === 'text') terminal.result(line)
  else terminal.talk(line)
}

export function doneJson(done: Done): object {
  const { id, where, what, state, details, command, outcome, result, problem } = done
  const shown = problem === null ? null : problemJson(problem)
  return { id, where, what, state, details, command, outcome, result, problem: shown }
}
