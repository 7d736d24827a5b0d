// The comments that countersign keeps on pull requests.

/** The comments countersign keeps on pull requests, each kind once, found by a marker and by being our own. */
export interface Comments {
  /** The text of our own comment, null where there is none. */
  find(pullRequest: number, marker: string): Promise<string | null>
  /**
   * What programs (workflows, GitHub Apps) wrote under the marker, newest first. Some other program may have: it has to be
   * checked by what it says.
   */
  byPrograms(pullRequest: number, marker: string): Promise<readonly string[]>
  /** Reads what stands on many pull requests at once, for one `find` or `write` on each of them soon after. */
  lookAt(pullRequests: readonly number[]): Promise<void>
  /** Writes it, or rewrites it where it says something else. The text begins with the marker. */
  write(pullRequest: number, marker: string, body: string): Promise<void>
}
