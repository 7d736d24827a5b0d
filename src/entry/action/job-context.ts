// What both jobs of the action start from: the run, the runner, and the repository at GitHub.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../adapters/system/system-clock.ts'
import { githubClock } from '../../adapters/github/connection/github-clock.ts'
import type { Run } from '../../adapters/github/actions/run-event.ts'
import { githubRepository } from '../../adapters/github/read/reviewed-repository-reader.ts'
import type { GithubRepository } from '../../adapters/github/read/reviewed-repository-reader.ts'
import { random } from '../../adapters/system/random.ts'
import type { Runner } from '../../adapters/github/actions/action-runner.ts'
import { attempting, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { VERSION } from '../../domain/version.ts'
import { FOR_SINKS_AND_TEAMS, appTokens, isAppId, oneToken } from '../github-app.ts'
import type { TokensByRepository } from '../github-app.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { PagePorts } from '../pull-request-comment.ts'
import type { PageLinks } from '../../output/comment/page-links.ts'
import { plain } from '../../output/terminal/terminal-colours.ts'
import { problemText } from '../../output/terminal/problem-text.ts'

/** Every input; action.yml has their texts and defaults. */
export const INPUTS = [
  'command',
  'config',
  'token',
  'app-token',
  'app-id',
  'app-private-key',
  'trusted-config',
  'trusted-requests',
  'comment',
  'fail-on',
  'page',
] as const
type InputName = (typeof INPUTS)[number]

export interface ActionRun {
  readonly run: Run
  readonly runner: Runner
  readonly repository: GithubRepository
  /** For teams and GitHub secrets: of `app-token`, else of the GitHub App; null without both. */
  readonly appTokens: TokensByRepository | null
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
}

export function openAction(
  run: Run,
  runner: Runner,
  environment: ActionRun['environment'],
): ActionRun {
  const token = input(runner, 'token')
  if (token === '')
    throw usageFailure(
      'the input token is empty',
      'leave it out: it is the token of the job by itself',
    )
  const given = (name: InputName) => ({ name, value: input(runner, name) })
  const tokens =
    oneToken(input(runner, 'app-token')) ??
    appTokens(given('app-id'), given('app-private-key'), {
      apiUrl: run.apiUrl,
      clock: systemClock,
      mask: value => runner.mask(value),
      permissions: FOR_SINKS_AND_TEAMS,
    })
  const clock = githubClock(systemClock)
  const access = {
    apiUrl: run.apiUrl,
    hears: (date: unknown) => clock.hears(date),
    token: new Secret(token),
    version: VERSION,
    repository: run.repository,
    membersToken: tokens?.(run.repository) ?? null,
  }
  return {
    run,
    runner,
    repository: githubRepository(access, systemClock, random),
    appTokens: tokens,
    clock,
    environment,
  }
}

/** Masks the secret inputs, and a private key in place of the App id. It comes first, so that no failure can show them. */
export function maskInputs(runner: Runner): void {
  for (const name of ['token', 'app-token', 'app-private-key'] as const)
    runner.mask(input(runner, name))
  const id = input(runner, 'app-id')
  if (!isAppId(id)) runner.mask(id)
}

export function input(runner: Runner, name: InputName): string {
  return runner.input(name)
}

/** The input `fail-on` is never. */
export function ignoresRefusals({ runner }: ActionRun): boolean {
  return input(runner, 'fail-on') === 'never'
}

/** A file for later steps of the job: large values do not fit into outputs. */
export async function writeResult(
  { run, runner }: ActionRun,
  output: 'result-path' | 'evidence-path',
  value: unknown,
): Promise<void> {
  const path = join(run.temp, `countersign-${output.replace('-path', '')}.json`)
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  runner.output(output, path)
}

/** GitHub calls so far, for the summary. */
export function callsOf({ repository }: ActionRun): number {
  const { rest, graphql } = repository.calls()
  return rest + graphql
}

/** Links of pages at GitHub to this repository and this run. */
export function linksOf({ run }: Pick<ActionRun, 'run'>): PageLinks {
  return { repository: `${run.server}/${run.repository}`, run: run.page }
}

/** What its pages are written with. */
export function pagePorts(action: ActionRun): PagePorts {
  return {
    comments: action.repository.comments(),
    links: linksOf(action),
    clock: action.clock,
    say: text => action.runner.say(text),
    attempt: attempting((what, problem) =>
      action.runner.say(`${what} was left out: ${said(problem)}`),
    ),
  }
}

export function said(problem: Problem): string {
  return problemText(problem, plain, null)
}
