// The sinks of this run outside of its clusters.
import type { Artifacts } from './artifacts.ts'
import type { GithubSecrets } from './github-secrets.ts'
import type { Locks } from './locks.ts'
import type { OutputFiles } from './output-files.ts'

/** The ways out of this run besides the clusters. */
export interface Outlets {
  readonly locks: Locks
  /** Null where this is no workflow run. */
  readonly artifacts: Artifacts | null
  /** Null where there is no token for it. */
  readonly githubSecrets: GithubSecrets | null
  /** Null where nobody is at a terminal. */
  readonly files: OutputFiles | null
}
