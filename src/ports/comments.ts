// The port for the comments that countersign keeps on pull requests.

/**
 * The comments that countersign keeps on pull requests: one of each kind, found by its marker and its author. Every method throws
 * GITHUB_ codes.
 */
export interface Comments {
  /** Returns the text of our newest comment that begins with the marker, null if there is none. */
  find(pullRequest: number, marker: string): Promise<string | null>
  /**
   * Returns the comments that begin with the marker and were written by any program (workflows, GitHub Apps), newest first; empty
   * if there are none. The caller must check the content: another program may have written it.
   */
  byPrograms(pullRequest: number, marker: string): Promise<readonly string[]>
  /** Reads the comments of many pull requests at once. The next `find`, `byPrograms` or `write` on each of them uses the result. */
  lookAt(pullRequests: readonly number[]): Promise<void>
  /** Writes our comment, or rewrites it if its text differs. `body` begins with the marker. */
  write(pullRequest: number, marker: string, body: string): Promise<void>
}
