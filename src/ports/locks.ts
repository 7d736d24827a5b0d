// The port for random bytes, and for the encryption of a private key before it leaves.
import type { Secret } from '../domain/request/secret-value.ts'

/** Randomness and encryption for private keys that leave this process. */
export interface Locks {
  /** Returns `length` unpredictable bytes. */
  random(length: number): Uint8Array
  /**
   * Returns an age file (age-encryption.org/v1) that each of the recipients can open, and nobody else. Throws SINK_RECIPIENTS for a
   * recipient with a wrong checksum.
   */
  encryptTo(recipients: readonly string[], plain: Secret<Uint8Array>): Promise<Uint8Array>
}
