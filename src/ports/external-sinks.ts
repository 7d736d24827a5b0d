// The sinks of a run outside its clusters.
import type { Artifacts } from './artifacts.ts'
import type { GithubSecrets } from './github-secrets.ts'
import type { Locks } from './locks.ts'
import type { OutputFiles } from './output-files.ts'

/** The sinks of a run outside its clusters, as far as it has them. */
export interface ExternalSinks {
  readonly locks: Locks
  /** Null if this is not a workflow run. */
  readonly artifacts: Artifacts | null
  /** Null if there is no token for them. */
  readonly githubSecrets: GithubSecrets | null
  /** Null if this is not a terminal. */
  readonly files: OutputFiles | null
}
