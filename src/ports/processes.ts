// Which run holds a claim, and whether that run has ended.

/** Who this run is to other runs, and whether an earlier one cannot come back. */
export interface Processes {
  readonly holder: string
  isGone(holder: string): boolean
}
