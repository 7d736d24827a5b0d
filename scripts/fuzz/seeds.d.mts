// Types of seeds.mjs, for the tests.
import type { Target } from './targets.mjs'

export function seedsOf(target: Target): readonly Uint8Array[]
