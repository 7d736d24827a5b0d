// Tokens for repositories: the one that a run was given, or those of a GitHub App.
import { githubApp, installationTokens } from '../adapters/github/connection/app-tokens.ts'
import type { Permissions, TokenExchange } from '../adapters/github/connection/app-tokens.ts'
import type { GithubAccess } from '../adapters/github/connection/github-api-access.ts'
import { random } from '../adapters/system/random.ts'
import { usageFailure } from '../domain/problem.ts'
import { Secret } from '../domain/request/secret-value.ts'
import { VERSION } from '../domain/version.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { Context } from './command-context.ts'
import { GITEA_ADDRESS, giteaServer } from './gitea-server.ts'

const GITHUB_API = 'https://api.github.com'
const ID = 'COUNTERSIGN_APP_ID'
const KEY = 'COUNTERSIGN_APP_PRIVATE_KEY'

/** For approvals by teams, and for GitHub secrets. */
export const FOR_SINKS_AND_TEAMS: Permissions = {
  environments: 'write',
  members: 'read',
  metadata: 'read',
}

type Environment = Readonly<Record<string, string | undefined>>

/** The token for one repository (owner/name); the same object for each call. */
export type TokensByRepository = (repository: string) => GithubAccess['token']

/** An input or a variable: its name and its value, empty if it was not given. */
interface Given {
  readonly name: string
  readonly value: string
}

/** The same token for every repository; null for an empty one. */
export function oneToken(token: string): TokensByRepository | null {
  const secret = new Secret(token)
  return token === '' ? null : () => secret
}

/** Whether a text can be an App id or a client id. Anything else may be the private key, and is never shown. */
export function isAppId(text: string): boolean {
  return /^[A-Za-z0-9.]{1,40}$/.test(text)
}

/**
 * Null without both values. Throws RUN_USAGE if one of them is missing or the id is none, GITHUB_APP_KEY for a key that cannot be
 * read.
 */
export function appTokens(
  id: Given,
  key: Given,
  exchange: Omit<TokenExchange, 'random' | 'version'>,
): TokensByRepository | null {
  if (id.value === '' && key.value === '') return null
  const [missing, present] = id.value === '' ? [id, key] : [key, id]
  if (missing.value === '')
    throw usageFailure(`${present.name} is set, and ${missing.name} is not`, 'set both, or neither')
  if (!isAppId(id.value))
    throw usageFailure(
      `${id.name} is not the id of a GitHub App: at most 40 letters, digits and dots`,
      `set ${id.name} to the App ID or the client ID of its settings page, and ${key.name} to its private key`,
    )
  const app = githubApp(id.value, new Secret(key.value))
  const sources = new Map<string, GithubAccess['token']>()
  return repository => {
    const parts = { ...exchange, random, version: VERSION }
    const source = sources.get(repository) ?? installationTokens(app, repository, parts)
    sources.set(repository, source)
    return source
  }
}

/** Address of GitHub's API: of GITHUB_API_URL, which the runner sets, else that of github.com. */
export function githubApiUrl(environment: Environment): string {
  return environment['GITHUB_API_URL'] ?? GITHUB_API
}

export function hasAppInEnvironment(environment: Environment): boolean {
  return [ID, KEY].some(name => (environment[name] ?? '') !== '')
}

/** As `appTokens`, of the variables COUNTERSIGN_APP_ID and COUNTERSIGN_APP_PRIVATE_KEY. */
export function appTokensOfEnvironment(
  environment: Environment,
  clock: Clock,
  permissions: Permissions,
): TokensByRepository | null {
  const given = (name: string): Given => ({ name, value: (environment[name] ?? '').trim() })
  const apiUrl = githubApiUrl(environment)
  return appTokens(given(ID), given(KEY), { apiUrl, clock, mask: () => undefined, permissions })
}

/** The variable with the address of the server that has the repository, for programs that run without those of this shell. */
export async function serverVariable(context: Context): Promise<Readonly<Record<string, string>>> {
  const gitea = await giteaServer(context)
  if (gitea !== null) return { [GITEA_ADDRESS]: gitea.url }
  const apiUrl = githubApiUrl(context.environment)
  return apiUrl === GITHUB_API ? {} : { GITHUB_API_URL: apiUrl }
}
