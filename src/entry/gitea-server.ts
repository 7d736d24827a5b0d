// The Gitea server that a command works with, and who named it.
import { CountersignError, usageFailure } from '../domain/problem.ts'
import { Secret } from '../domain/request/secret-value.ts'
import type { RepositoryFiles } from '../ports/repository-files.ts'
import { shellWord } from '../lib/source/shell-word.ts'
import type { Context } from './command-context.ts'

/** The variable with the address of the server. */
export const GITEA_ADDRESS = 'GITEA_SERVER_URL'
const TOKEN = 'GITEA_SERVER_TOKEN'

export interface GiteaServer {
  /** Without a slash at the end. */
  readonly url: string
  /** owner/name of the remote `origin`; null if that is not at this server. */
  readonly origin: string | null
}

type Named = Pick<Context, 'environment' | 'files' | 'git' | 'options'>

/**
 * The Gitea server, null for GitHub. A token is sent to its address. So the address comes from GITEA_SERVER_URL, which the operator sets,
 * or from the remote `origin` of the clone: then `forge` of the configuration says that it is a Gitea server. A file of the repository
 * alone never names one: throws CONFIG_FORGE if it names another. `isAnyFolder`: kubectl runs in any folder, whose files name no server.
 */
export async function giteaServer(
  { environment, files, git, options }: Named,
  isAnyFolder = false,
): Promise<GiteaServer | null> {
  const named = (environment[GITEA_ADDRESS] ?? '').replace(/\/+$/, '')
  if (/^[^/]*\/\/[^/]*@/.test(named))
    throw usageFailure(`${GITEA_ADDRESS} has a user or a password in it`, `use ${TOKEN}`)
  const configured = isAnyFolder ? null : await configuredServer(files, options.config)
  if (named === '' && configured === null) return null
  const remote = await git.remote()
  const isCloned = configured !== null && nameBelow(configured, remote) !== null
  const url = named === '' ? (isCloned ? configured : null) : named
  if (configured !== null && configured !== url) {
    const { otherForge } = await import('../workflows/validate/forge-faults.ts')
    throw new CountersignError(otherForge(options.config, configured, url))
  }
  return url === null ? null : { url, origin: nameBelow(url, remote) }
}

/** `forge` of the configuration; null without one. The command itself reports a configuration that cannot be read. */
async function configuredServer(files: RepositoryFiles, path: string): Promise<string | null> {
  const text = Buffer.from((await files.read(path))?.bytes ?? []).toString()
  // Most have none, and a reader of configurations takes longer to load than this command may take.
  if (!text.includes('forge')) return null
  const { readConfig } = await import('../workflows/validate/rules-in-force.ts')
  const config = await readConfig(files, path)
  return config.ok ? (config.value.forge?.url ?? null) : null
}

/** owner/name as given, else of the remote. Throws RUN_USAGE if there is none. */
export function nameAtGitea({ url, origin }: GiteaServer, given: string | null): string {
  const name = given ?? origin
  if (name !== null) return name
  throw usageFailure(
    `the repository is not known: this checkout has no origin at ${url}`,
    `name it with --repository OWNER/NAME; for GitHub: unset ${GITEA_ADDRESS}`,
  )
}

/**
 * Null if there is none. GITEA_SERVER_TOKEN is of the server in GITEA_SERVER_URL: a clone from elsewhere, whose files say that it is at Gitea,
 * gets none, also not the one of `tokenEnv`. A token of GitHub is never sent to another server. Throws RUN_USAGE if `tokenEnv` is not set.
 */
export function giteaToken(
  { environment }: Pick<Context, 'environment'>,
  tokenEnv: string | null,
): Secret<string> | null {
  const token = environment[tokenEnv ?? TOKEN] ?? ''
  if (token === '' && tokenEnv !== null)
    throw usageFailure(`--token-env ${tokenEnv}: this environment variable is not set`)
  const isMeant = (environment[GITEA_ADDRESS] ?? '') !== ''
  return token !== '' && isMeant ? new Secret(token) : null
}

export function missingGiteaToken({ url }: GiteaServer): CountersignError {
  return usageFailure(
    `there is no token in ${TOKEN} for ${url}`,
    `if you trust this server: export ${GITEA_ADDRESS}=${shellWord(url)}, and create a token at ${url}/user/settings/applications with the scopes read:repository, read:issue, read:user and read:organization; --comment needs write:issue`,
  )
}

/** `URL/OWNER/NAME` or `URL/OWNER/NAME.git`, with or without a user; null for any other address. */
function nameBelow(url: string, remote: string): string | null {
  const address = remote.replace(/^(https?:\/\/)[^@/]*@/, '$1')
  if (!address.startsWith(`${url}/`)) return null
  return /^([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address.slice(url.length + 1))?.[1] ?? null
}
