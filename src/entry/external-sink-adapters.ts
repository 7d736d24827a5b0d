// The sinks of a run outside its clusters, for each entry point.
import { locks } from '../adapters/system/age-encryption.ts'
import { outputFiles } from '../adapters/system/private-key-files.ts'
import { random } from '../adapters/system/random.ts'
import { RestGithubSecrets } from '../adapters/github/write/environment-secrets.ts'
import { Secret } from '../domain/request/secret-value.ts'
import { VERSION } from '../domain/version.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { ExternalSinks } from '../ports/external-sinks.ts'
import type { SinkCapabilities } from '../core/sink/sink-capabilities.ts'

const GITHUB_API = 'https://api.github.com'
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
  return {
    locks,
    artifacts: null,
    githubSecrets: githubSecretsWith(
      environment[APP_TOKEN] ?? '',
      environment['GITHUB_API_URL'] ?? GITHUB_API,
      clock,
    ),
    files: isAttended ? outputFiles(root) : null,
  }
}

/** The same, as far as a plan can tell. */
export function capabilitiesAtTerminal({
  environment,
}: Pick<Place, 'environment'>): SinkCapabilities {
  return { artifacts: false, githubSecrets: (environment[APP_TOKEN] ?? '') !== '', files: true }
}

/** Null without a token. */
export function githubSecretsWith(
  token: string,
  apiUrl: string,
  clock: Clock,
): ExternalSinks['githubSecrets'] {
  if (token === '') return null
  const access = { apiUrl, token: new Secret(token), version: VERSION }
  return new RestGithubSecrets(access, clock, random)
}
