// Numbers of what validate read and judged.

export interface CheckedCounts {
  readonly requests: number
  readonly policies: number
  readonly configurations: number
  /** Files of inventories of nodes. */
  readonly inventories: number
}
