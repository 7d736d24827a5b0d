export interface Drawn {
  /** Below src. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly from: string
  readonly to: string
  /** The whole file with the break. */
  readonly text: string
}

/** Up to `count` lines of the proof, each with one break that parses. */
export declare function drawBreaks(count: number, seed: number): readonly Drawn[]
