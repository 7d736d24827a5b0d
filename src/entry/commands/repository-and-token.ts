// Which repository a command is about, and the token it may read it with.
import { GithubRepository } from '../../adapters/github/read/reviewed-repository-reader.ts'
import type { GithubRepositoryOptions } from '../../adapters/github/read/reviewed-repository-reader.ts'
import { RestSettings } from '../../adapters/github/read/settings-reader.ts'
import { random } from '../../adapters/system/random.ts'
import { usageFailure } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { VERSION } from '../../domain/version.ts'
import type { Context } from '../command-context.ts'

const GITHUB_API = 'https://api.github.com'
const TOKEN_VARIABLES = ['GITHUB_TOKEN', 'GH_TOKEN']

export interface GithubFlags {
  /** owner/name, null for the origin of the checkout. */
  readonly repository: string | null
  /** Variable that holds the token, null for the usual ones. */
  readonly tokenEnv: string | null
}

/** The repository at GitHub; nothing is asked yet. */
export async function openRepository(
  context: Context,
  flags: GithubFlags,
): Promise<GithubRepository> {
  return new GithubRepository(await accessOf(context, flags), context.clock, random)
}

/** Its settings, asked with the same token. */
export async function openSettings(context: Context, flags: GithubFlags): Promise<RestSettings> {
  return new RestSettings(await accessOf(context, flags), context.clock, random)
}

/** Whether there is a token at all. */
export function hasToken({ environment }: Context, tokenEnv: string | null): boolean {
  const names = tokenEnv === null ? TOKEN_VARIABLES : [tokenEnv]
  return names.some(name => (environment[name] ?? '') !== '')
}

async function accessOf(
  { environment, git }: Context,
  flags: GithubFlags,
): Promise<GithubRepositoryOptions> {
  const repository = flags.repository ?? environment['GITHUB_REPOSITORY'] ?? (await git.origin())
  if (repository === null)
    throw usageFailure(
      'which repository is meant cannot be told',
      'name it with --repository OWNER/NAME',
    )
  const names = flags.tokenEnv === null ? TOKEN_VARIABLES : [flags.tokenEnv]
  const token = names.map(name => environment[name] ?? '').find(value => value !== '')
  if (token === undefined)
    throw usageFailure(
      `there is no token in ${names.join(' or ')}`,
      'export GITHUB_TOKEN="$(gh auth token)", or name another variable with --token-env',
    )
  return {
    apiUrl: environment['GITHUB_API_URL'] ?? GITHUB_API,
    token: new Secret(token),
    version: VERSION,
    repository,
    membersToken: new Secret(token),
  }
}
