// The sinks of a run outside its clusters, for each entry point.
import { locks } from '../adapters/system/age-encryption.ts'
import { outputFiles } from '../adapters/system/private-key-files.ts'
import { random } from '../adapters/system/random.ts'
import { githubSecrets } from '../adapters/github/write/environment-secrets.ts'
import { VERSION } from '../domain/version.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { ExternalSinks } from '../ports/external-sinks.ts'
import type { GithubPlace, GithubSecrets } from '../ports/github-secrets.ts'
import {
  FOR_SINKS_AND_TEAMS,
  appTokensOfEnvironment,
  githubApiUrl,
  hasAppInEnvironment,
  oneToken,
} from './github-app.ts'
import type { TokensByRepository } from './github-app.ts'
import type { SinkCapabilities } from '../core/sink/sink-capabilities.ts'

/** Not GITHUB_TOKEN: what may read a repository should not become what may write secrets by being there. */
const APP_TOKEN = 'COUNTERSIGN_APP_TOKEN'

/** Where a command runs. */
interface Place {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder that countersign runs in. */
  readonly root: string
  readonly clock: Clock
}

/** `isAttended`: a person at a terminal may have files written. */
export function externalSinksAtTerminal(
  { environment, root, clock }: Place,
  isAttended: boolean,
): ExternalSinks {
  const token = environment[APP_TOKEN] ?? ''
  return {
    locks,
    artifacts: null,
    githubSecrets: githubSecretsWith(
      oneToken(token) ?? appTokensOfEnvironment(environment, clock, FOR_SINKS_AND_TEAMS),
      githubApiUrl(environment),
      clock,
    ),
    files: isAttended ? outputFiles(root) : null,
  }
}

/** The same, as far as a plan can tell. */
export function capabilitiesAtTerminal({
  environment,
}: Pick<Place, 'environment'>): SinkCapabilities {
  const githubSecrets = (environment[APP_TOKEN] ?? '') !== '' || hasAppInEnvironment(environment)
  return { artifacts: false, githubSecrets, files: true }
}

/** Null without tokens. */
export function githubSecretsWith(
  tokens: TokensByRepository | null,
  apiUrl: string,
  clock: Clock,
): ExternalSinks['githubSecrets'] {
  if (tokens === null) return null
  const writers = new Map<unknown, GithubSecrets>()
  const at = ({ repository }: GithubPlace): GithubSecrets => {
    const token = tokens(repository)
    const access = { apiUrl, token, version: VERSION }
    // Of each token one, since GitHub counts the writes of a token.
    const writer = writers.get(token) ?? githubSecrets(access, clock, random)
    writers.set(token, writer)
    return writer
  }
  return {
    look: async place => at(place).look(place),
    put: async (place, value) => at(place).put(place, value),
    remove: async place => at(place).remove(place),
  }
}
