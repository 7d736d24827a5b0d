// The repository that a command works on, at GitHub or at a Gitea server, and its token.
import { githubRepository } from '../../adapters/github/read/reviewed-repository-reader.ts'
import type { GithubRepositoryOptions } from '../../adapters/github/read/reviewed-repository-reader.ts'
import { giteaRepository } from '../../adapters/gitea/read/gitea-reader.ts'
import type { GiteaRepository } from '../../adapters/gitea/read/gitea-reader.ts'
import { openRepositoryApi } from '../../adapters/github/connection/repository-api.ts'
import { githubFileProposals } from '../../adapters/github/write/file-proposal-client.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { HostedRepository } from '../../ports/hosted-repository.ts'
import { giteaServer, giteaToken, missingGiteaToken, nameAtGitea } from '../gitea-server.ts'
import { githubSettings } from '../../adapters/github/read/settings-reader.ts'
import type { ConnectionLimits } from '../../adapters/github/connection/github-connection.ts'
import { ghToken } from '../../adapters/system/gh-token.ts'
import { random } from '../../adapters/system/random.ts'
import { usageFailure } from '../../domain/problem.ts'
import { VERSION } from '../../domain/version.ts'
import type { GiteaSettings, GithubSettings } from '../../ports/github-settings.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { PageLinks } from '../../output/comment/page-links.ts'
import type { Context } from '../command-context.ts'
import type { GithubFlags } from '../flags/flag-values.ts'
import type { Permissions } from '../../adapters/github/connection/app-tokens.ts'
import { appTokensOfEnvironment, githubApiUrl, oneToken } from '../github-app.ts'
import type { TokensByRepository } from '../github-app.ts'
import { repositoryName } from '../repository-name.ts'

const TOKEN_VARIABLES = ['GITHUB_TOKEN', 'GH_TOKEN']

const READS: Permissions = {
  actions: 'read',
  administration: 'read',
  contents: 'read',
  environments: 'read',
  members: 'read',
  metadata: 'read',
  pull_requests: 'read',
}

/** For the set-up of a repository, and for pull requests. */
export const WRITES: Permissions = {
  ...READS,
  administration: 'write',
  contents: 'write',
  environments: 'write',
  pull_requests: 'write',
  workflows: 'write',
}

/**
 * The repository; no call is made yet. `forKubectl`: limits of a run in any folder, whose files name no server. Throws RUN_USAGE, and
 * CONFIG_FORGE if a file names the server.
 */
export async function openRepository(
  context: Context,
  flags: GithubFlags,
  forKubectl?: Partial<ConnectionLimits>,
): Promise<HostedRepository> {
  return (
    (await openAtGitea(context, flags, forKubectl)) ??
    githubRepository(await repositoryAccess(context, flags), context.clock, random, forKubectl)
  )
}

/** The repository at a Gitea server, null if it is at GitHub; no call is made yet. Throws RUN_USAGE, and CONFIG_FORGE. */
export async function openAtGitea(
  context: Context,
  { repository, tokenEnv }: GithubFlags,
  limits?: Partial<ConnectionLimits>,
): Promise<GiteaRepository | null> {
  const server = await giteaServer(context, limits !== undefined)
  if (server === null) return null
  const token = giteaToken(context, tokenEnv)
  if (token === null) throw missingGiteaToken(server)
  const options = { url: server.url, token, version: VERSION }
  const name = nameAtGitea(server, repository)
  return giteaRepository({ ...options, repository: name }, context.clock, random, limits)
}

/** Reads the commit of a branch, null if there is no such branch. Many calls cost little at GitHub. */
export async function tipReader(
  context: Context,
  flags: GithubFlags,
  limits: Partial<ConnectionLimits>,
): Promise<(branch: string) => Promise<ObjectId | null>> {
  const gitea = await openAtGitea(context, flags, limits)
  if (gitea !== null) return branch => gitea.tip(branch)
  const access = await repositoryAccess(context, flags)
  const looks = githubFileProposals(openRepositoryApi(access, context.clock, random, limits))
  return async branch => (await looks.tip(branch))?.commit ?? null
}

