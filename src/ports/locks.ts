// Random bytes, and encryption of a private key before it leaves.
import type { Secret } from '../domain/request/secret-value.ts'

/** What locks a private key up before it leaves. */
export interface Locks {
  /** Bytes nobody can guess. */
  random(length: number): Uint8Array
  /** An age file (age-encryption.org/v1) that each of the recipients can open, and nobody else. */
  encryptTo(recipients: readonly string[], plain: Secret<Uint8Array>): Promise<Uint8Array>
}
