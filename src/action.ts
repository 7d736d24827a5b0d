// Door: GitHub's inputs and event → run → outputs, summary, annotations, exit code. The only reader of action inputs.
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as core from '@actions/core'
import { systemClock } from './adapters/clock.ts'
import { CommitFiles } from './adapters/files.ts'
import { Git } from './adapters/git.ts'
import { readEvent } from './adapters/github/event.ts'
import type { GithubEvent } from './adapters/github/event.ts'
import { CountersignError, failure } from './domain/problem.ts'
import type { Plan } from './domain/plan.ts'
import type { Problem } from './domain/problem.ts'
import { planWithTree, WHOLE } from './flow/plan.ts'
import type { InputName } from './inputs.ts'
import { planJson, problemJson } from './report/json.ts'
import { plain } from './report/paint.ts'
import { planText } from './report/plan-text.ts'
import { problemText } from './report/problem-text.ts'

/** GitHub shows ten annotations of a kind per step; the tenth would say that there are more. */
const MOST_ANNOTATIONS = 9

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const event = await readEvent(process.env)
    const command = input('command') === '' ? event.command : input('command')
    if (command === 'plan') return await plan(event)
    if (command !== 'apply')
      throw failure('RUN_USAGE', `command: "${command}" is neither plan nor apply`)
    throw failure(
      'APPROVAL_UNPROVEN',
      'this version cannot prove an approval by code review yet, so it applies nothing in GitHub',
      'apply from a terminal: countersign apply',
    )
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    annotate([cause.problem])
    say(problemText(cause.problem, plain))
    return cause.problem.code === 'APPROVAL_UNPROVEN' ? 1 : 2
  }
}

async function plan(event: GithubEvent): Promise<number> {
  const git = new Git(event.workspace)
  const base = event.base === null ? null : await git.mergeBase(event.base, event.head)
  if (event.base !== null && base === null)
    throw failure(
      'RUN_GIT',
      'the base of this pull request is not in the checkout',
      'give actions/checkout the input fetch-depth: 0',
    )
  const options = {
    config: input('config'),
    requests: null,
    cluster: null,
    scope: WHOLE,
    requester: null,
    fallback: null,
  }
  const before = base === null ? null : new CommitFiles(git, base)
  const planned = await planWithTree(
    new CommitFiles(git, event.head),
    before,
    options,
    systemClock.now(),
  )
  if (!planned.ok) {
    await report(null, planned.problems)
    return exitCode(planned.problems.length)
  }
  const made = planned.value.plan
  const refused = made.steps.flatMap(step => (step.kind === 'blocked' ? step.problems : []))
  say(
    planText(made, {
      clusters: [],
      files: planned.value.asked.files,
      now: systemClock.now(),
      source: event.head.slice(0, 7),
      paint: plain,
    }),
  )
  await report(made, [...made.problems, ...refused])
  return exitCode(refused.length + made.problems.length)
}

async function report(made: Plan | null, problems: readonly Problem[]): Promise<void> {
  annotate(problems)
  const path = join(process.env['RUNNER_TEMP'] ?? '.', 'countersign-result.json')
  await writeFile(
    path,
    JSON.stringify(
      made === null ? { problems: problems.map(problemJson) } : planJson(made),
      null,
      2,
    ),
  )
  const count = (...kinds: readonly string[]): number =>
    made?.steps.filter(({ kind }) => kinds.includes(kind)).length ?? 0
  core.setOutput('result-path', path)
  core.setOutput('issued-count', count('issue', 'reissue', 'renew'))
  core.setOutput('blocked-count', count('blocked'))
  core.setOutput('failed-count', 0)
}

/** Text that quotes files: the runner takes no commands from it, in any spelling. */
function say(text: string): void {
  const token = randomUUID()
  core.info(`::stop-commands::${token}`)
  core.info(text)
  core.info(`::${token}::`)
}

function annotate(problems: readonly Problem[]): void {
  const shown =
    problems.length > MOST_ANNOTATIONS ? problems.slice(0, MOST_ANNOTATIONS - 1) : problems
  for (const { code, at, message, hint } of shown)
    core.error(hint === null ? message : `${message} (${hint})`, {
      title: code,
      ...(at === null ? {} : { file: at.file, startLine: at.line, startColumn: at.column }),
    })
  const rest = problems.length - shown.length
  if (rest > 0) core.error(`${rest} more problems; all of them are in the log`)
}

function exitCode(problems: number): number {
  return problems > 0 && input('fail-on') !== 'never' ? 1 : 0
}

function input(name: InputName): string {
  return core.getInput(name)
}
