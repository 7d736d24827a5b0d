// The port for files with private keys on this machine.
import type { Secret } from '../domain/request/secret-value.ts'

/**
 * Files on this machine. Every method throws SINK_FILE if a file cannot be accessed, its folder is missing, or others may read or
 * write that folder.
 */
export interface OutputFiles {
  /** Returns the content of a file, null if it does not exist. */
  read(path: string): Promise<Secret<Uint8Array> | null>
  /** Writes the whole file at once, readable by its owner alone. */
  write(path: string, content: Secret<Uint8Array>): Promise<void>
}
