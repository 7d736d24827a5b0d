// What sinks outside of a cluster ask of the world: interfaces only. Each is null where this run has none of it.
import type { GithubSecretSink } from '../domain/sink.ts'
import type { Secret } from '../domain/secret.ts'
import type { Artifacts } from './github.ts'

/** What locks a private key up before it leaves. */
export interface Locks {
  /** Bytes nobody can guess. */
  random(length: number): Uint8Array
  /** An age file (age-encryption.org/v1) that each of the recipients can open, and nobody else. */
  encryptTo(recipients: readonly string[], plain: Secret<Uint8Array>): Promise<Uint8Array>
}

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

/** Files on this machine. Throws SINK_FILE. */
export interface OutputFiles {
  /** Null where there is none. Fails where the folder is missing, or others could write there. */
  read(path: string): Promise<Secret<Uint8Array> | null>
  /** The whole file at once, readable by its owner alone. */
  write(path: string, content: Secret<Uint8Array>): Promise<void>
}

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
