// The port for the cached certificate of a requester on this machine.

/** One file that only its owner can read. Every method throws SINK_FILE if the file or its folder cannot be accessed, or is shared. */
export interface CertificateCache {
  /** Returns the text, null if there is none. */
  read(): Promise<string | null>
  /** Replaces the whole text at once: a reader sees the old text or the new one. */
  write(text: string): Promise<void>
}