/** The files of the default branch. Throws GITHUB_ codes. */
export async function defaultBranchFiles(
  repository: HostedRepository,
): Promise<{ readonly repository: string; readonly files: RepositoryFiles }> {
  const { tip, name } = await repository.facts()
  return { repository: name, files: repository.filesAt(tip) }
}

/** Addresses of the pages of a repository for people; null if the address of the API is of no known form. */
export function pageLinks(
  { environment }: Context,
  { name: repository, forge }: RepositoryFacts,
): PageLinks | null {
  if (forge.url !== null)
    return { repository: `${forge.url}/${repository}`, run: null, pulls: 'pulls' }
  const apiUrl = githubApiUrl(environment)
  const [, host] = /^https:\/\/api\.([\w.-]+)\/?$/.exec(apiUrl) ?? []
  const [, server] = /^(https:\/\/[\w.:-]+)\/api\/v3\/?$/.exec(apiUrl) ?? []
  const site = host === undefined ? server : `https://${host}`
  return site === undefined ? null : { repository: `${site}/${repository}`, run: null }
}

/** Its settings, asked with the same token. */
export async function openSettings(
  context: Context,
  flags: GithubFlags,
): Promise<GithubSettings | GiteaSettings> {
  const gitea = await openAtGitea(context, flags)
  if (gitea !== null) return gitea.settings()
  return githubSettings(await repositoryAccess(context, flags), context.clock, random)
}

/**
 * The token in the variable, else in the usual ones, else those of the GitHub App, else the one that gh is logged in with. Throws
 * RUN_USAGE if `tokenEnv` is not set.
 */
async function tokensOf(
  { environment, clock }: Context,
  tokenEnv: string | null,
  permissions: Permissions,
): Promise<TokensByRepository | null> {
  const names = tokenEnv === null ? TOKEN_VARIABLES : [tokenEnv]
  const given = names.map(name => environment[name] ?? '').find(value => value !== '')
  if (given !== undefined) return oneToken(given)
  if (tokenEnv !== null)
    throw usageFailure(
      `--token-env ${tokenEnv}: this environment variable is not set`,
      `export ${tokenEnv}="$(gh auth token)"`,
    )
  const app = appTokensOfEnvironment(environment, clock, permissions)
  const apiUrl = githubApiUrl(environment)
  return app ?? oneToken((await ghToken(apiUrl, environment)) ?? '')
}

/** Whether there is a token of the server, or a GitHub App that gets one. Throws RUN_USAGE if `tokenEnv` is not set. */
export async function hasToken(context: Context, tokenEnv: string | null): Promise<boolean> {
  if ((await giteaServer(context)) !== null) return giteaToken(context, tokenEnv) !== null
  return (await tokensOf(context, tokenEnv, READS)) !== null
}

/** Address, token and name of the repository at GitHub; no call is made yet. `permissions`: the most that a token of an App gets. */
export async function repositoryAccess(
  context: Context,
  flags: GithubFlags,
  permissions = READS,
): Promise<GithubRepositoryOptions> {
  const { environment } = context
  const repository = await repositoryName(context, flags.repository)
  const apiUrl = githubApiUrl(environment)
  const tokens = await tokensOf(context, flags.tokenEnv, permissions)
  if (tokens === null)
    throw usageFailure(
      `there is no token in ${TOKEN_VARIABLES.join(' or ')}`,
      'run: gh auth login; or set GITHUB_TOKEN, or name another variable with --token-env',
    )
  const token = tokens(repository)
  const isOfPerson = (environment['GITHUB_ACTIONS'] ?? '') === ''
  return { apiUrl, token, version: VERSION, repository, membersToken: token, isOfPerson }
}
