// The port for secrets of GitHub environments.
import type { Secret } from '../domain/request/secret-value.ts'
import type { GithubSecretSink } from '../domain/request/sink.ts'

/** The name of a secret at GitHub: repository, environment, secret. */
export type GithubPlace = Pick<GithubSecretSink, 'repository' | 'environment' | 'name'>

/**
 * Secrets of GitHub environments: written, never read. Every method throws GITHUB_ codes. GITHUB_NOT_FOUND means that there is no
 * such environment, or that the token may not see it.
 */
export interface GithubSecrets {
  /** Returns when the secret was written last, null if there is none. */
  look(place: GithubPlace): Promise<Date | null>
  /**
   * Seals and writes the value. Returns the id of the key that sealed it, the SHA-256 of the value (lower-case hex), and when
   * GitHub wrote it. Throws SINK_DIFFERS if the secret does not exist afterwards.
   */
  put(
    place: GithubPlace,
    value: Secret<string>,
  ): Promise<{ readonly keyId: string; readonly sha256: string; readonly updatedAt: Date }>
  /** Deletes the secret. Succeeds if there is no such secret or environment. */
  remove(place: GithubPlace): Promise<void>
}
