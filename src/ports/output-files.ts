// Files with private keys on this machine.
import type { Secret } from '../domain/request/secret-value.ts'

/** Files on this machine. Throws SINK_FILE. */
export interface OutputFiles {
  /** Null where there is none. Fails where the folder is missing, or others could write there. */
  read(path: string): Promise<Secret<Uint8Array> | null>
  /** The whole file at once, readable by its owner alone. */
  write(path: string, content: Secret<Uint8Array>): Promise<void>
}
