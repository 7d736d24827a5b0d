// Entry point of the action: GitHub's inputs and event → run → outputs, summary, annotations, exit code. The only reader of action
// inputs. One of the two jobs is loaded.
import { readRun } from './adapters/github/actions/run-event.ts'
import { Runner } from './adapters/github/actions/action-runner.ts'
import { caughtProblem, usageFailure } from './domain/problem.ts'
import { input, maskInputs, openAction, said } from './entry/action/job-context.ts'
import { annotations } from './output/comment/annotations.ts'

const runner = new Runner(process.env)
const interrupted = new AbortController()
// The runner sends these when a job is cancelled: what is under way is finished, nothing new is begun.
process.on('SIGINT', () => interrupted.abort())
process.on('SIGTERM', () => interrupted.abort())

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    maskInputs(runner)
    const run = await readRun(process.env)
    const command = input(runner, 'command')
    const action = openAction(run, runner, process.env)
    if (command === 'plan' || (command === '' && run.event.kind !== 'branch')) {
      const { actionPlan } = await import('./entry/action/plan-job.ts')
      return await actionPlan(action)
    }
    if (command === 'apply' || command === '') {
      const { actionApply } = await import('./entry/action/apply-job.ts')
      return await actionApply(action, interrupted.signal)
    }
    throw usageFailure(`command: "${command}" is neither plan nor apply`)
  } catch (cause) {
    const problem = caughtProblem(cause)
    runner.annotate(annotations([problem]))
    runner.say(said(problem))
    return 2
  }
}
