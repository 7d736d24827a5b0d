// The port for the holders of claims: the name of this run, and whether another run has ended.

/** The name of this run for other runs, and whether an earlier run has ended. */
export interface Processes {
  readonly holder: string
  /** Returns whether a holder has certainly ended: a process of this machine that no longer exists. False if that is not known. */
  isGone(holder: string): boolean
}
