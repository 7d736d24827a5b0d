// Secrets of GitHub environments: written, never read.
import type { Secret } from '../domain/request/secret-value.ts'
import type { GithubSecretSink } from '../domain/request/sink.ts'

/** The name of a secret at GitHub. */
export type GithubPlace = Pick<GithubSecretSink, 'repository' | 'environment' | 'name'>

/** Secrets of environments at GitHub: written, never read. Every method throws GITHUB_ codes. */
export interface GithubSecrets {
  /** When it was written last, null where there is none. Fails where the environment is missing, or may not be used. */
  look(place: GithubPlace): Promise<Date | null>
  /** Seals and writes the value. */
  put(
    place: GithubPlace,
    value: Secret<string>,
  ): Promise<{ readonly keyId: string; readonly sha256: string; readonly updatedAt: Date }>
  /** Deletes it; one that is gone is fine. */
  remove(place: GithubPlace): Promise<void>
}
