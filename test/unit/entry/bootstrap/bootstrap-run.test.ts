// The steps of bootstrap one after another: a failure and Ctrl-C stop the rest.
import { expect, test } from '@jest/globals'
import { doneJson, runAll } from '../../../../src/entry/bootstrap/bootstrap-run.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'
import type { SetupTask } from '../../../../src/domain/cluster/setup-step.ts'
import { failure } from '../../../../src/domain/problem.ts'

const lines: string[] = []
const context = {
  paint: plain,
  options: { output: 'text' },
  terminal: {
    result: (text: string) => void lines.push(text),
    talk: () => undefined,
    live: () => undefined,
    settle: () => undefined,
  },
} as never

function task(what: string, run: SetupTask['run']): SetupTask {
  return { id: what, where: 'cluster', what, state: 'create', details: [], command: null, run }
}

const outcomes = async (tasks: readonly SetupTask[], isStopped = () => false) =>
  (await runAll(context, tasks, isStopped)).map(({ outcome }) => outcome)

test('each step that is done has one line, with its result', async () => {
  const url = 'https://github.com/acme/certs/pull/1'
  const done = await outcomes([
    task('a', async () => null),
    task('b', async () => url),
    task('c', null),
  ])
  expect(done).toEqual(['done', 'done', null])
  expect(lines.splice(0)).toEqual(['  ✓ a created', `  ✓ b created: ${url}`])
})

test('a failure stops the later steps and is reported', async () => {
  const broken = async () => Promise.reject(failure('CLUSTER_REFUSED', 'no'))
  const tasks = [task('a', async () => null), task('b', broken), task('c', async () => null)]
  const done = await runAll(context, tasks, () => false)
  expect(done.map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'not started'])
  expect(done.map(doneJson)[1]).toMatchObject({
    id: 'b',
    outcome: 'failed',
    problem: { code: 'CLUSTER_REFUSED' },
  })
})

test('after Ctrl-C the step in progress is finished and no other is started', async () => {
  let isInterrupted = false
  const interrupt = async () => {
    isInterrupted = true
    return null
  }
  const tasks = [task('a', interrupt), task('b', async () => null)]
  expect(await outcomes(tasks, () => isInterrupted)).toEqual(['done', 'not started'])
})
