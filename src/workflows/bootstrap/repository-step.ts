// What the steps of the GitHub half of bootstrap need, and one such step.
import type { SetupState, SetupTask } from '../../domain/cluster/setup-step.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { FileProposals } from '../../ports/file-proposals.ts'
import type { GithubSecrets } from '../../ports/github-secrets.ts'
import type { GithubSettings } from '../../ports/github-settings.ts'
import type { RepositoryAdministration } from '../../ports/repository-administration.ts'

export interface RepositorySetupPorts {
  readonly administration: RepositoryAdministration
  readonly settings: GithubSettings
  readonly secrets: GithubSecrets
  readonly proposals: FileProposals
  readonly clock: Clock
}

/** The secret of the environment that holds the credential of the cluster. */
export interface WantedCredential {
  /** For example KUBECONFIG_PROD. */
  readonly secretName: string
  /** Creates the credential, as kubeconfig text. Called only when it is written. */
  readonly create: () => Promise<Secret<string>>
  /** When the service account was created: an older secret at GitHub belongs to another account, so it is written again. */
  readonly notBefore: Date | null
}

export interface WantedRepository {
  /** owner/name */
  readonly repository: string
  readonly defaultBranch: string
  /** Name of the cluster in the configuration. */
  readonly cluster: string
  /** Null: no credential is kept at GitHub. */
  readonly environment: string | null
  readonly credential: WantedCredential | null
  /** Files of the pull request, path → text. Those that the default branch lacks are proposed, and those of `changed`. */
  readonly files: ReadonlyMap<string, string>
  /** Path → the text that the one of `files` replaces. */
  readonly changed: ReadonlyMap<string, string>
}

/** `more`: the command of a blocked step, the work of one that writes. */
export function stepOf(
  subject: Pick<SetupTask, 'id' | 'what'>,
  state: SetupState,
  details: readonly string[] = [],
  more: Partial<Pick<SetupTask, 'command' | 'run'>> = {},
): SetupTask {
  return { command: null, run: null, ...subject, where: 'repository', state, details, ...more }
}
