// The one GitHub issue that lists what needs attention.

/** The one issue that says who must do something, found by a marker and by being our own. */
export interface Notices {
  /** Opens it, or rewrites it where it says something else. The body begins with the marker. */
  keep(marker: string, title: string, body: string): Promise<void>
  /** Closes it under these last words, where it is open. */
  close(marker: string, title: string, body: string): Promise<void>
}
