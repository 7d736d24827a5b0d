// Types of mutate.mjs, for the tests.

export interface SeededRandom {
  below(limit: number): number
}

export function chanceOf(seed: number): SeededRandom
export function mutated(seeds: readonly Uint8Array[], chance: SeededRandom): Buffer
