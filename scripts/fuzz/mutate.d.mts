// Types of mutate.mjs, for the tests.

export interface Chance {
  below(limit: number): number
}

export function chanceOf(seed: number): Chance
export function mutated(seeds: readonly Uint8Array[], chance: Chance): Buffer
