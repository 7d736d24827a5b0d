// The port for the one GitHub issue that lists what needs attention.

/** The one open issue that lists what needs attention, found by its marker and its author. Every method throws GITHUB_ codes. */
export interface Notices {
  /** Opens the issue, or rewrites it if its title or body differs. `body` begins with the marker. */
  keep(marker: string, title: string, body: string): Promise<void>
  /** Gives the open issue this title and body, and closes it. Does nothing if none is open. */
  close(marker: string, title: string, body: string): Promise<void>
}
