// The steps of the GitHub half of bootstrap, with what each writes.
import type { SetupState, SetupStep } from '../../domain/cluster/setup-step.ts'
import type { Ruleset } from '../../domain/proof/repository-settings.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { FileProposals } from '../../ports/file-proposals.ts'
import type { GithubPlace, GithubSecrets } from '../../ports/github-secrets.ts'
import type { GithubSettings } from '../../ports/github-settings.ts'
import type { RepositoryAdministration } from '../../ports/repository-administration.ts'
import type { Proposal } from './propose-files.ts'

export interface RepositorySetupPorts {
  readonly administration: RepositoryAdministration
  readonly settings: GithubSettings
  readonly secrets: GithubSecrets
  readonly proposals: FileProposals
  readonly clock: Clock
}

export interface WantedRepository {
  /** owner/name */
  readonly repository: string
  readonly defaultBranch: string
  /** Name of the cluster in the configuration. */
  readonly cluster: string
  /** Null: no credential is kept at GitHub. */
  readonly environment: string | null
  /** For example KUBECONFIG_PROD; null with `environment`. */
  readonly secretName: string | null
  /** Creates the credential, as kubeconfig text. Called only when it is written. */
  readonly credential: (() => Promise<Secret<string>>) | null
  /** When the service account was created: an older secret at GitHub belongs to another account, so it is written again. */
  readonly credentialNotBefore: Date | null
  /** Files of the pull request, path → text. Only those that the default branch lacks are proposed. */
  readonly files: ReadonlyMap<string, string>
}

export type RepositoryWrite =
  | { readonly kind: 'environment'; readonly environment: string; readonly branch: string }
  | {
      readonly kind: 'secret'
      readonly place: GithubPlace
      readonly credential: () => Promise<Secret<string>>
    }
  | { readonly kind: 'ruleset'; readonly id: number | null; readonly ruleset: Ruleset }
  | { readonly kind: 'files'; readonly proposal: Proposal }

export interface RepositoryStep extends SetupStep {
  readonly where: 'repository'
  /** Null for a step that writes nothing. */
  readonly write: RepositoryWrite | null
}

/** `more`: the command of a blocked step, the write of one that writes. */
export function stepOf(
  subject: Pick<RepositoryStep, 'id' | 'what'>,
  state: SetupState,
  details: readonly string[] = [],
  more: Partial<Pick<RepositoryStep, 'command' | 'write'>> = {},
): RepositoryStep {
  return { command: null, write: null, ...subject, where: 'repository', state, details, ...more }
}
