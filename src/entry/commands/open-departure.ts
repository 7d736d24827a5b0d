// The pull requests of countersign revoke --login. They come after the revocation, and their failure takes nothing of it back.
import { prefixOf } from '../../adapters/system/git-checkout.ts'
import { caughtProblem, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import type { Context } from '../command-context.ts'
import type { GithubFlags } from '../flags/flag-values.ts'

export interface Leaver {
  readonly login: string
  /** Names of the person's requests. */
  readonly names: readonly string[]
  /** Folder of the request files. */
  readonly requests: string
}

export interface OpenedDeparture {
  readonly pullRequests: readonly OpenedPullRequest[]
  /** What is left for a person. */
  readonly problems: readonly Problem[]
}

interface OpenedPullRequest {
  /** What it takes the person out of. */
  readonly of: 'requests' | 'configuration'
  readonly url: string
  readonly change: string
}

export const NOTHING_OPENED: OpenedDeparture = { pullRequests: [], problems: [] }

/** Throws nothing that GitHub or the flags cause: the access has ended, and the rest is a problem of the result. */
export async function openDeparture(
  context: Context,
  flags: GithubFlags,
  leaver: Leaver,
): Promise<OpenedDeparture> {
  try {
    return await attemptDeparture(context, flags, leaver)
  } catch (cause) {
    const { message, ...problem } = caughtProblem(cause)
    const text = `the pull requests about ${visible(leaver.login)} are not opened: ${message}`
    return { pullRequests: [], problems: [{ ...problem, message: text }] }
  }
}

async function attemptDeparture(
  context: Context,
  flags: GithubFlags,
  leaver: Leaver,
): Promise<OpenedDeparture> {
  const { openRepository } = await import('./repository-and-token.ts')
  const { openRepositorySetup } = await import('./repository-setup-ports.ts')
  const { proposeDeparture } = await import('../../workflows/revoke/propose-departure.ts')
  const repository = await (await openRepository(context, flags)).facts()
  const { proposals } = await openRepositorySetup(context, flags)
  const { withdrawal, configuration, mentions } = await proposeDeparture(proposals, {
    ...leaver,
    repository: repository.name,
    base: repository.defaultBranch,
    files: proposals.filesAt(repository.tip),
    prefix: await prefixOf(context.root),
    config: context.options.config,
  })
  const opened = (of: OpenedPullRequest['of'], proposed: typeof withdrawal) =>
    proposed === null ? [] : [{ of, ...proposed }]
  const problems = mentions.map(path =>
    unplaced(
      'ACCESS_LEFT',
      `${visible(path)} on ${repository.defaultBranch} names ${visible(leaver.login)}`,
      'see whether it gives a right, and change it in a pull request',
    ),
  )
  return {
    pullRequests: [...opened('requests', withdrawal), ...opened('configuration', configuration)],
    problems,
  }
}

export function printDeparture(
  { terminal, paint }: Context,
  { pullRequests, problems }: OpenedDeparture,
): void {
  for (const { of, url, change } of pullRequests)
    terminal.result(`${change} pull request ${visible(url)}: ${PURPOSES[of]}`)
  if (problems.length > 0) terminal.result(problemsText(problems, paint))
}

const PURPOSES = {
  requests: 'withdraws the requests',
  configuration: 'takes the login out of the configuration',
}
